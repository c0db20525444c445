"""Packages are hidden only inside the context, and only if nobody has them yet."""

import importlib
import subprocess
import sys

import pytest

from stgan_tf.hidden_packages import without_packages


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "seldom_used").mkdir()
    (tmp_path / "seldom_used" / "__init__.py").write_text("")
    (tmp_path / "seldom_used" / "part.py").write_text("value = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "seldom_used"
    for name in [name for name in sys.modules if name.startswith("seldom_used")]:
        del sys.modules[name]


def test_hidden_inside_and_there_afterwards(package):
    with without_packages(package), pytest.raises(ImportError):
        importlib.import_module("seldom_used.part")
    assert importlib.import_module("seldom_used.part").value == 3


def test_what_has_been_imported_stays(package):
    part = importlib.import_module("seldom_used.part")
    with without_packages(package):
        assert importlib.import_module("seldom_used.part") is part
    assert sys.modules["seldom_used"].part is part


def test_an_error_hides_nothing_for_long(package):
    with pytest.raises(KeyError), without_packages(package):
        raise KeyError
    assert package not in sys.modules


def test_commands_start_without_plots_and_can_plot_later():
    code = (
        "import sys; from stgan_tf.command import start_tensorflow; start_tensorflow(); "
        "import keras; assert 'matplotlib' not in sys.modules and 'pandas' not in sys.modules; "
        "import matplotlib.pyplot as plt; plt.figure()"
    )
    environment = {"PATH": "", "MPLBACKEND": "Agg", "HOME": "/tmp"}
    done = subprocess.run(
        [sys.executable, "-c", f"from absl import flags; flags.FLAGS(['x']); {code}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
