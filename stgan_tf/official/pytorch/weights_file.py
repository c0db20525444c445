"""Reads weights saved by PyTorch (.ckpt, .pth, .pt) or as .safetensors into arrays.

No code in a file is executed: pickles are read by torch.load with weights_only, which only creates
tensors and containers of them.
"""

import pickle
import re
import struct
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stgan_tf.official.checkpoint_files import OfficialCheckpointError

SAFETENSORS_SUFFIX = ".safetensors"

#: {name in the state dict: array}
Arrays = dict[str, np.ndarray]

#: Errors that torch.load raises for files that are damaged, truncated or of another kind.
_READ_ERRORS = (
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    OverflowError,
    OSError,  # raised by PyTorch for a file that is too short
)

#: Modules of the names in files of plain weights; the error names may be truncated.
_PLAIN = re.compile(r"(torch(?!\.nn\.)|collections)(\.|$)")

#: DataParallel's prefix of all names.
_PREFIX = "module."


def read_weights(path: Path | str) -> dict[str, Arrays]:
    """Reads the state dicts of a file: {key in the file: {name: array of any shape}}.

    The key is "" if the file is a state dict itself; if it wraps state dicts
    (`{"netG": ..., "iteration": 7}`), each has its key. Floats are converted to float32, and a
    prefix `module.` of all names of a state dict is removed.

    Raises:
        OfficialCheckpointError: The file is missing, empty, damaged, of another kind, or has a
            pickled module.
        ModuleNotFoundError: A package is missing; the message says how to install it.
    """
    path = Path(path)
    if not path.is_file():
        raise OfficialCheckpointError(f"No file {path}.")
    if not path.stat().st_size:
        raise OfficialCheckpointError(f"{path} is empty. Download or copy it again.")
    read = _read_safetensors if path.suffix == SAFETENSORS_SUFFIX else _read_pickle
    return {
        where: _without_prefix({name: _array(value, name, path) for name, value in found.items()})
        for where, found in _state_dicts(read(path))
    }


def _read_safetensors(path: Path) -> Mapping[str, Any]:
    try:
        import safetensors
        import safetensors.numpy
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Reading .safetensors files requires safetensors: pip install 'stgan-tf[safetensors]' "
            "(or safetensors)."
        ) from error
    try:
        return safetensors.numpy.load_file(path)
    except (safetensors.SafetensorError, ValueError, TypeError, LookupError) as error:
        raise OfficialCheckpointError(
            f"{path} is damaged, or not a .safetensors file with float32, float16 or float64 "
            f"values ({_first_line(error)}). Download or copy it again."
        ) from error


def _read_pickle(path: Path) -> Any:
    try:
        import torch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"Reading {path.name} requires PyTorch: pip install 'stgan-tf[torch]' (or torch). "
            ".safetensors files do not require it."
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about unusual pickles: real problems are raised
            return torch.load(path, map_location="cpu", weights_only=True)
    except _READ_ERRORS as error:
        found = re.search(r"GLOBAL ([\w.]+)", str(error))
        if found and not _PLAIN.match(found[1]):
            raise OfficialCheckpointError(_holds_code(path, found[1])) from error
        raise OfficialCheckpointError(
            f"{path} is damaged, or was not saved by torch.save ({_first_line(error)}). Download "
            "or copy it again."
        ) from error


def _holds_code(path: Path, name: str) -> str:
    return (
        f"{path} contains an object of {name}: it is not plain weights but a whole pickled module "
        "(as FaderNetworks saves its models) or something else that could execute arbitrary code "
        "when opened, so it was not opened. If you trust its source, save the module's weights "
        "with Python, in a clone of the code that wrote it:\n"
        "  import torch\n"
        f'  module = torch.load("{path.name}", map_location="cpu", weights_only=False)\n'
        f'  torch.save(module.state_dict(), "{path.stem}_weights.pth")\n'
        f"Then import {path.stem}_weights.pth."
    )


def _state_dicts(content: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(key, {name: tensor}) of every mapping that has tensors."""
    if not isinstance(content, Mapping):
        return
    items = {str(name): value for name, value in content.items()}
    if tensors := {name: value for name, value in items.items() if hasattr(value, "shape")}:
        yield where, tensors
    for name, value in items.items():
        yield from _state_dicts(value, f"{where}.{name}" if where else name)


def _array(value: Any, name: str, path: Path) -> np.ndarray:
    try:
        if hasattr(value, "detach"):  # a tensor: NumPy has no bfloat16
            value = value.detach()
            value = (value.float() if value.is_floating_point() else value).numpy()
        array = np.asarray(value)
    except _READ_ERRORS as error:
        raise OfficialCheckpointError(
            f"{path}: {name} cannot be converted to an array ({_first_line(error)}). Save the "
            "state dict with plain float32 tensors."
        ) from error
    with np.errstate(over="ignore"):
        return array.astype(np.float32) if array.dtype.kind == "f" else array


def _without_prefix(arrays: Arrays) -> Arrays:
    if not all(name.startswith(_PREFIX) for name in arrays):
        return arrays
    return {name.removeprefix(_PREFIX): array for name, array in arrays.items()}


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
