"""The record of drawn landscapes."""

import dataclasses
from pathlib import Path
from typing import ClassVar

from stgan_tf.synthetic.landscapes.seasons import require_seasons
from stgan_tf.synthetic.provenance import Provenance

#: Raised whenever the same seed would draw other pixels.
GENERATOR_VERSION = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class LandscapeProvenance(Provenance):
    """seed, num_images, seasons and size (side in pixels) as given to write_dataset; the version of
    the generator. The place of index i is drawn in seasons[i % len(seasons)].
    """

    subject: ClassVar[str] = "landscapes"
    current_version: ClassVar[int] = GENERATOR_VERSION

    seasons: tuple[str, ...]
    size: int
    generator_version: int = GENERATOR_VERSION
    generator: str = "stgan_tf.synthetic.landscapes"

    def __post_init__(self) -> None:
        seasons = tuple(self.seasons)  # JSON has no tuples
        require_seasons(seasons)
        object.__setattr__(self, "seasons", seasons)

    def describe(self) -> str:
        """For messages."""
        return f"{super().describe()}, {', '.join(self.seasons)}, {self.size} pixels"

    def season_of(self, index: int) -> str:
        """The season that the place of that index is drawn in."""
        return self.seasons[index % len(self.seasons)]


def load_provenance(data_dir: Path | str) -> LandscapeProvenance:
    """The record of a finished data set of drawn landscapes; raises as `Provenance.load`."""
    return LandscapeProvenance.load(data_dir)
