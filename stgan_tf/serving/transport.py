"""What both clients, REST and gRPC, offer: the same calls with the same values."""

import dataclasses
from collections.abc import Mapping
from typing import Protocol

from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving.tensors import Value


@dataclasses.dataclass(frozen=True)
class VersionStatus:
    """A version of a model on the server: its state (START, LOADING, AVAILABLE, UNLOADING, END),
    and the server's error code and message (OK and empty where all is well).
    """

    version: int
    state: str
    error_code: str = "OK"
    error_message: str = ""


@dataclasses.dataclass(frozen=True)
class TensorSpec:
    """An input or output of a signature: type (DT_FLOAT, DT_STRING ...) and shape, -1 for any."""

    dtype: str
    shape: tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Signature:
    """A function of the model: its named inputs and outputs."""

    inputs: Mapping[str, TensorSpec]
    outputs: Mapping[str, TensorSpec]


class Transport(Protocol):
    """A connection to one model. All calls raise `stgan_tf.serving.retrying.ServingError`."""

    def predict(self, inputs: Mapping[str, Value], signature: str = "") -> dict[str, Value]:
        """Outputs of the signature (empty: the default one) for inputs of equal first dimension."""

    def status(self) -> list[VersionStatus]:
        """Versions the server knows, newest first."""

    def signatures(self) -> dict[str, Signature]:
        """Signatures by name."""

    def description(self) -> ModelDescription:
        """The model's own description, from servers that give it."""
