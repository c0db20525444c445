"""Weights as safetensors, in full or half precision. No TensorFlow here."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

FLOAT32, FLOAT16 = PRECISIONS = ("float32", "float16")

#: The key of our metadata. safetensors writes several keys in any order, and a file would not be
#: the same twice.
_KEY = "stgan_tf"


def array_bytes(
    arrays: Mapping[str, np.ndarray], precision: str, metadata: Mapping[str, Any]
) -> bytes:
    """The safetensors file of named arrays.

    Args:
        arrays: {name: array}.
        precision: "float16" halves the float32 arrays of rank 2 and higher, the kernels; biases,
            gains and moving averages, which take little space, stay exact. So does a kernel with
            values beyond float16's range.
        metadata: Values that JSON can hold, for `read_arrays`.

    Raises ModuleNotFoundError without safetensors.
    """
    from safetensors.numpy import save

    stored = {
        name: np.ascontiguousarray(_halved(array) if precision == FLOAT16 else array)
        for name, array in arrays.items()
    }
    return save(stored, {_KEY: json.dumps(dict(metadata), sort_keys=True)})


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays of `array_bytes`, as stored, and the metadata.

    Raises ValueError if the file cannot be read, ModuleNotFoundError without safetensors.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            metadata = json.loads((file.metadata() or {}).get(_KEY, "{}"))
            return {name: file.get_tensor(name) for name in file.keys()}, metadata  # noqa: SIM118
    except (SafetensorError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as safetensors: {error}") from error


def _halved(array: np.ndarray) -> np.ndarray:
    if array.ndim < 2 or array.dtype != np.float32:
        return array
    if np.abs(array).max(initial=0) > np.finfo(np.float16).max:
        return array
    return array.astype(np.float16)
