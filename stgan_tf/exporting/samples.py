"""The images and edits that exported models are compared on, and int8 is calibrated with."""

import dataclasses
import logging
from pathlib import Path

import numpy as np

from stgan_tf.data.decoding import name_unreadable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.frame import CELEBA_FRAME
from stgan_tf.images import crop, resize_bicubic_numpy
from stgan_tf.synthetic.faces import counterfactual
from stgan_tf.systems.run_config import Config

_BATCH = 32
#: `Samples.origin` where the run's own data set is missing.
DRAWN = "drawn faces"


@dataclasses.dataclass(frozen=True)
class Samples:
    """N images with one attribute to invert in each.

    Attributes:
        images: float32 (N, S, S, 3) in [-1, 1].
        source: (N, A) in {0, 1}, the attributes they have.
        difference: (N, A): attribute i % A of image i is inverted.
        origin: Where the images are from, for reports.
    """

    images: np.ndarray
    source: np.ndarray
    difference: np.ndarray
    origin: str

    def split(self, count: int) -> tuple["Samples", "Samples"]:
        """The first `count`, and the others."""
        return self._rows(slice(0, count)), self._rows(slice(count, None))

    def _rows(self, rows: slice) -> "Samples":
        return Samples(self.images[rows], self.source[rows], self.difference[rows], self.origin)


def load_samples(config: Config, count: int, data_dir: str = "") -> Samples:
    """`count` images from all over the run's training split (fewer where it has fewer), or drawn
    faces where the run's data set is not on this machine.

    `data_dir` replaces the run's folder; it must be there.
    """
    data = config.data
    if data_dir:
        data = dataclasses.replace(data, data_dir=data_dir)
    elif data.dataset != "synthetic" and not Path(data.data_dir or "/nowhere").exists():
        logging.warning(
            "The run's data set (%s) is not here: comparing on drawn faces. Name it with "
            "--data_dir to compare on its images.",
            data.source,
        )
        return _edits(_drawn(config, count), _random_source(config, count), DRAWN)
    table = load_split(data, "train")
    rows = np.unique(np.linspace(0, len(table) - 1, count).astype(int))
    table = table.select(rows)
    batches = name_unreadable(evaluation_dataset(table, data, _BATCH), table, data)
    parts = [(batch["images"].numpy(), batch["source_attributes"].numpy()) for batch in batches]
    images, source = (np.concatenate(values) for values in zip(*parts, strict=True))
    # Calibration takes the first of them and comparison the others: both should be of all kinds.
    order = np.random.default_rng(0).permutation(len(images))
    return _edits(images[order], source[order], f"{data.source}, training split")


def _edits(images: np.ndarray, source: np.ndarray, origin: str) -> Samples:
    difference = np.zeros_like(source)
    rows = np.arange(len(source))
    columns = rows % source.shape[1]
    difference[rows, columns] = 1 - 2 * source[rows, columns]
    return Samples(images, source, difference, origin)


def _drawn(config: Config, count: int) -> np.ndarray:
    size = config.data.image_size
    # What the drawn faces have of the run's frame; all of them where it has another shape.
    box = config.data.crop_rule.find(*CELEBA_FRAME)
    faces = np.stack([counterfactual(seed=0, index=i, changes={}) for i in range(count)])
    return resize_bicubic_numpy(crop(faces, box), size)


def _random_source(config: Config, count: int) -> np.ndarray:
    shape = (count, len(config.data.attributes))
    return np.random.default_rng(0).integers(0, 2, shape).astype(np.float32)
