"""The frame that --crop is given for, taken from the images and recorded in the configuration."""

import dataclasses
import logging

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import unreadable_message
from stgan_tf.frame import CropRule, Size, is_own_crop, training_rule
from stgan_tf.image_formats import open_image, orientation_of

#: EXIF's orientations that swap height and width.
_QUARTER_TURNS = (5, 6, 7, 8)


def upright_size(path: str) -> Size:
    """Height and width of an image file after its EXIF orientation, from the header alone. Raises
    OSError or ValueError where it cannot be read.
    """
    with open(path, "rb") as file, open_image(file) as image:
        height, width = image.height, image.width
        turned = orientation_of(image) in _QUARTER_TURNS
    return Size(width, height) if turned else Size(height, width)


def with_recorded_frame(config: DataConfig, paths: np.ndarray) -> DataConfig:
    """`config` with the size of the first of `paths` as its crop_frame, where it has none yet and
    its crop is a part of an image. Says so where whole images are not square.

    Raises ValueError naming the image where it cannot be read or does not fit the crop.
    """
    if config.crop_frame:
        return config
    first = str(paths[0])
    try:
        size = upright_size(first)
        config.crop_rule.box_of(*size)
    except (OSError, ValueError) as error:
        raise ValueError(unreadable_message(first, config.crop_rule)) from error
    if config.crop != "none":
        return dataclasses.replace(config, crop_frame=tuple(size))
    if size.height != size.width:
        logging.warning(
            "%s is %s (width x height): --crop=none squeezes it to a square of %d. If the images "
            "are CelebA's aligned ones, pass --crop=celeba, else a square part of them "
            "(--crop=TOP,LEFT,HEIGHT,WIDTH) keeps faces in proportion.",
            first,
            size,
            config.image_size,
        )
    return config


def rule_of_first(paths: np.ndarray, config: DataConfig) -> CropRule:
    """The rule of `config` as it is once the first of `paths`, readable images, is recorded."""
    if not is_own_crop(config.crop) or config.crop_frame or not len(paths):
        return config.crop_rule
    return training_rule(config.crop, config.image_size, upright_size(str(paths[0])))


def fitting(paths: np.ndarray, rule: CropRule) -> np.ndarray:
    """(N,) bool: which of `paths`, readable images, are of a size that fits."""
    if rule.frame is None:
        return np.ones(len(paths), bool)
    return np.array([rule.find(*upright_size(str(path))) is not None for path in paths], bool)
