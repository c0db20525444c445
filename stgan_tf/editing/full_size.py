"""A whole picture as a model sees it, and the model's edit applied at full size. No TensorFlow.

A model of 128 x 128 pixels edits a 24-megapixel picture at its own resolution: upsampled, its
difference is a blur that ignores the edges in the picture. But its edit of the small view tells
more: how, near each pixel, the change depends on the colour there (meadow becomes white, sky
stays). These slopes are fitted on the view with the local linear model of guided filtering (He et
al., ECCV 2010, with colours as the guide; fitted at low and applied at full resolution as in He and
Sun, arXiv 1505.00996), and applied to the detail that only the full-size picture has:

    change = enlarged(difference) + enlarged(slopes) * (picture - enlarged(view))

Where the picture is as smooth as its view, this is the model's difference. The guided filter itself
would instead smooth the difference: 1.3 to 2.3 dB worse on drawn seasons (see docs/seasons.md).
"""

import dataclasses

import numpy as np
from PIL import Image
from scipy.ndimage import uniform_filter

from stgan_tf.alignment.channels import as_rgb, has_colour, require_photo, to_grey
from stgan_tf.images import CropBox
from stgan_tf.squaring import CONTAIN, COVER, reflected

#: Radius of the windows in which slopes are fitted, in pixels of the view.
_RADIUS = 2
#: Variance of colours in [0, 1] below which a window counts as uniform: about one 8-bit grey level,
#: the resolution of a model's output.
_LEAST_VARIANCE = 1e-5
#: Pixels of the picture computed at once; bounds the memory.
_STRIP_PIXELS = 2**19
#: For the view and for all upsampling; when shrinking, Pillow's filter is antialiased.
_KERNEL = Image.Resampling.BICUBIC


@dataclasses.dataclass(frozen=True)
class PictureView:
    """A model's view of a picture.

    Attributes:
        pixels: uint8 (S, S, 3).
        part: The part of `pixels` that shows the picture; the rest shows its reflection.
    """

    pixels: np.ndarray
    part: CropBox


def view_of(picture: np.ndarray, size: int, resize: str) -> PictureView:
    """The view of a whole picture for a model of `size` x `size` pixels.

    Args:
        picture: uint8 or uint16 (H, W), (H, W, 2), (H, W, 3) or (H, W, 4), as from `read_photo`.
        resize: How the model's training images were made square (`stgan_tf.squaring`); empty:
            STRETCH. COVER is treated like CONTAIN, which also keeps proportions: an edit of the
            middle square only would be useless.

    Unlike the resize in training this one is antialiased: photos have many times more pixels than
    training images, and texture would alias.
    """
    require_photo(picture)
    height, width = picture.shape[:2]
    part = CropBox(0, 0, size, size)
    if resize in (COVER, CONTAIN):
        longer = max(height, width)
        rows, columns = (max(1, round(size * side / longer)) for side in (height, width))
        part = CropBox((size - rows) // 2, (size - columns) // 2, rows, columns)
    image = Image.fromarray(as_rgb(picture)).resize((part.width, part.height), _KERNEL)
    rows, columns = reflected(part.height, size), reflected(part.width, size)
    return PictureView(np.asarray(image)[rows[:, None], columns], part)


def put_back(
    picture: np.ndarray, view: PictureView, edited: np.ndarray, unedited: np.ndarray
) -> np.ndarray:
    """Returns the picture, a new array of its shape and type, with the edit applied.

    Args:
        picture: As in `view_of`. Alpha is kept, and a greyscale picture stays greyscale.
        view: `view_of(picture, S, ...)`.
        edited: uint8 (S, S, 3), the model's edit of the view.
        unedited: uint8 (S, S, 3), the model's reconstruction of the view. If both are equal
            everywhere, no pixel changes.

    Raises ValueError for arrays that do not match the view.
    """
    require_photo(picture)
    for name, image in (("edited", edited), ("unedited", unedited)):
        if image.dtype != np.uint8 or image.shape != view.pixels.shape:
            raise ValueError(
                f"`{name}` must be uint8 {view.pixels.shape}, like the view. Received: "
                f"{image.dtype} {image.shape}."
            )
    guide, change = (
        np.float32(values) / 255 for values in (view.pixels, edited - np.float32(unedited))
    )
    coloured = has_colour(picture)
    if not coloured:
        guide, change = (to_grey(values)[..., None] for values in (guide, change))
    slopes = _slopes(guide, change)
    # So that slopes * guide + offset is the model's difference.
    offset = change - np.einsum("yxg,yxgc->yxc", guide, slopes)
    result = picture.copy()
    # A NumPy view with a channel axis; alpha, if any, comes after the colours.
    pixels = result.reshape(*result.shape[:2], -1)
    colours = pixels[..., : 3 if pixels.shape[2] > 2 else 1]
    rows = max(1, _STRIP_PIXELS // picture.shape[1])
    for top in range(0, len(picture), rows):
        _add(colours, top, min(top + rows, len(picture)), slopes, offset, view.part)
    return result


def _slopes(guide: np.ndarray, change: np.ndarray) -> np.ndarray:
    """(S, S, G, C): how steeply each of the C channels of `change` (S, S, C) rises with each of the
    G channels of `guide` (S, S, G), by least squares in the windows around each pixel.
    """
    mean_guide, mean_change = _mean(guide), _mean(change)

    def covariance(values: np.ndarray, mean: np.ndarray) -> np.ndarray:
        products = _mean(guide[..., :, None] * values[..., None, :])
        return products - mean_guide[..., :, None] * mean[..., None, :]

    own = covariance(guide, mean_guide)
    own += _LEAST_VARIANCE * np.eye(guide.shape[2], dtype=np.float32)
    return _mean(np.linalg.solve(own, covariance(change, mean_change)))


def _mean(values: np.ndarray) -> np.ndarray:
    """The mean over the window around each pixel; the border is mirrored."""
    side = 2 * _RADIUS + 1
    return uniform_filter(values, (side, side) + (1,) * (values.ndim - 2), mode="reflect")


def _add(
    colours: np.ndarray,
    top: int,
    bottom: int,
    slopes: np.ndarray,
    offset: np.ndarray,
    part: CropBox,
) -> None:
    """Adds the change to the rows from `top` to `bottom` of `colours` (H, W, 1 or 3)."""
    height, width, channels = colours.shape
    guides, outputs = slopes.shape[2:]
    first, last = (part.top + row * part.height / height for row in (top, bottom))
    box = (part.left, first, part.left + part.width, last)
    white = np.iinfo(colours.dtype).max

    def enlarged(values: np.ndarray) -> np.ndarray:
        image = Image.fromarray(np.ascontiguousarray(values))
        return np.asarray(image.resize((width, bottom - top), _KERNEL, box))

    old = [colours[top:bottom, :, guide].astype(np.float32) for guide in range(guides)]
    for output in range(outputs):
        new = enlarged(offset[..., output]) * white
        for guide in range(guides):
            new += enlarged(slopes[..., guide, output]) * old[guide]
        new += old[output]
        new = np.clip(np.rint(new, out=new), 0, white, out=new)
        # A grey picture may have the same value in three channels.
        for channel in (output,) if outputs > 1 else range(channels):
            colours[top:bottom, :, channel] = new
