"""Weights saved by PyTorch (.ckpt, .pth, .pt) or as .safetensors, as arrays.

Nothing in a file is run: pickles are read by torch.load with weights_only, which makes tensors and
containers of them and nothing else.
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

#: What torch.load raises for files that are damaged, cut short or of another kind.
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
    OSError,  # PyTorch's own, of a file too short to be one
)

#: Where the names lie that files of plain weights have; others of them are cut short.
_PLAIN = re.compile(r"(torch(?!\.nn\.)|collections)(\.|$)")

#: DataParallel's, before every name.
_PREFIX = "module."


def read_weights(path: Path | str) -> dict[str, Arrays]:
    """The state dicts of a file: {where in the file: {name: array of any shape}}. A file that is
    one has it as ""; one that wraps some (`{"netG": ..., "iteration": 7}`) has each by its key.

    Floating values become float32; `module.` before all names of a state dict is taken off.

    Raises OfficialCheckpointError for a file that is empty, damaged, of another kind, or holds a
    pickled module; ImportError, saying what to install, where a package is missing.
    """
    path = Path(path)
    if not path.is_file():
        raise OfficialCheckpointError(f"No file {path}.")
    if not path.stat().st_size:
        raise OfficialCheckpointError(f"{path} is empty. Fetch or copy it again.")
    read = _read_safetensors if path.suffix == SAFETENSORS_SUFFIX else _read_pickle
    return {
        where: _without_prefix({name: _array(value, name, path) for name, value in found.items()})
        for where, found in _state_dicts(read(path))
    }


def _read_safetensors(path: Path) -> Mapping[str, Any]:
    try:
        import safetensors
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            "Files of .safetensors need safetensors: pip install 'stgan-tf[safetensors]' (or "
            "safetensors)."
        ) from error
    try:
        return safetensors.numpy.load_file(path)
    except (safetensors.SafetensorError, ValueError, TypeError, LookupError) as error:
        raise OfficialCheckpointError(
            f"{path} is no .safetensors file of float32, float16 or float64 values, or is damaged "
            f"({_first_line(error)}). Fetch or copy it again."
        ) from error


def _read_pickle(path: Path) -> Any:
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            f"{path.name} needs PyTorch to be read: pip install 'stgan-tf[torch]' (or torch). "
            ".safetensors files need no PyTorch."
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of unusual pickles: what is wrong is raised
            return torch.load(path, map_location="cpu", weights_only=True)
    except _READ_ERRORS as error:
        found = re.search(r"GLOBAL ([\w.]+)", str(error))
        if found and not _PLAIN.match(found[1]):
            raise OfficialCheckpointError(_holds_code(path, found[1])) from error
        raise OfficialCheckpointError(
            f"{path} is not a file of torch.save, or is damaged ({_first_line(error)}). Fetch or "
            "copy it again."
        ) from error


def _holds_code(path: Path, name: str) -> str:
    return (
        f"{path} holds an object of {name}, so it is not plain weights but a whole pickled module "
        "(as FaderNetworks saves its models) or something else that would run whatever code it "
        "names when it is opened: it was not opened. If you trust where it comes from, write the "
        "module's weights in Python, in a clone of the code that saved it:\n"
        "  import torch\n"
        f'  module = torch.load("{path.name}", map_location="cpu", weights_only=False)\n'
        f'  torch.save(module.state_dict(), "{path.stem}_weights.pth")\n'
        f"and import {path.stem}_weights.pth."
    )


def _state_dicts(content: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(Where, tensors by name) of every mapping that has tensors."""
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
            f"{path}: {name} cannot be read as numbers ({_first_line(error)}). Save the state dict "
            "with plain float32 tensors."
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
