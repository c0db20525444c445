"""Pictures of one face edited in many ways: every attribute, or one attribute at many strengths."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from stgan_tf.evaluation.figures import labelled_grid
from stgan_tf.files import write_with

#: Number of strengths in a sweep.
_SWEPT = 7
_GIF_MILLISECONDS = 250
_GIF_SMALLEST_SIDE = 256

#: (patches (B, S, S, 3), {attribute: difference}) -> edited patches.
Edit = Callable[[np.ndarray, Mapping[str, float]], np.ndarray]


def attribute_grid(edit: Edit, patches: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """uint8 (H, W, 3): two rows per face, each attribute added above and removed below."""
    rows = []
    added, removed = ([edit(patches, {name: value}) for name in names] for value in (1, -1))
    for face, source in enumerate(patches):
        rows += [[source, *(column[face] for column in part)] for part in (added, removed)]
    several = len(patches) > 1
    numbers = [f"face {number}: " if several else "" for number in range(1, len(patches) + 1)]
    labels = [number + change for number in numbers for change in ("add", "remove")]
    return labelled_grid(rows, ["Source", *names], labels)


def sweep_frames(
    edit: Edit, patch: np.ndarray, name: str, strongest: float
) -> dict[float, np.ndarray]:
    """{strength: the patch, uint8 (S, S, 3), with one attribute at that strength}, from removing it
    at `strongest` to adding it.
    """
    strengths = np.round(np.linspace(-strongest, strongest, _SWEPT), 2).tolist()
    return {value: edit(patch[None], {name: value})[0] for value in strengths}


def sweep_strip(frames: Mapping[float, np.ndarray], name: str) -> np.ndarray:
    """uint8 (H, W, 3): the frames side by side under their strengths."""
    return labelled_grid([list(frames.values())], [f"{name} {value:+g}" for value in frames])


def write_gif(path: Path | str, frames: Sequence[np.ndarray]) -> None:
    """Writes a looping back-and-forth animation; small frames are enlarged by an integer factor."""
    factor = max(1, -(-_GIF_SMALLEST_SIDE // frames[0].shape[0]))
    images = [Image.fromarray(frame.repeat(factor, 0).repeat(factor, 1)) for frame in frames]
    images += images[-2:0:-1]
    options = {"append_images": images[1:], "duration": _GIF_MILLISECONDS, "loop": 0}
    write_with(path, lambda file: images[0].save(file, format="GIF", save_all=True, **options))


def side_by_side(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The original and the result, of equal shape, with a white line between them."""
    white = np.iinfo(before.dtype).max
    line = np.full(
        (before.shape[0], max(2, before.shape[1] // 100), *before.shape[2:]), white, before.dtype
    )
    return np.concatenate([before, line, after], axis=1)
