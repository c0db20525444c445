"""The aligned frame: where faces are in an image, and which part of it a model sees. No TensorFlow.

CelebA's aligned images are 178x218 with the eyes and the mouth at fixed points, and the paper's
crop is a part of them. Any other image of that aspect ratio is the same frame at another scale: the
crop and the points scale with it. Everything that crops, aligns or checks a size uses a `CropRule`;
it calculates with integers, so that its counterparts in the graph (`stgan_tf.data.framing`) and in
the mobile page (export/mobile/src/imaging/frame.ts) give the same pixels.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from stgan_tf.images import CropBox, contains
from stgan_tf.options import ConfigError
from stgan_tf.squaring import COVER, STRETCH, PictureSquare, central_square


class Size(NamedTuple):
    """Height and width in pixels; printed as width x height, as is usual."""

    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


#: CelebA's aligned images.
CELEBA_FRAME = Size(218, 178)
#: (3, 2) x, y in that frame: image-left eye, image-right eye, midpoint of the mouth corners;
#: integers are pixel centres. See `stgan_tf.alignment.similarity` for their source.
CANONICAL_POINTS = np.array([(69.745, 111.0), (107.237, 111.0), (88.432, 152.514)])
#: The paper's crop of that frame.
CELEBA_CROP = CropBox(26, 3, 170, 170)
#: The official code's crop for training at 64 px, used only there.
OFFICIAL_CROP_64 = CropBox(40, 15, 148, 148)

#: Which images are used whole: none, square ones, or any.
WHOLE_NONE, WHOLE_SQUARE, WHOLE_ANY = "none", "square", "any"


def has_shape(height: Any, width: Any, frame: Size) -> Any:
    """Whether an image is `frame` at some scale, to within rounding: there is a scale at which both
    sides are within half a pixel. Works on numbers and on tensors.
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
    """`box` of `frame` in an image of that aspect ratio: coordinates times height / frame.height,
    halves rounded up, moved inside if rounding leads outside. For tensors, pass TensorFlow's
    minimum and maximum.
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
        box: The part; None: images are used whole.
        frame: The image size that `box` refers to; in images of the same aspect ratio the box is
            scaled. None: unknown, so the box is used as it is in any image that contains it.
        whole: Which other images are used whole: WHOLE_NONE, WHOLE_SQUARE or WHOLE_ANY.
        own_side: Square images of this size are already what the model sees; 0: none are.
        advice: For error messages: what to do about an image that does not fit.
        resize: How a part that is not square becomes the square image (`stgan_tf.squaring`).
    """

    box: CropBox | None
    frame: Size | None
    whole: str
    own_side: int = 0
    advice: str = ""
    resize: str = STRETCH

    def find(self, height: int, width: int) -> CropBox | None:
        """The part of an image of that size; None if it does not fit."""
        part = self._part(height, width)
        return central_square(part) if part is not None and self.resize == COVER else part

    def _part(self, height: int, width: int) -> CropBox | None:
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
        """Like `find`, but raises ValueError, with the size and the sizes that fit, if the image
        does not fit.
        """
        if (box := self.find(height, width)) is not None:
            return box
        raise ValueError(
            f"is {Size(height, width)} (width x height), but must be {self.wanted}. {self.advice}"
        )

    def square_of(self, height: int, width: int) -> PictureSquare:
        """How an image of that size becomes the square image; raises ValueError like `box_of`."""
        return PictureSquare.of(self.box_of(height, width), self.resize)

    @property
    def wanted(self) -> str:
        """The sizes that fit, for error messages."""
        kinds = []
        if self.box is not None and self.frame is None:
            bottom, right = self.box.top + self.box.height, self.box.left + self.box.width
            kinds.append(
                f"at least {Size(bottom, right)}, so that it contains the crop ({self.box})"
            )
        elif self.box is not None:
            name = " (CelebA's aligned frame)" if self.frame == CELEBA_FRAME else ""
            kinds.append(f"{self.frame}{name} at any scale")
        if self.own_side and self.whole != WHOLE_SQUARE:
            kinds.append(f"{self.own_side}x{self.own_side}")
        if self.whole == WHOLE_SQUARE:
            kinds.append("square")
        if self.whole == WHOLE_ANY:
            kinds.append("of any size")
        return ", or ".join(kinds)


def parse_crop(text: str, image_size: int) -> CropBox | None:
    """Parses --crop: the crop box for a model of `image_size` pixels.

    `text` is celeba, official (different at 64 px only), none (returns None: the whole image) or
    TOP,LEFT,HEIGHT,WIDTH in pixels. Raises ConfigError for anything else.
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
    """Whether --crop is a custom box, which is meaningless without the frame it refers to."""
    return text not in ("celeba", "official", "none")


def training_rule(
    crop: str, image_size: int, crop_frame: Sequence[int] = (), resize: str = ""
) -> CropRule:
    """The crop rule for training images, from --crop, --crop_frame (height, width; empty: not
    recorded) and --resize (empty: stretch).

    celeba and official are boxes in CelebA's frame, and square images are used whole; none uses any
    image whole; a custom box refers to `crop_frame`. Raises ConfigError like `parse_crop`, and for
    a frame that the crop does not fit.
    """
    box, resize = parse_crop(crop, image_size), resize or STRETCH
    if box is None:
        return CropRule(None, None, WHOLE_ANY, resize=resize)
    other = (
        "Pass --crop=TOP,LEFT,HEIGHT,WIDTH in pixels of your images, --crop=none for whole images, "
        "or resize them to this shape."
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
        return CropRule(box, None, WHOLE_NONE, advice=other, resize=resize)
    frame = Size(*crop_frame)
    if not contains(frame.height, frame.width, box):
        raise ConfigError(
            "crop",
            f"{crop} extends beyond its frame, {frame} (width x height). "
            "Choose another --crop, or correct --crop_frame=HEIGHT,WIDTH.",
        )
    advice = f"--crop={crop} refers to images of {frame} (--crop_frame). {other}"
    return CropRule(box, frame, WHOLE_NONE, advice=advice, resize=resize)


class ModelFrame(NamedTuple):
    """The part of aligned images that a trained model sees, as recorded in exports.

    box: The crop; None if the model was trained on whole images.
    frame: The image size that `box` refers to; None if `box` is None or the size is unknown.
    trained: Size of the training images, `frame` at another scale; None if not recorded.
    resize: How a part that is not square becomes the square image (`stgan_tf.squaring`); whole
        images may then have any shape. Empty: it is stretched, and whole images must be square.
    """

    box: CropBox | None
    frame: Size | None
    trained: Size | None
    resize: str = ""

    def described(self) -> dict[str, CropBox | Size | str | None]:
        """The values as fields of `stgan_tf.runtime.model_description.ModelDescription`."""
        return {
            "crop_box": self.box,
            "frame": self.frame,
            "training_frame": self.trained,
            "resize": self.resize,
        }

    @property
    def is_assumed(self) -> bool:
        """Whether a custom box is assumed to be in CelebA's frame, because none was recorded with
        it.
        """
        known = self.box in (None, CELEBA_CROP, OFFICIAL_CROP_64)
        return not known and self.trained is None and self.frame == CELEBA_FRAME

    @property
    def is_celeba(self) -> bool:
        """Whether faces are positioned as in CelebA's frame, at any scale."""
        return self.frame is not None and has_shape(*self.frame, CELEBA_FRAME)

    def rule(self, image_size: int) -> CropRule:
        """Which part of an image the model sees. Square images are assumed to be that part already
        (with a square frame, only those of the model's own size).
        """
        whole = WHOLE_ANY if self.box is None and self.resize else WHOLE_SQUARE
        resize = self.resize or STRETCH
        return CropRule(self.box, self.frame, whole, own_side=image_size, resize=resize)


def model_frame(
    crop: str, image_size: int, crop_frame: Sequence[int] = (), resize: str = ""
) -> ModelFrame:
    """What a model trained with these settings sees; arguments as for `training_rule`."""
    rule = training_rule(crop, image_size, crop_frame, resize)
    trained = Size(*crop_frame) if crop_frame else None
    if rule.box is None:
        return ModelFrame(None, None, None, resize)
    if is_own_crop(crop):
        return ModelFrame(rule.box, rule.frame or assumed_frame(rule.box), trained, resize)
    if trained and trained.height == trained.width:
        return ModelFrame(None, None, None)
    return ModelFrame(rule.box, rule.frame, trained)


def assumed_frame(box: CropBox | None) -> Size | None:
    """The frame to assume for a box without one, as recorded by earlier versions."""
    return CELEBA_FRAME if box is not None and contains(*CELEBA_FRAME, box) else None


def same_part(
    first: CropRule, second: CropRule, sizes: Sequence[Sequence[int]] = (CELEBA_FRAME,)
) -> bool:
    """Whether both rules take the same part of images of one of `sizes` (a custom box and a named
    one may differ by one pixel of rounding at other scales).
    """
    rules = [(rule.box, rule.frame, rule.whole, rule.resize) for rule in (first, second)]
    if rules[0] == rules[1]:
        return True
    for size in sizes or (CELEBA_FRAME,):
        fits = first.find(*size) is not None and second.find(*size) is not None
        if fits and first.square_of(*size) == second.square_of(*size):
            return True
    return False
