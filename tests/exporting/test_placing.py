"""What is asked of the output folder before an export."""

import pytest

from stgan_tf.exporting.placing import require_free, require_writable


def test_what_is_there_is_refused(tmp_path):
    require_free(tmp_path / "nothing", overwrite=False)
    require_free(tmp_path, overwrite=True)
    with pytest.raises(ValueError, match="already exists.*--overwrite"):
        require_free(tmp_path, overwrite=False)


def test_writable(tmp_path):
    require_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file cannot be written"):
        require_writable(tmp_path / "file")
