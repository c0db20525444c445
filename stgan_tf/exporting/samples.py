"""The images and edits for comparing exported models and calibrating int8."""

import dataclasses
import logging
from pathlib import Path

import numpy as np

from stgan_tf.data.decoding import name_unreadable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.frame import CELEBA_FRAME
from stgan_tf.images import resize_bicubic_numpy
from stgan_tf.sources.synthetic import is_drawn
from stgan_tf.synthetic.faces import counterfactual
from stgan_tf.systems.run_config import Config

_BATCH = 32
#: `Samples.origin` if the run's own data set is missing.
DRAWN = "drawn faces"


@dataclasses.dataclass(frozen=True)
class Samples:
    """N images, each with one attribute to invert.

    Attributes:
        images: float32 (N, S, S, 3) in [-1, 1].
        source: (N, A) in {0, 1}, their attributes.
        difference: (N, A): attribute i % A of image i is inverted.
        origin: Where the images come from, for reports.
    """

    images: np.ndarray
    source: np.ndarray
    difference: np.ndarray
    origin: str

    def split(self, count: int) -> tuple["Samples", "Samples"]:
        """The first `count` samples, and the rest."""
        return self._rows(slice(0, count)), self._rows(slice(count, None))

    def _rows(self, rows: slice) -> "Samples":
        return Samples(self.images[rows], self.source[rows], self.difference[rows], self.origin)


def load_samples(config: Config, count: int, data_dir: str = "", can_draw: bool = True) -> Samples:
    """`count` images from across the run's training split (fewer if it has fewer), or drawn faces
    if the run's data set is not on this machine.

    `data_dir` replaces the run's data folder and must exist. Without `can_draw`, thousands of
    images of --dataset=synthetic are not drawn for these few.
    """
    data = config.data
    if data_dir:
        data = dataclasses.replace(data, data_dir=data_dir)
    elif data.dataset == "synthetic":
        if not (can_draw or is_drawn(data)):
            return _edits(_drawn(config, count), _random_source(config, count), DRAWN)
    elif not Path(data.data_dir or "/nowhere").exists():
        logging.warning(
            "The run's data set (%s) was not found: comparing on drawn faces. To compare on its "
            "images, name its folder with --data_dir of stgan_tf.export.",
            data.source,
        )
        return _edits(_drawn(config, count), _random_source(config, count), DRAWN)
    table = load_split(data, "train")
    rows = np.unique(np.linspace(0, len(table) - 1, count).astype(int))
    table = table.select(rows)
    batches = name_unreadable(evaluation_dataset(table, data, _BATCH), table, data)
    parts = [(batch["images"].numpy(), batch["source_attributes"].numpy()) for batch in batches]
    images, source = (np.concatenate(values) for values in zip(*parts, strict=True))
    # Shuffled, because calibration takes the first ones and comparison the rest.
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
    # The drawn faces cropped to the run's frame, or whole if the frame has another shape.
    rule = config.data.crop_rule
    faces = np.stack([counterfactual(seed=0, index=i, changes={}) for i in range(count)])
    if rule.find(*CELEBA_FRAME) is not None:
        faces = rule.square_of(*CELEBA_FRAME).cut(faces)
    return resize_bicubic_numpy(faces, size)


def _random_source(config: Config, count: int) -> np.ndarray:
    shape = (count, len(config.data.attributes))
    return np.random.default_rng(0).integers(0, 2, shape).astype(np.float32)
