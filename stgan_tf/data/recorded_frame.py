"""The frame that --crop refers to, taken from the images and recorded in the configuration."""

import dataclasses
import logging

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import unreadable_message
from stgan_tf.frame import CropRule, Size, is_own_crop, training_rule
from stgan_tf.image_formats import open_image, orientation_of
from stgan_tf.squaring import STRETCH

#: The EXIF orientations that swap height and width.
_QUARTER_TURNS = (5, 6, 7, 8)


def upright_size(path: str) -> Size:
    """Height and width of an image file after applying its EXIF orientation, from the header alone.
    Raises OSError or ValueError if it cannot be read.
    """
    with open(path, "rb") as file, open_image(file) as image:
        height, width = image.height, image.width
        turned = orientation_of(image) in _QUARTER_TURNS
    return Size(width, height) if turned else Size(height, width)


def with_recorded_frame(config: DataConfig, paths: np.ndarray) -> DataConfig:
    """`config` with the size of the first of `paths` as its crop_frame, if it has none yet and its
    crop is a part of an image. Logs if whole images are stretched to a square.

    Raises ValueError naming the image if it cannot be read or does not fit the crop.
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
    if size.height != size.width and config.crop_rule.resize == STRETCH:
        # For domains this is what the paper does; for faces it is usually an oversight.
        say, faces = logging.info, ""
        if not config.resize:
            say, faces = logging.warning, " For CelebA's aligned images, use --crop=celeba."
        say(
            "%s is %s (width x height) and is stretched to a square of %d pixels. --resize=cover "
            "uses the middle and --resize=contain all of it, both in proportion.%s",
            first,
            size,
            config.image_size,
            faces,
        )
    return config


def rule_of_first(paths: np.ndarray, config: DataConfig) -> CropRule:
    """The crop rule of `config` once the size of the first of `paths` (readable images) is
    recorded.
    """
    if not is_own_crop(config.crop) or config.crop_frame or not len(paths):
        return config.crop_rule
    frame = upright_size(str(paths[0]))
    return training_rule(config.crop, config.image_size, frame, config.resize)


def fitting(paths: np.ndarray, rule: CropRule) -> np.ndarray:
    """(N,) bool: which of `paths` (readable images) have a size that fits."""
    if rule.frame is None:
        return np.ones(len(paths), bool)
    return np.array([rule.find(*upright_size(str(path))) is not None for path in paths], bool)
