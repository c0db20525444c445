"""The networks of MTCNN (the optional extra `align`): the full cascade, and its last network.

The package mtcnn (MIT licence) includes its weights in its wheel, so nothing is downloaded at run
time, and it was trained on CelebA's landmarks. It runs on TensorFlow, which is imported only when
faces are detected.
"""

import functools
import gc
import sys

import numpy as np
from PIL import Image

from stgan_tf.alignment.candidate import Candidate

#: Side length in pixels of the last network's input.
VIEW_SIZE = 48
#: Where the last network expects a face in CelebA's frame, in pixels from its corner: centre and
#: side of the square.
VIEW_MIDDLE = (88.5, 118.0)
VIEW_SIDE = 112.0
#: (longest side to which the photo is shrunk, margin as a fraction of that side) of the first look:
#: one for faces down to 1/50 of the longer side, one for faces cut by the photo's border.
_FIRST_LOOKS = ((1000, 0.03), (300, 0.35))
#: The networks' inputs are values - 127.5, so this grey is neutral.
NEUTRAL_GREY = 127
_LAST_STAGE = 3
#: Minimum score of a candidate; mtcnn's own is 0.8, but here the second stage decides.
_LEAST_SCORE = 0.7
#: Input size of each network; the first is applied to whole images.
_STAGE_SIDES = (None, 24, VIEW_SIZE)


def first_look(pixels: np.ndarray) -> list[Candidate]:
    """Candidate faces in uint8 (H, W, 3), in its pixels; a face may appear more than once."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    found = []
    for longest_side, rim in _FIRST_LOOKS:
        if longest_side == _FIRST_LOOKS[0][0] and longest <= _FIRST_LOOKS[1][0]:
            continue  # the other pass sees as many pixels, and more margin
        shrink = min(1.0, longest_side / longest)
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        small = pixels
        if shrink < 1:
            small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
        around = round(rim * max(size))
        rimmed = np.pad(
            small,
            ((around, around), (around, around), (0, 0)),
            constant_values=NEUTRAL_GREY,
        )
        per_axis = np.array((width, height)) / size
        for corners, landmarks, score in candidates(rimmed):
            corners, landmarks = (
                (points - around + 0.5) * per_axis - 0.5 for points in (corners, landmarks)
            )
            found.append(Candidate(corners, landmarks, score))
    return found


def candidates(pixels: np.ndarray) -> list[Candidate]:
    """The cascade's candidates for upright faces of at least 20 pixels in uint8 (H, W, 3)."""
    # The minimum face size stays at mtcnn's 20 pixels: with other values its image pyramid can end
    # below the network's input size, which it reports as an image without faces.
    rows = _detector().detect_faces(
        pixels, box_format="xyxy", output_type="numpy", threshold_onet=_LEAST_SCORE
    )
    # A row: image, left, top, right, bottom, score, five x, five y.
    return [
        Candidate(row[1:5].reshape(2, 2), np.stack([row[6:11], row[11:16]], axis=1), float(row[5]))
        for row in np.asarray(rows, np.float64).reshape(-1, 16)
    ]


def judge(views: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs the last network on square views of faces.

    views: uint8 (N, VIEW_SIZE, VIEW_SIZE, 3).
    Returns scores (N,), 0 to 1, and landmarks (N, 5, 2), x and y as fractions of the square's side.
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
            f"Detecting faces needs the package {error.name}. Install it with "
            'pip install "stgan-tf[align]", or give the landmarks in a file.'
        ) from None
    # Loading the weights leaves lz4 readers behind, which on Python 3.13 print "Exception ignored
    # in ..." when they are garbage-collected. It is harmless, so it is suppressed.
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        detector = MTCNN()
        gc.collect()
    finally:
        sys.unraisablehook = hook
    import tensorflow as tf

    for stage, side in zip(detector.stages, _STAGE_SIDES, strict=True):
        # As a graph, a network takes a third of the time: it is small and called for a dozen sizes.
        signature = [tf.TensorSpec((None, side, side, 3), tf.float32)]
        stage._model = tf.function(stage.model.__call__, input_signature=signature, autograph=False)
    return detector
