"""The networks of MTCNN (the optional extra `align`): the whole cascade, and the last network.

The package mtcnn (MIT licence) carries its weights in its wheel, so nothing is fetched when it
runs, and it was trained on CelebA's landmarks. It runs on TensorFlow, which is imported here when a
face is looked for, not before.
"""

import functools
import gc
import sys
from typing import NamedTuple

import numpy as np

#: What the last network sees of a face: so many pixels a side.
VIEW_SIZE = 48
#: The networks see values - 127.5: the grey that tells them nothing.
NEUTRAL_GREY = 127
_LAST_STAGE = 3
#: Of a candidate; mtcnn's own is 0.8, but here a second look decides.
_LEAST_SCORE = 0.7
#: Side of what each network takes; the first goes over a whole image.
_STAGE_SIDES = (None, 24, VIEW_SIZE)


class Candidate(NamedTuple):
    """corners: (2, 2) x, y of the box's top left and bottom right. landmarks: (5, 2) x, y.
    score: 0 to 1.
    """

    corners: np.ndarray
    landmarks: np.ndarray
    score: float


def candidates(pixels: np.ndarray) -> list[Candidate]:
    """What the cascade takes for upright faces in uint8 (H, W, 3), of 20 pixels and more."""
    # The smallest face stays at mtcnn's 20 pixels: with another value its image pyramid can end
    # below the size that its network takes, which it reports as an image without faces.
    rows = _detector().detect_faces(
        pixels, box_format="xyxy", output_type="numpy", threshold_onet=_LEAST_SCORE
    )
    # A row: image, left, top, right, bottom, score, five x, five y.
    return [
        Candidate(row[1:5].reshape(2, 2), np.stack([row[6:11], row[11:16]], axis=1), float(row[5]))
        for row in np.asarray(rows, np.float64).reshape(-1, 16)
    ]


def judge(views: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the last network says of faces that fill a square.

    views: uint8 (N, VIEW_SIZE, VIEW_SIZE, 3).
    Returns scores (N,), 0 to 1, and landmarks (N, 5, 2), x and y as shares of the square's side.
    """
    network = _detector().get_stage(stage_id=_LAST_STAGE).model
    _, landmarks, scores = network(((views - 127.5) / 128).astype(np.float32))
    points = np.asarray(landmarks, np.float64).reshape(-1, 2, 5)
    return np.asarray(scores, np.float64)[:, 1], points.transpose(0, 2, 1)


@functools.cache
def _detector():
    try:
        from mtcnn import MTCNN
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"Finding faces needs the package {error.name}. Install it with "
            'pip install "stgan-tf[align]", or give the landmarks in a file.'
        ) from None
    # Loading its weights leaves lz4 readers behind, which on Python 3.13 complain on standard error
    # when they are collected ("Exception ignored in ..."): nothing is lost, so not a word of it.
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        detector = MTCNN()
        gc.collect()
    finally:
        sys.unraisablehook = hook
    import tensorflow as tf

    for stage, side in zip(detector.stages, _STAGE_SIDES, strict=True):
        # As a graph a network takes a third of the time: it is small and called for a dozen sizes.
        signature = [tf.TensorSpec((None, side, side, 3), tf.float32)]
        stage._model = tf.function(stage.model.__call__, input_signature=signature)
    return detector
