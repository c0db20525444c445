"""How an image that is not square becomes the square that a model sees.

Three rules (--resize), for a part of `height` x `width` pixels:

    stretch  both sides are scaled to the square's, whatever the shape
    cover    its central square is used: proportions are kept, the ends are cut off
    contain  all of it is used in proportion; the rest of the square is filled by reflection

Reflection padding keeps the image natural everywhere: bars of one colour, or streaks of repeated
border pixels, would be features for the networks to learn, to edit and to classify by. No
TensorFlow here; the counterpart in the graph is `stgan_tf.data.framing.cut`.
"""

import dataclasses

import numpy as np

from stgan_tf.images import CropBox, crop

STRETCH, COVER, CONTAIN = RESIZES = ("stretch", "cover", "contain")


def central_square(part: CropBox) -> CropBox:
    """The largest square in the middle of `part`; an odd remainder leaves more on the right or
    below.
    """
    side = min(part.height, part.width)
    top, left = part.top + (part.height - side) // 2, part.left + (part.width - side) // 2
    return CropBox(top, left, side, side)


def reflected(length: int, side: int) -> np.ndarray:
    """(side,) int: indices that pad `length` pixels to `side` by reflection at both ends, the
    pixels in the middle; the outermost pixel is not repeated.
    """
    period = max(2 * (length - 1), 1)
    positions = (np.arange(side) - (side - length) // 2) % period
    return np.minimum(positions, period - positions)


@dataclasses.dataclass(frozen=True)
class PictureSquare:
    """Which part of an image a model's square image shows, and the padding around it.

    Attributes:
        part: The part, in pixels of the image; inside it.
        shown: What the whole square image shows, in the same coordinates: `part`, or, with padding,
            the square around its centre, which extends beyond `part` and possibly beyond the image.
            Pixel (y, x) of the model's S x S image is at row shown.top + y * shown.height / S,
            column shown.left + x * shown.width / S of the image.
    """

    part: CropBox
    shown: CropBox

    @classmethod
    def of(cls, part: CropBox, resize: str) -> "PictureSquare":
        """`part` under the rule `resize`; for COVER it must be square already."""
        if resize != CONTAIN:
            return cls(part, part)
        side = max(part.height, part.width)
        top, left = part.top - (side - part.height) // 2, part.left - (side - part.width) // 2
        return cls(part, CropBox(top, left, side, side))

    @property
    def is_filled(self) -> bool:
        """Whether the square has padding around `part`."""
        return self.part != self.shown

    def cut(self, pictures: np.ndarray) -> np.ndarray:
        """(..., H, W, C) -> (..., shown.height, shown.width, C): the pixels to resize to the
        square.
        """
        pictures = crop(pictures, self.part)
        if not self.is_filled:
            return pictures
        rows = reflected(self.part.height, self.shown.height)
        columns = reflected(self.part.width, self.shown.width)
        return pictures[..., rows[:, None], columns, :]
