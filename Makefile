# make demo: draw faces, train STGAN on them, measure it, show the edits, export the model.
# make mobile: build the web app (needs Node.js and npm) and serve it with the demo's model, before make
#   demo with the one in the package; with MODEL=NAME, with a packed model that has LiteRT files.
# make docs: build the manual as a site.
# make test: lint, documentation and tests; with CI=true the slow ones too. All make .venv themselves.
# make test-addons: tests with TensorFlow 2.15 and TensorFlow Addons, in .venv-addons.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_DIR ?= demo
MOBILE := export/mobile
# Only where nobody has named a demo: one that is missing is an error.
MODEL ?= $(if $(filter file,$(origin DEMO_DIR)),$(if $(wildcard $(DEMO_DIR)/run/config.json),,drawn-faces-64))
PORT ?= 8501
TEST_PROCESSES ?= 2
ADDONS_VENV := .venv-addons
ADDONS_PYTHON ?= $(firstword $(shell command -v python3.11 python3.10))
# What depends on Keras, and what moves between its versions; the rest is the same code.
ADDONS_TESTS ?= tests/addons tests/layers tests/losses tests/optimization/test_adam.py \
    tests/optimization/test_applying.py \
    tests/official/test_verification.py::test_fixtures_of_the_official_code \
    tests/systems/stgan/test_keras_model.py tests/systems/cyclegan/test_cyclegan_official.py \
    tests/systems/stargan/test_stargan_official.py

.PHONY: demo mobile docs test test-addons lint install clean

install: $(VENV)/installed

# $(call make_venv,FOLDER,PYTHON,EXTRA): the package with an extra in a virtual environment. By uv, which takes
# a quarter of pip's time.
define make_venv
	$(1)/bin/python -m pip --version >/dev/null 2>&1 || $(2) -m venv --clear $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(1)/bin/uv pip install --quiet --compile-bytecode --python $(1)/bin/python --editable ".[$(3)]"
	touch $(1)/installed
endef

# Installed again only when the dependencies change.
$(VENV)/installed: setup.py pyproject.toml
	$(call make_venv,$(VENV),$(PYTHON),test)

demo: install
	$(BIN)/python -m stgan_tf.demo --out_dir=$(DEMO_DIR)

mobile: install $(MOBILE)/dist/index.html
ifneq ($(MODEL),)
	$(BIN)/python -m stgan_tf.serve --model_dir=$(MODEL) --port=$(PORT) \
	    --mobile_dir=$(MOBILE)/dist --litert_dir=$(MODEL)
else
	@test -f $(DEMO_DIR)/run/config.json || { echo "No model in $(DEMO_DIR): run make demo first."; exit 1; }
	test -f $(DEMO_DIR)/export/litert/model.json || $(BIN)/python -m stgan_tf.export \
	    --run_dir=$(DEMO_DIR)/run --classifier=$(DEMO_DIR)/classifier --out_dir=$(DEMO_DIR)/export
	$(BIN)/python -m stgan_tf.serve --model_dir=$(DEMO_DIR)/export/saved_model --port=$(PORT) \
	    --mobile_dir=$(MOBILE)/dist --litert_dir=$(DEMO_DIR)/export/litert
endif

$(MOBILE)/dist/index.html: $(MOBILE)/package-lock.json stgan_tf/alignment/blazeface/face_detection_short_range.tflite \
    stgan_tf/shipped_models/drawn-faces-64.stgan \
    $(shell find $(MOBILE)/src $(MOBILE)/public $(MOBILE)/plugins $(MOBILE)/index.html -type f 2>/dev/null)
	cd $(MOBILE) && npm ci --no-audit --no-fund && npm run build

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The variable silences Material's advertisement of its successor.
docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# The tests of a file stay together: they share what its fixtures make.
test: lint docs
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist=loadfile --no-loadscope-reorder

$(ADDONS_VENV)/installed: setup.py pyproject.toml
	@test -n "$(ADDONS_PYTHON)" || { echo "TensorFlow Addons needs Python 3.10 or 3.11:" \
	    "make test-addons ADDONS_PYTHON=PATH"; exit 1; }
	$(call make_venv,$(ADDONS_VENV),$(ADDONS_PYTHON),test-addons)

# Without the slow ones in CI too.
test-addons: $(ADDONS_VENV)/installed
	CI= $(ADDONS_VENV)/bin/python -m pytest -n $(TEST_PROCESSES) --dist=loadfile $(ADDONS_TESTS)

clean:
	rm -rf $(VENV) $(ADDONS_VENV) build dist *.egg-info .pytest_cache .ruff_cache
