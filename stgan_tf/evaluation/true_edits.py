"""The true edits of drawn faces, prepared like the images that the generator was given."""

import dataclasses
import logging
from pathlib import Path

import numpy as np

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.config.data import DataConfig
from stgan_tf.images import crop, resize_bicubic_numpy, to_uint8
from stgan_tf.sources.registry import as_folder
from stgan_tf.synthetic.faces import counterfactual, drawing_ahead, load_provenance


class TrueEdits:
    """Draws the faces of a synthetic data set again with an attribute flipped.

    Args:
        config: The run's data, with the drawn data set as its data_dir.
        provenance: `load_provenance` of it.
    """

    def __init__(self, config: DataConfig, provenance):
        self._config = config
        self._seed = provenance.seed
        self.provenance = dataclasses.asdict(provenance)

    @classmethod
    def of_data_set(cls, config: DataConfig):
        """None where the data set was not drawn, was drawn by another version of the generator
        (logged), or has attributes that cannot be drawn.
        """
        if config.dataset not in ("folder", "synthetic"):
            return None
        if not set(config.attributes) <= set(PAPER_ATTRIBUTES):
            return None
        config = as_folder(config)
        try:
            return cls(config, load_provenance(config.data_dir))
        except FileNotFoundError:
            return None
        except ValueError as error:
            logging.warning("No true edits are shown: %s", error)
            return None

    def of_image(self, path, attributes):
        """List of A uint8 images (image_size, image_size, 3): each attribute flipped in turn.

        Args:
            path: The image's file; its number, from 1, is what was drawn.
            attributes: (A,) in {0, 1}, the image's labels.
        """
        return [
            self._draw(path, {name: 1 - int(value)})
            for name, value in zip(self._config.attributes, attributes, strict=True)
        ]

    def drawing(self, paths, attributes):
        """A context that draws meanwhile, on all cores, and gives an iterator: (the image as it was
        drawn, before JPEG; `of_image`'s list) for each of `paths` with its row of `attributes`
        (B, A), in order.
        """
        faces = list(zip(map(str, paths), np.asarray(attributes), strict=True))
        return drawing_ahead(self._drawing_and_truths, faces)

    def _drawing_and_truths(self, face):
        path, attributes = face
        return self._draw(path, {}), self.of_image(path, attributes)

    def _draw(self, path, changes):
        config = self._config
        drawn = counterfactual(self._seed, int(Path(path).stem) - 1, changes)
        box = config.crop_rule.box_of(*drawn.shape[:2])
        return to_uint8(resize_bicubic_numpy(crop(drawn, box), config.image_size))
