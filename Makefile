# make demo: draw faces, train STGAN on them, measure it, show the edits, export the model.
# make mobile: build the web app (needs Node.js and npm) and open the demo's model to it; with
#   MODEL=NAME, a packed model that has LiteRT files.
# make docs: build the manual as a site.
# make test: lint, documentation and tests; with CI=true the slow ones too. All make .venv themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_DIR ?= demo
MOBILE := export/mobile
PORT ?= 8501
TEST_PROCESSES ?= 2

.PHONY: demo mobile docs test lint install clean

install: $(VENV)/installed

# Installed again only when the dependencies change.
$(VENV)/installed: setup.py pyproject.toml
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

demo: install
	$(BIN)/python -m stgan_tf.demo --out_dir=$(DEMO_DIR)

mobile: install $(MOBILE)/dist/index.html
ifdef MODEL
	$(BIN)/python -m stgan_tf.serve --model_dir=$(MODEL) --port=$(PORT) \
	    --mobile_dir=$(MOBILE)/dist --litert_dir=$(MODEL)
else
	@test -f $(DEMO_DIR)/run/config.json || { echo "No model in $(DEMO_DIR): run make demo first."; exit 1; }
	test -f $(DEMO_DIR)/export/litert/model.json || $(BIN)/python -m stgan_tf.export \
	    --run_dir=$(DEMO_DIR)/run --classifier=$(DEMO_DIR)/classifier --out_dir=$(DEMO_DIR)/export
	$(BIN)/python -m stgan_tf.serve --model_dir=$(DEMO_DIR)/export/saved_model --port=$(PORT) \
	    --mobile_dir=$(MOBILE)/dist --litert_dir=$(DEMO_DIR)/export/litert
endif

$(MOBILE)/dist/index.html: $(MOBILE)/package-lock.json $(shell find $(MOBILE)/src $(MOBILE)/public $(MOBILE)/index.html -type f 2>/dev/null)
	cd $(MOBILE) && npm ci --no-audit --no-fund && npm run build

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The variable silences Material's advertisement of its successor.
docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# The tests of a file stay together: they share what its fixtures make.
test: lint docs
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist=loadfile

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache
