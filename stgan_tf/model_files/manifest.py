"""The manifest of a packed model: what the model is, and the digest of every part. No TensorFlow
here.
"""

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any

FORMAT = "stgan_tf.packed_model"
FORMAT_VERSION = 1
#: The manifest's name, in the packed file and in the folder that it is unpacked to.
MANIFEST_FILE = "manifest.json"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
#: A file, or a file in a folder: no part can leave the folder that it is unpacked to.
_PART = re.compile(r"(\w[\w-]*/)?\w[\w.-]*", re.ASCII)
_SUFFIXES = (".stgan", ".tflite")


def is_name(text: str) -> bool:
    """Whether a model can have this name."""
    return bool(_NAME.fullmatch(text)) and not text.endswith(_SUFFIXES)


def require_name(text: str) -> str:
    """Returns the name of a model; raises ValueError if it cannot be one."""
    if not is_name(text):
        raise ValueError(
            "--name: must consist of lower-case letters, digits, dots, hyphens and underscores, "
            f"and not end in {' or '.join(_SUFFIXES)}. Received: {text!r}."
        )
    return text


@dataclasses.dataclass(frozen=True)
class Part:
    """A file in a packed model: its SHA-256 (hexadecimal) and its size in bytes."""

    sha256: str
    bytes: int


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What `list` shows of a packed model, and what its parts must be.

    Attributes:
        name: The name that it was packed under.
        licence: The terms of use, as an SPDX identifier or in words.
        system: Name of the system (`stgan_tf.systems.registry`).
        image_size: Side length of the model's square images in pixels.
        attributes: The attributes that it edits.
        domains: The domains that it translates between; empty for a model of attributes.
        step: Number of training iterations.
        weights: Which of the run's weights it has: average or raw.
        precision: float32 or float16: how kernels are stored.
        stgan_tf_version: The version that packed it.
        parts: {path in the file: `Part`}.
    """

    name: str
    licence: str
    system: str
    image_size: int
    attributes: tuple[str, ...]
    domains: tuple[str, ...]
    step: int
    weights: str
    precision: str
    stgan_tf_version: str
    parts: Mapping[str, Part]

    def to_json(self) -> str:
        """The text of manifest.json."""
        values = {"format": FORMAT, "format_version": FORMAT_VERSION, **dataclasses.asdict(self)}
        return json.dumps(values, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Reads the text of `to_json`; raises ValueError saying what is missing or invalid."""
        values = json.loads(text)
        if not isinstance(values, dict) or values.pop("format", None) != FORMAT:
            raise ValueError(f'{MANIFEST_FILE} has no "format": "{FORMAT}"')
        if (version := values.pop("format_version", None)) != FORMAT_VERSION:
            raise ValueError(
                f"its format_version is {version!r}, and this version of stgan_tf reads "
                f"{FORMAT_VERSION}: update stgan_tf"
            )
        expected = {field.name: field.type for field in dataclasses.fields(cls)}
        if missing := sorted(set(expected) - set(values)):
            raise ValueError(f"{MANIFEST_FILE} has no {missing[0]}")
        values = {name: _checked(name, values[name], kind) for name, kind in expected.items()}
        return cls(**values)


def _checked(name: str, value: Any, kind: Any) -> Any:
    if kind is str or kind is int:
        valid, given = type(value) is kind, value
    elif name == "parts":
        valid = isinstance(value, dict) and all(map(_is_part, value, value.values()))
        given = {path: Part(**part) for path, part in value.items()} if valid else value
    else:
        valid = isinstance(value, list) and all(isinstance(item, str) for item in value)
        given = tuple(value) if valid else value
    if not valid:
        raise ValueError(f"{name} in {MANIFEST_FILE} is invalid: {value!r}")
    return given


def _is_part(path: str, part: object) -> bool:
    return (
        isinstance(part, dict)
        and set(part) == {"sha256", "bytes"}
        and isinstance(part["sha256"], str)
        and type(part["bytes"]) is int
        and bool(_PART.fullmatch(path))
    )
