"""The common interface of the REST and gRPC clients."""

import dataclasses
from collections.abc import Mapping
from typing import Protocol

from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving.tensors import Value


@dataclasses.dataclass(frozen=True)
class VersionStatus:
    """A version of a model on the server: its state (START, LOADING, AVAILABLE, UNLOADING, END),
    and the server's error code and message (OK and empty if there is no error).
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
        """Runs the signature (empty: the default one) on inputs with equal first dimensions."""

    def status(self) -> list[VersionStatus]:
        """The model's versions on the server, newest first."""

    def signatures(self) -> dict[str, Signature]:
        """The model's signatures by name."""

    def description(self) -> ModelDescription:
        """The model's description, from servers that provide it."""
