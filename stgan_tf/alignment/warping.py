"""Aligns a photo's face to CelebA's 178x218 frame by its landmarks, and cuts out the network's
patch.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from stgan_tf.alignment.channels import as_rgb
from stgan_tf.alignment.similarity import Similarity, checked_landmarks, frame_similarity
from stgan_tf.frame import CELEBA_FRAME, Size, box_at_scale, has_shape
from stgan_tf.images import CropBox, contains, crop, resize_bicubic_numpy, to_uint8

#: Margin in pixels around the resampled part of the photo, for the interpolation kernel.
_MARGIN = 16
#: A frame of 8 * 218 rows exceeds any network that this package trains.
LARGEST_SCALE = 8.0


@dataclass(frozen=True, eq=False)
class Aligned:
    """A face aligned to CelebA's frame, and its transform.

    image: uint8 (round(218 * scale), round(178 * scale), 3).
    to_aligned: the transform from the photo's pixels to those of `image`.
    scale: pixels of `image` per pixel of CelebA's 178x218 frame.
    photo_size: (height, width) of the photo in pixels.
    """

    image: np.ndarray
    to_aligned: Similarity
    scale: float
    photo_size: tuple[int, int]

    def scaled_box(self, box: CropBox, frame: Size = CELEBA_FRAME) -> CropBox:
        """`box`, which refers to `frame` (CelebA's at any scale), in pixels of `image`. Raises
        ValueError if it extends beyond the frame, or for another frame.
        """
        inside = min(box) >= 0 and contains(*frame, box)
        if not inside or min(box.height, box.width) < 1 or not has_shape(*frame, CELEBA_FRAME):
            raise ValueError(
                f"The box must be inside CelebA's frame of {CELEBA_FRAME} (width x height), at any "
                f"scale. Received: {box} of {frame}."
            )
        return box_at_scale(box, frame, *self.image.shape[:2])


def align(photo: np.ndarray, landmarks: np.ndarray, scale: float = 1.0) -> Aligned:
    """Aligns the face with these landmarks to CelebA's frame.

    photo: a photo's pixels (`stgan_tf.alignment.channels`), uint8 or uint16; alpha is ignored.
    landmarks: (5, 2) x, y in pixels of the photo, in CelebA's order.
    scale: size of the result relative to 178x218, from 1/8 to 8. For a network with images larger
      than the 170 pixels of CelebA's crop, use its image size / 170, or it gets upsampled pixels.

    A large photo is low-pass filtered before it is shrunk, to avoid aliasing. Beyond the photo's
    border its outermost pixels are repeated, as in CelebA itself. Raises ValueError for landmarks
    that cannot be those of a face, or not of this photo.
    """
    pixels = as_rgb(photo)
    if not 1 / LARGEST_SCALE <= scale <= LARGEST_SCALE:
        raise ValueError(f"scale must be from 1/8 to 8. Received: {scale}.")
    height, width = pixels.shape[:2]
    points = checked_landmarks(landmarks)
    size = np.array((width, height), np.float64)
    if (points < -0.5 * size).any() or (points > 1.5 * size).any():
        raise ValueError(
            f"The landmarks must be those of this photo of {width}x{height} (width x height). "
            f"Received: {points.tolist()}, more than half of its size outside. "
            "Were they found before it was resized or rotated?"
        )
    to_aligned = frame_similarity(points).enlarged(scale)
    shape = (round(CELEBA_FRAME.height * scale), round(CELEBA_FRAME.width * scale))
    image = _resample(pixels, to_aligned, shape)
    return Aligned(image, to_aligned, scale, (height, width))


def cut_patch(aligned: Aligned, box: CropBox, size: int, frame: Size = CELEBA_FRAME) -> np.ndarray:
    """uint8 (size, size, 3): the input for a network trained on `box` of `frame` (CelebA's at any
    scale), resized as in training.
    """
    pixels = crop(aligned.image, aligned.scaled_box(box, frame))
    return to_uint8(resize_bicubic_numpy(pixels, size))


def _resample(pixels: np.ndarray, to_aligned: Similarity, shape: tuple[int, int]) -> np.ndarray:
    """uint8 (h, w, 3) -> uint8 (*shape, 3): the photo transformed by the similarity."""
    rows, columns = shape
    ends = np.array([(0, 0), (columns - 1, 0), (columns - 1, rows - 1), (0, rows - 1)])
    top, left, bottom, right = covered(to_aligned.inverse()(ends), pixels.shape[:2], _MARGIN)
    # Only shrinking needs a filter. It is done first, axis-aligned, on the visible part.
    target = [
        max(1, round(length * min(1, to_aligned.scale))) for length in (right - left, bottom - top)
    ]
    part = Image.fromarray(np.ascontiguousarray(pixels[top:bottom, left:right]))
    part = part.resize(tuple(target), Image.Resampling.LANCZOS)
    per_photo_pixel = np.array(target) / (right - left, bottom - top)
    # ndimage expects input row, column = matrix @ (output row, column) + offset.
    inverse = to_aligned.inverse()
    origin = (inverse((0, 0)) - (left, top) + 0.5) * per_photo_pixel - 0.5
    across = (inverse((1, 0)) - inverse((0, 0))) * per_photo_pixel
    down = (inverse((0, 1)) - inverse((0, 0))) * per_photo_pixel
    matrix = np.array([down[::-1], across[::-1]]).T
    # Not skimage.transform.warp: its cubic kernel is different (12 % of a photo's values differ, by
    # up to 43 of 255). With a function instead of a matrix it interpolates as here (0.1 % of the
    # values differ by 1), but takes 37 times as long.
    result = np.empty((rows, columns, 3), np.uint8)
    for channel, band in enumerate(part.split()):
        values = ndimage.affine_transform(
            np.asarray(band, np.float32), matrix, origin[::-1], shape, order=3, mode="nearest"
        )
        result[..., channel] = np.rint(np.clip(values, 0, 255))
    return result


def covered(
    corners: np.ndarray, photo_size: tuple[int, int], margin: int = 0
) -> tuple[int, int, int, int]:
    """(top, left, bottom, right), ends exclusive: the rows and columns of a photo that cover
    `corners` (n, 2) x, y and a margin of `margin` pixels; at least the nearest pixel if all are
    outside.
    """
    limits = []
    for axis, length in ((1, photo_size[0]), (0, photo_size[1])):
        first = int(np.floor(corners[:, axis].min())) - margin
        last = int(np.ceil(corners[:, axis].max())) + margin
        start = min(max(first, 0), length - 1)
        limits.append((start, max(min(last + 1, length), start + 1)))
    (top, bottom), (left, right) = limits
    return top, left, bottom, right
