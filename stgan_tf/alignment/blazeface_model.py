"""BlazeFace (short range) of MediaPipe, run by ai-edge-litert: no TensorFlow.

A network of 128 x 128 pixels that gives 896 boxes with a score and six points each (Bazarevsky et
al., arXiv 1907.05047). A photo is seen as a whole and in tiles, so that small faces are found too.
The file's origin and licence are in blazeface/README.md.
"""

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from stgan_tf.alignment.candidate import Candidate

MODEL_FILE = Path(__file__).parent / "blazeface" / "face_detection_short_range.tflite"
#: Side length in pixels of the network's input.
VIEW_SIZE = 128
#: The square of CelebA's frame in which a face is judged: centre, and side.
VIEW_MIDDLE = (88.5, 115.0)
VIEW_SIDE = 150.0
#: (cells along each side, boxes per cell) of the network's two grids.
_GRIDS = ((16, 2), (8, 6))
#: Sides of the tiles, relative to the photo's longer side. The first has a margin, for faces cut by
#: the photo's border.
_TILES = (1.3, 1.0, 0.5, 0.25)
#: The smallest tile, in pixels.
_SMALLEST_TILE = 96
#: Minimum score of a candidate; the second look decides.
_LEAST_SCORE = 0.5
#: Boxes that overlap by more than this fraction of their union are the same face.
_SAME_FACE = 0.3
_NEUTRAL_GREY = 127
#: Distance of CelebA's mouth corners, relative to that of the eyes: the network gives only the
#: middle of the mouth.
_MOUTH_WIDTH = 33 / 39
#: How far the network's eyes and mouth are below CelebA's, relative to the distance of the eyes:
#: the median of 300 CelebA photos.
_EYES_UP = 1.2 / 37.5
_MOUTH_UP = 3.6 / 37.5


def first_look(pixels: np.ndarray) -> list[Candidate]:
    """Candidate faces in uint8 (H, W, 3), in its pixels; each appears once."""
    scores, shapes = [], []
    for tile, (left, top, side) in _tiles(pixels):
        seen_scores, seen = _run(tile)
        keep = seen_scores >= _LEAST_SCORE
        scores.append(seen_scores[keep])
        shapes.append(seen[keep] * side + (left, top) - 0.5)
    scores, shapes = np.concatenate(scores), np.concatenate(shapes)
    return [
        Candidate(shape[:2], _five_points(shape[2:]), float(score))
        for score, shape in _merged(scores, shapes)
    ]


def judge(views: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best face of each square view, uint8 (N, VIEW_SIZE, VIEW_SIZE, 3).

    Returns scores (N,), 0 to 1, and landmarks (N, 5, 2), x and y as fractions of the square's side.
    """
    scores, points = [], []
    for view in views:
        seen_scores, shapes = _run(view)
        order = np.argsort(-seen_scores, kind="stable")[:16]
        best = next(iter(_merged(seen_scores[order], shapes[order] * VIEW_SIZE)))
        scores.append(best[0])
        points.append(_five_points(best[1][2:] / VIEW_SIZE))
    return np.array(scores), np.stack(points)


def _tiles(pixels: np.ndarray) -> Iterator[tuple[np.ndarray, tuple[float, float, float]]]:
    """Squares of a photo at the network's size, with their left, top and side in the photo."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    image = Image.fromarray(pixels)
    for share in _TILES:
        side = round(share * longest)
        if share < 1 and side < _SMALLEST_TILE:
            continue
        for top in _starts(height, side):
            for left in _starts(width, side):
                box = (max(0, left), max(0, top), min(width, left + side), min(height, top + side))
                yield _view(image, box, (left, top, side)), (left, top, side)


def _starts(length: int, side: int) -> list[int]:
    """First pixels of overlapping tiles of `side` pixels; negative if one covers everything."""
    if side >= length:
        return [(length - side) // 2]
    count = -(-2 * (length - side) // side) + 1
    return [round(index * (length - side) / (count - 1)) for index in range(count)]


def _view(image: Image.Image, box: tuple, square: tuple[int, int, int]) -> np.ndarray:
    """The part `box` of an image in its place of the square, uint8 (128, 128, 3)."""
    left, top, side = square
    scale = VIEW_SIZE / side
    columns, rows = (
        max(1, round((end - start) * scale)) for start, end in ((box[0], box[2]), (box[1], box[3]))
    )
    part = image.resize((columns, rows), Image.Resampling.BILINEAR, box, reducing_gap=3.0)
    view = np.full((VIEW_SIZE, VIEW_SIZE, 3), _NEUTRAL_GREY, np.uint8)
    x = min(round((box[0] - left) * scale), VIEW_SIZE - columns)
    y = min(round((box[1] - top) * scale), VIEW_SIZE - rows)
    view[y : y + rows, x : x + columns] = np.asarray(part)
    return view


def _run(view: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores (896,), and (896, 8, 2) x, y as fractions of the side: two corners, six points."""
    interpreter, given, outputs = _network()
    interpreter.set_tensor(given, (view / 127.5 - 1).astype(np.float32)[None])
    interpreter.invoke()
    values = interpreter.get_tensor(outputs["regressors"])[0].reshape(-1, 8, 2) / VIEW_SIZE
    scores = interpreter.get_tensor(outputs["classificators"])[0, :, 0]
    middle, half, points = values[:, :1] + _anchors(), values[:, 1:2] / 2, values[:, 2:]
    shapes = np.concatenate([middle - half, middle + half, points + _anchors()], axis=1)
    return 1 / (1 + np.exp(-np.clip(scores, -80, 80).astype(np.float64))), shapes


def _merged(scores: np.ndarray, shapes: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
    """Faces, best first: the mean, weighted by score, of the boxes that overlap the best one."""
    left = np.argsort(-scores, kind="stable")
    while len(left):
        best = left[0]
        same = _overlap(shapes[best], shapes[left]) > _SAME_FACE
        same[0] = True
        group = left[same]
        weights = scores[group, None, None]
        yield float(scores[best]), (shapes[group] * weights).sum(axis=0) / weights.sum()
        left = left[~same]


def _overlap(shape: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Intersection over union of a box with others; the first two points are the corners."""
    first, last = np.maximum(shape[0], others[:, 0]), np.minimum(shape[1], others[:, 1])
    shared = np.prod(np.maximum(last - first, 0), axis=1)
    areas = np.prod(np.maximum(others[:, 1] - others[:, 0], 0), axis=1)
    own = float(np.prod(np.maximum(shape[1] - shape[0], 0)))
    return shared / np.maximum(areas + own - shared, 1e-12)


def _five_points(points: np.ndarray) -> np.ndarray:
    """Eyes, nose, mouth and ears (6, 2) -> CelebA's five landmarks (5, 2)."""
    left_eye, right_eye, nose, mouth = points[:4]
    across = right_eye - left_eye
    aside, up = across * _MOUTH_WIDTH / 2, np.array((across[1], -across[0]))
    mouth = mouth + _MOUTH_UP * up
    eyes = points[:2] + _EYES_UP * up
    return np.stack([*eyes, nose, mouth - aside, mouth + aside])


@functools.cache
def _anchors() -> np.ndarray:
    """(896, 1, 2): the centres of the boxes' cells, as fractions of the side."""
    centres = []
    for cells, boxes in _GRIDS:
        rows, columns = np.mgrid[:cells, :cells]
        grid = (np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5) / cells
        centres.append(grid.repeat(boxes, axis=0))
    return np.concatenate(centres)[:, None]


@functools.cache
def _network():
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"The detector blazeface needs the package {error.name}. Install it with "
            'pip install "stgan-tf[litert]", or use --detector=mtcnn.'
        ) from None
    interpreter = Interpreter(str(MODEL_FILE), num_threads=1)
    interpreter.allocate_tensors()
    outputs = {each["name"]: each["index"] for each in interpreter.get_output_details()}
    return interpreter, interpreter.get_input_details()[0]["index"], outputs
