"""The aligned frame: how faces lie in an image, and which part of it a model sees. No TensorFlow.

CelebA's aligned images are 178x218 with eyes and mouth at fixed points, and the paper's crop is a
part of them. Whatever else is of that shape is the same frame at another scale: the crop, and the
points, scale with it. Everything that crops, aligns or checks a size asks a `CropRule`; its
arithmetic is on whole numbers, so that the twin inside a graph (`stgan_tf.data.framing`) and the
page's (export/mobile/src/imaging/frame.ts) give the same pixels.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from stgan_tf.images import CropBox, contains
from stgan_tf.options import ConfigError


class Size(NamedTuple):
    """Height and width in pixels; written width x height, as people do."""

    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


#: CelebA's aligned images.
CELEBA_FRAME = Size(218, 178)
#: (3, 2) x, y in that frame: image-left eye, image-right eye, middle of the mouth corners; whole
#: numbers at the centres of pixels. `stgan_tf.alignment.similarity` says where they come from.
CANONICAL_POINTS = np.array([(69.745, 111.0), (107.237, 111.0), (88.432, 152.514)])
#: The paper's crop of that frame.
CELEBA_CROP = CropBox(26, 3, 170, 170)
#: What the official code crops instead when it trains at 64 px, and only then.
OFFICIAL_CROP_64 = CropBox(40, 15, 148, 148)

#: Which images are taken whole: none, those that are square, or any.
WHOLE_NONE, WHOLE_SQUARE, WHOLE_ANY = "none", "square", "any"


def has_shape(height: Any, width: Any, frame: Size) -> Any:
    """Whether an image is `frame` at some scale, as near as whole pixels can be: there is a scale
    at which both sides are within half a pixel. Works on numbers and on tensors alike.
    """
    return ((2 * height - 1) * frame.width <= (2 * width + 1) * frame.height) & (
        (2 * width - 1) * frame.height <= (2 * height + 1) * frame.width
    )


def box_at_scale(
    box: CropBox,
    frame: Size,
    height: Any,
    width: Any,
    minimum: Callable = min,
    maximum: Callable = max,
) -> CropBox:
    """`box` of `frame` in an image of its shape: coordinates times height / frame.height, halves
    rounded up, moved inside where rounding led outside. Of tensors with their minimum and maximum.
    """

    def scaled(length: int) -> Any:
        return maximum((2 * length * height + frame.height) // (2 * frame.height), 0)

    box_height = minimum(maximum(scaled(box.height), 1), height)
    box_width = minimum(maximum(scaled(box.width), 1), width)
    top = minimum(scaled(box.top), height - box_height)
    left = minimum(scaled(box.left), width - box_width)
    return CropBox(top, left, box_height, box_width)


@dataclasses.dataclass(frozen=True)
class CropRule:
    """Which part of an image a model sees.

    Attributes:
        box: The part; None: no part, images are taken whole.
        frame: The size that `box` is given for; images of its shape take the box at their scale.
            None: not known, the box is taken as it is where an image holds it.
        whole: Which other images are taken whole: WHOLE_NONE, WHOLE_SQUARE or WHOLE_ANY.
        own_side: Square images of this side are what the model sees already; 0: none are.
        advice: What to do about an image that fits nothing.
    """

    box: CropBox | None
    frame: Size | None
    whole: str
    own_side: int = 0
    advice: str = ""

    def find(self, height: int, width: int) -> CropBox | None:
        """The part of an image of that size; None where it does not fit."""
        if not (height == width == self.own_side) and self.box is not None:
            if self.frame is None and contains(height, width, self.box):
                return self.box
            if self.frame is not None and has_shape(height, width, self.frame):
                return box_at_scale(self.box, self.frame, height, width)
        square = height == width and self.whole == WHOLE_SQUARE
        if self.whole == WHOLE_ANY or square or height == width == self.own_side:
            return CropBox(0, 0, height, width)
        return None

    def box_of(self, height: int, width: int) -> CropBox:
        """As `find`; ValueError with the size and what to pass where the image does not fit."""
        if (box := self.find(height, width)) is not None:
            return box
        raise ValueError(
            f"is {Size(height, width)} (width x height), but must be {self.wanted}. {self.advice}"
        )

    @property
    def wanted(self) -> str:
        """The sizes that fit, for messages."""
        kinds = []
        if self.box is not None and self.frame is None:
            bottom, right = self.box.top + self.box.height, self.box.left + self.box.width
            kinds.append(f"at least {Size(bottom, right)}, so that it holds the crop ({self.box})")
        elif self.box is not None:
            name = " (CelebA's aligned frame)" if self.frame == CELEBA_FRAME else ""
            kinds.append(f"{self.frame}{name} at any scale")
        if self.own_side and self.whole != WHOLE_SQUARE:
            kinds.append(f"{self.own_side}x{self.own_side}")
        if self.whole == WHOLE_SQUARE:
            kinds.append("square")
        return ", or ".join(kinds)


def parse_crop(text: str, image_size: int) -> CropBox | None:
    """The crop box that `text` (--crop) means for training images of `image_size` pixels.

    "celeba", "official" (differs at 64 px only), "none" (None: the whole image) or
    "TOP,LEFT,HEIGHT,WIDTH" in pixels. ConfigError for anything else.
    """
    if text == "none":
        return None
    if text == "celeba":
        return CELEBA_CROP
    if text == "official":
        return OFFICIAL_CROP_64 if image_size == 64 else CELEBA_CROP
    try:
        box = CropBox(*(int(part) for part in text.split(",")))
    except (TypeError, ValueError):
        raise ConfigError(
            "crop",
            "must be celeba, official, none or TOP,LEFT,HEIGHT,WIDTH in pixels. "
            f"Received: {text!r}.",
        ) from None
    if box.top < 0 or box.left < 0 or box.height < 1 or box.width < 1:
        raise ConfigError(
            "crop", f"needs TOP and LEFT >= 0, HEIGHT and WIDTH >= 1. Received: {text!r}."
        )
    return box


def is_own_crop(text: str) -> bool:
    """Whether --crop is a box of the user's own, which needs a frame to be understood."""
    return text not in ("celeba", "official", "none")


def training_rule(crop: str, image_size: int, crop_frame: Sequence[int] = ()) -> CropRule:
    """What --crop and --crop_frame (height, width; empty: not recorded) mean for training images.

    celeba and official are boxes of CelebA's frame, and square images are taken whole; none takes
    any image whole; a box of the user's own is of `crop_frame`. ConfigError as `parse_crop`, and
    for a frame that the crop does not fit.
    """
    box = parse_crop(crop, image_size)
    if box is None:
        return CropRule(None, None, WHOLE_ANY)
    other = (
        "Pass --crop=TOP,LEFT,HEIGHT,WIDTH in pixels of your images, --crop=none for whole images, "
        "or bring them to this shape."
    )
    if not is_own_crop(crop):
        rule = CropRule(box, CELEBA_FRAME, WHOLE_SQUARE, advice=other)
        if crop_frame and rule.find(*crop_frame) is None:
            raise ConfigError(
                "crop_frame",
                f"must be of CelebA's shape ({CELEBA_FRAME}, width x height) or square with "
                f"--crop={crop}. Received: {Size(*crop_frame)} (width x height).",
            )
        return rule
    if not crop_frame:
        return CropRule(box, None, WHOLE_NONE, advice=other)
    frame = Size(*crop_frame)
    if not contains(frame.height, frame.width, box):
        raise ConfigError(
            "crop",
            f"{crop} reaches outside the frame it is given for, {frame} (width x height). "
            "Choose another --crop, or the right --crop_frame=HEIGHT,WIDTH.",
        )
    advice = f"--crop={crop} was given for {frame} (--crop_frame). {other}"
    return CropRule(box, frame, WHOLE_NONE, advice=advice)


class ModelFrame(NamedTuple):
    """The part of aligned images that a trained model sees, as exports carry it.

    box: None where whole images were trained on.
    frame: The size that `box` is given for; None with `box` None, or where nobody knows.
    trained: Size of the training images, another scale of `frame`; None where it is not recorded.
    """

    box: CropBox | None
    frame: Size | None
    trained: Size | None

    def described(self) -> dict[str, CropBox | Size | None]:
        """As fields of `stgan_tf.runtime.model_description.ModelDescription`."""
        return {"crop_box": self.box, "frame": self.frame, "training_frame": self.trained}

    @property
    def is_assumed(self) -> bool:
        """Whether a box of the user's own is taken to be of CelebA's frame, since no frame was
        recorded with it.
        """
        known = self.box in (None, CELEBA_CROP, OFFICIAL_CROP_64)
        return not known and self.trained is None and self.frame == CELEBA_FRAME

    @property
    def is_celeba(self) -> bool:
        """Whether faces lie in it as in CelebA's, at whatever scale."""
        return self.frame is not None and has_shape(*self.frame, CELEBA_FRAME)

    def rule(self, image_size: int) -> CropRule:
        """Which part of an image the model sees: square ones are taken for what it sees already
        (of a square frame only those of its own size).
        """
        return CropRule(self.box, self.frame, WHOLE_SQUARE, own_side=image_size)


def model_frame(crop: str, image_size: int, crop_frame: Sequence[int] = ()) -> ModelFrame:
    """What a model that was trained with these settings sees; arguments as `training_rule`."""
    rule = training_rule(crop, image_size, crop_frame)
    trained = Size(*crop_frame) if crop_frame else None
    if rule.box is None or (not is_own_crop(crop) and trained and trained.height == trained.width):
        return ModelFrame(None, None, None)
    return ModelFrame(rule.box, rule.frame or assumed_frame(rule.box), trained)


def assumed_frame(box: CropBox | None) -> Size | None:
    """The frame of a box that none was recorded for, by runs and exports of earlier versions."""
    return CELEBA_FRAME if box is not None and contains(*CELEBA_FRAME, box) else None


def same_part(
    first: CropRule, second: CropRule, sizes: Sequence[Sequence[int]] = (CELEBA_FRAME,)
) -> bool:
    """Whether both see the same part of images of one of `sizes` (a box of the user's own and a
    named one may differ by a pixel's rounding at another scale).
    """
    if (first.box, first.frame) == (second.box, second.frame) and first.whole == second.whole:
        return True
    boxes = [(first.find(*size), second.find(*size)) for size in sizes or (CELEBA_FRAME,)]
    return any(one is not None and one == other for one, other in boxes)
