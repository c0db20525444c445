"""Packages beside ours: what they add is found, and one that is broken is named."""

import importlib
import sys

import pytest

from stgan_tf.entry_points import added, load_added
from stgan_tf.options import ConfigError

GROUP = "stgan_tf.systems"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of packages, with the package `plug`, whose module is written by the test."""
    info = tmp_path / "plug-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: plug\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nmine = plug:Mine\n")
    monkeypatch.syspath_prepend(tmp_path)
    added.cache_clear()
    importlib.invalidate_caches()
    yield tmp_path
    sys.modules.pop("plug", None)
    added.cache_clear()


def test_found_and_loaded(site):
    (site / "plug.py").write_text("Mine = 7\n")
    assert "mine" in added(GROUP) and "mine" not in added("stgan_tf.formats")
    assert load_added(GROUP, "mine", "system") == 7


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import a_module_that_is_not_there", "ModuleNotFoundError: No module named"),
        ("Other = 7", "AttributeError: module 'plug' has no attribute 'Mine'"),
        ("def", "SyntaxError: invalid syntax"),
    ],
)
def test_a_broken_package_is_named(site, code, reason):
    (site / "plug.py").write_text(code + "\n")
    with pytest.raises(ConfigError) as error:
        load_added(GROUP, "mine", "system")
    assert "--system: 'mine' is plug:Mine of the package plug" in str(error.value)
    assert reason in str(error.value)
