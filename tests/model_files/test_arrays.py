"""Arrays as safetensors: which are halved, and that they come back."""

import numpy as np
import pytest

from stgan_tf.model_files.arrays import array_bytes, read_arrays

ARRAYS = {
    "conv/kernel": np.float32([[0.1, -2.0], [3.0, 65504.0]]),
    "large/kernel": np.float32([[1.0, 70000.0]]),  # beyond float16
    "conv/bias": np.float32([0.1]),
    "count": np.int64([[3]]),
    "empty": np.zeros((0, 3), np.float32),
}


def stored(tmp_path, precision):
    path = tmp_path / f"{precision}.safetensors"
    path.write_bytes(array_bytes(ARRAYS, precision, {"step": 7, "weights": "raw"}))
    return read_arrays(path)


def test_full_precision_is_exact(tmp_path):
    arrays, metadata = stored(tmp_path, "float32")
    assert metadata == {"step": 7, "weights": "raw"}
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)


def test_half_precision_is_for_kernels_that_fit(tmp_path):
    arrays, _ = stored(tmp_path, "float16")
    kinds = {name: str(array.dtype) for name, array in arrays.items()}
    assert kinds == {
        "conv/kernel": "float16",
        "large/kernel": "float32",
        "conv/bias": "float32",
        "count": "int64",
        "empty": "float16",
    }
    # 0.1 to 11 bits: 1638 / 2^14.
    np.testing.assert_array_equal(
        np.float64(arrays["conv/kernel"]), [[1638 / 2**14, -2.0], [3.0, 65504.0]]
    )
    assert arrays["conv/bias"] == np.float32(0.1)


def test_the_bytes_are_always_the_same():
    metadata = {name: name for name in "abcdefgh"}
    files = {array_bytes(ARRAYS, "float16", metadata) for _ in range(20)}
    assert len(files) == 1


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.safetensors").write_bytes(b"\x80\x04K\x01.")  # a pickle
    with pytest.raises(ValueError, match="a.safetensors cannot be read as safetensors"):
        read_arrays(tmp_path / "a.safetensors")
