"""The record of drawn faces."""

import dataclasses
from pathlib import Path
from typing import ClassVar

from stgan_tf.synthetic.provenance import Provenance

#: Raised whenever the same seed would draw other pixels or labels.
GENERATOR_VERSION = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class FaceProvenance(Provenance):
    """seed and num_images as given to write_dataset; the version of the generator."""

    subject: ClassVar[str] = "faces"
    current_version: ClassVar[int] = GENERATOR_VERSION

    generator_version: int = GENERATOR_VERSION
    generator: str = "stgan_tf.synthetic.faces"


def load_provenance(data_dir: Path | str) -> FaceProvenance:
    """The record of a finished data set of drawn faces; raises as `Provenance.load`."""
    return FaceProvenance.load(data_dir)
