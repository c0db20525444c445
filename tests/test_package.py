"""What `import stgan_tf` gives."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import stgan_tf


def test_the_editor_is_there_and_nothing_heavy_is_imported_before_it_is_asked_for():
    script = """
import sys, stgan_tf
assert "numpy" not in sys.modules
assert stgan_tf.Editor.__module__ == "stgan_tf.editing.editor"
assert "tensorflow" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


def test_every_name_is_what_it_says_and_the_documented_ones_are_all():
    for name in set(stgan_tf.__all__) - {"__version__"}:
        assert getattr(stgan_tf, name).__name__.rpartition(".")[2] == name
    assert set(stgan_tf.__all__) <= set(dir(stgan_tf))
    for package in (stgan_tf.layers, stgan_tf.losses, stgan_tf.systems):
        assert package.__all__ and all(hasattr(package, name) for name in package.__all__)
        assert set(package.__all__) <= set(dir(package))
    page = (Path(__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `stgan_tf\.(\w+)", page, re.MULTILINE)
    assert sorted(documented) == sorted(set(stgan_tf.__all__) - {"__version__"})


def test_types_are_for_users_too():
    assert (Path(stgan_tf.__file__).parent / "py.typed").is_file()


def test_other_names_are_no_attributes():
    with pytest.raises(AttributeError, match="'stgan_tf' has no attribute 'Edtor'"):
        _ = stgan_tf.Edtor
