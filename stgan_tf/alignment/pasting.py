"""Pastes an edited patch back into the photo it came from."""

import numpy as np
from PIL import Image

from stgan_tf.alignment.channels import STEP_16, has_colour, require_photo, to_grey
from stgan_tf.alignment.similarity import Similarity
from stgan_tf.alignment.warping import Aligned, covered, cut_patch
from stgan_tf.frame import CELEBA_FRAME, Size
from stgan_tf.images import CropBox

METHODS = ("difference", "replace")


def paste(
    photo: np.ndarray,
    edited: np.ndarray,
    aligned: Aligned,
    box: CropBox,
    *,
    frame: Size = CELEBA_FRAME,
    unedited: np.ndarray | None = None,
    method: str = "difference",
    feather: float = 0.12,
) -> np.ndarray:
    """Returns the photo, a new array of its shape and type, with the edit applied.

    photo: the pixels passed to `align`, uint8 or uint16 (H, W), (H, W, 2), (H, W, 3) or (H, W, 4).
      Alpha is kept, and a greyscale photo stays greyscale.
    edited: uint8 (S, S, 3), the network's edit of `cut_patch(aligned, box, S, frame)`.
    aligned: the result of `align`. box: the network's crop of `frame`, CelebA's at any scale.
    unedited: uint8 (S, S, 3), the reference for no change; `cut_patch(...)` if None. The network's
      output for a difference vector of zeros is a better choice: unrequested changes (a little
      blur) then cancel out.
    method: "difference" adds edited - unedited, so the photo keeps its own detail and colours, and
      pixels change only where the edit changes something. "replace" pastes the patch itself, at the
      patch's resolution.
    feather: the edit fades in from the border of the box over this fraction of its shorter side,
      above 0 and at most 0.5.

    No pixel outside the box changes. Raises ValueError for arrays that do not match.
    """
    require_photo(photo)
    _require_patch("edited", edited)
    if photo.shape[:2] != aligned.photo_size:
        raise ValueError(
            "The photo must be the one that was aligned, {}x{} (height x width). Received: "
            "{}x{}.".format(*aligned.photo_size, *photo.shape[:2])
        )
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}. Received: {method!r}.")
    if not 0 < feather <= 0.5:
        raise ValueError(f"feather must be above 0 and at most 0.5. Received: {feather}.")
    change = edited.astype(np.float32)
    if method == "difference":
        if unedited is None:
            unedited = cut_patch(aligned, box, len(edited), frame)
        _require_patch("unedited", unedited)
        if unedited.shape != edited.shape:
            raise ValueError(
                f"edited and unedited must have the same shape. Received: {edited.shape} and "
                f"{unedited.shape}."
            )
        change -= unedited
    if not has_colour(photo):
        grey = to_grey(change)
        change = np.repeat(grey[..., None], 3 if photo.shape[2:] in ((3,), (4,)) else 1, axis=2)
    if photo.dtype == np.uint16:
        change *= STEP_16
    area = aligned.scaled_box(box, frame)
    return _add(photo, change, aligned, area, feather, method)


def _add(
    photo: np.ndarray,
    change: np.ndarray,
    aligned: Aligned,
    area: CropBox,
    feather: float,
    method: str,
) -> np.ndarray:
    """Adds the change to the photo; `area`: the crop in pixels of `aligned.image`."""
    bottom, right = area.top + area.height, area.left + area.width
    corners = [(area.left, area.top), (right, area.top), (right, bottom), (area.left, bottom)]
    corners = aligned.to_aligned.inverse()(np.array(corners) - 0.5)
    top, left, bottom, right = covered(corners, aligned.photo_size)
    # From the part's pixels to those of `aligned.image`: only this part is computed.
    step = aligned.to_aligned
    from_part = Similarity(step.factor, step.factor * complex(left, top) + step.shift)
    weights = _weights(from_part, area, (bottom - top, right - left), feather)
    result, white = photo.copy(), np.iinfo(photo.dtype).max
    # A NumPy view with a channel axis; alpha, if any, comes after the colours.
    part = result.reshape(*result.shape[:2], -1)[top:bottom, left:right]
    for channel in range(change.shape[2]):
        new = _enlarged(change[..., channel], from_part, area, weights.shape)
        old = part[..., channel].astype(np.float32)
        if method == "replace":
            new -= old
        new *= weights
        new += old
        part[..., channel] = np.clip(np.rint(new, out=new), 0, white, out=new)
    return result


def _weights(
    from_part: Similarity, area: CropBox, shape: tuple[int, int], feather: float
) -> np.ndarray:
    """(*shape) float32 weights: 0 outside the area, rising smoothly to 1 inside it."""
    rows, columns = (np.arange(length, dtype=np.float32) for length in shape)
    cos, sin = np.float32(from_part.factor.real), np.float32(from_part.factor.imag)
    x = (cos * columns + np.float32(from_part.shift.real))[None] - (sin * rows)[:, None]
    y = (sin * columns + np.float32(from_part.shift.imag))[None] + (cos * rows)[:, None]
    inside = np.minimum(
        _edge_distance(x, area.left, area.width), _edge_distance(y, area.top, area.height)
    )
    inside /= np.float32(feather * min(area.width, area.height))
    np.clip(inside, 0, 1, out=inside)
    return inside * inside * (3 - 2 * inside)


def _edge_distance(position: np.ndarray, first: int, length: int) -> np.ndarray:
    """Distance in pixels to the nearer of two edges, negative outside. Overwrites `position`."""
    half = np.float32(length / 2)
    position -= np.float32(first - 0.5) + half
    return half - np.abs(position, out=position)


def _enlarged(
    values: np.ndarray, from_part: Similarity, area: CropBox, shape: tuple[int, int]
) -> np.ndarray:
    """A channel of the patch, float32 (S, S), resampled at the pixels of the part, (*shape)."""
    size = len(values)
    image = Image.fromarray(values)
    # The official resize to the patch has no half-pixel offset: patch = (x - left) * S / width.
    per_pixel = np.array((size / area.width, size / area.height))
    origin = (from_part((0, 0)) - (area.left, area.top)) * per_pixel
    across = (from_part((1, 0)) - from_part((0, 0))) * per_pixel
    down = (from_part((0, 1)) - from_part((0, 0))) * per_pixel
    shrinking = from_part.scale * per_pixel.max()
    if shrinking > 1:  # a face smaller than the patch: low-pass filter first
        fewer = max(1, round(size / shrinking))
        image = image.resize((fewer, fewer), Image.Resampling.LANCZOS)
        origin = (origin + 0.5) * (fewer / size) - 0.5
        across, down = across * (fewer / size), down * (fewer / size)
    # Pillow's coordinates refer to pixel corners, in both images.
    offset = origin + 0.5 - 0.5 * (across + down)
    coefficients = (across[0], down[0], offset[0], across[1], down[1], offset[1])
    moved = image.transform(
        shape[::-1], Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC
    )
    return np.array(moved)


def _require_patch(name: str, patch: np.ndarray) -> None:
    patch = np.asarray(patch)
    square = patch.ndim == 3 and patch.shape[0] == patch.shape[1] > 0 and patch.shape[2] == 3
    if patch.dtype != np.uint8 or not square:
        raise ValueError(
            f"{name} must be a square uint8 patch (S, S, 3); images.to_uint8 converts a network's "
            f"output. Received: {patch.dtype} {patch.shape}."
        )
