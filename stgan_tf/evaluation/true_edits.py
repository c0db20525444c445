"""The true edits of drawn images, prepared like the generator's input images."""

import logging

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.evaluation.drawn_scenes import DrawnScene, find_drawn_scene
from stgan_tf.images import resize_bicubic_numpy, to_uint8
from stgan_tf.sources.registry import as_folder
from stgan_tf.synthetic.parallel import drawing_ahead


class TrueEdits:
    """Redraws the images of a drawn data set with an attribute flipped.

    Args:
        config: The run's data configuration.
        scene: The scene that draws it.
    """

    def __init__(self, config: DataConfig, scene: DrawnScene):
        self._config = config
        self._scene = scene
        self.provenance = scene.provenance

    @classmethod
    def of_data_set(cls, config: DataConfig):
        """The true edits of a data set; None if it was not drawn, was drawn by another version of
        the generator (logged), or has attributes that cannot be drawn.
        """
        if config.dataset not in ("folder", "synthetic", "domains"):
            return None
        config = as_folder(config)
        try:
            # For domains, the lists and the images are in different folders.
            folders = [folder for folder in (config.data_dir, config.image_dir) if folder]
            scene = find_drawn_scene(folders, config.attributes)
        except ValueError as error:
            logging.warning("No true edits are shown: %s", error)
            return None
        return None if scene is None else cls(config, scene)

    def of_image(self, path, attributes):
        """A list of A uint8 images (image_size, image_size, 3), each with one attribute flipped.

        Args:
            path: The image's file; its number, counted from 1, identifies the drawing.
            attributes: (A,) in {0, 1}, the image's labels.
        """
        return [
            self._prepared(self._scene.true_edit(str(path), name, int(value)))
            for name, value in zip(self._config.attributes, attributes, strict=True)
        ]

    def drawing(self, paths, attributes):
        """A context manager that draws in the background, on all cores. Yields an iterator of (the
        image as drawn, before JPEG; the list from `of_image`) for each of `paths` with its row of
        `attributes` (B, A), in order.
        """
        rows = list(zip(map(str, paths), np.asarray(attributes), strict=True))
        return drawing_ahead(self._drawing_and_truths, rows)

    def _drawing_and_truths(self, row):
        path, attributes = row
        return self._prepared(self._scene.drawing(path)), self.of_image(path, attributes)

    def _prepared(self, drawn):
        seen = self._config.crop_rule.square_of(*drawn.shape[:2]).cut(drawn)
        return to_uint8(resize_bicubic_numpy(seen, self._config.image_size))
