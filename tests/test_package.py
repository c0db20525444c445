"""What `import stgan_tf` gives."""

import subprocess
import sys

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


def test_other_names_are_no_attributes():
    with pytest.raises(AttributeError, match="'stgan_tf' has no attribute 'Edtor'"):
        _ = stgan_tf.Edtor
