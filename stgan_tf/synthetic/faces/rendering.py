"""One face: identity and attributes to pixels and landmarks."""

import math
from collections.abc import Mapping

import numpy as np

from stgan_tf.frame import CELEBA_FRAME
from stgan_tf.synthetic.faces.ageing import draw_age
from stgan_tf.synthetic.faces.appearance import Appearance, appearance
from stgan_tf.synthetic.faces.attribute_sampling import require_consistent, sample_attributes
from stgan_tf.synthetic.faces.background import paint_background
from stgan_tf.synthetic.faces.clothes import draw_clothes
from stgan_tf.synthetic.faces.eyes import draw_brows, draw_eyes, eye_centre
from stgan_tf.synthetic.faces.facial_hair import draw_beard, draw_moustache
from stgan_tf.synthetic.faces.fringe import draw_fringe
from stgan_tf.synthetic.faces.glasses import draw_glasses
from stgan_tf.synthetic.faces.hair import draw_back_hair, draw_front_hair
from stgan_tf.synthetic.faces.head import draw_ears, draw_head, draw_neck
from stgan_tf.synthetic.faces.identity import Identity, sample_identity
from stgan_tf.synthetic.faces.jewellery import draw_earrings
from stgan_tf.synthetic.faces.nose_and_mouth import draw_mouth, draw_nose, mouth_corner, nose_tip
from stgan_tf.synthetic.vector_drawing import Drawing

#: x of the middle of the face in the frame, and the height about which the head turns.
MIDDLE_X = 88.5
PIVOT_Y = 122.0

LANDMARK_NAMES = ("lefteye", "righteye", "nose", "leftmouth", "rightmouth")

#: Painting order, back to front.
_LAYERS = (
    draw_back_hair,
    draw_neck,
    draw_clothes,
    draw_ears,
    draw_head,
    draw_eyes,
    draw_nose,
    draw_mouth,
    draw_brows,
    draw_age,
    draw_beard,
    draw_moustache,
    draw_front_hair,
    draw_earrings,
    draw_fringe,
    draw_glasses,
)


def render(identity: Identity, attributes: Mapping[str, int]) -> np.ndarray:
    """Draws a face.

    Args:
      identity: the person; the same one can be drawn with any attributes.
      attributes: the 13 names of PAPER_ATTRIBUTES -> 0 or 1.

    Returns:
      uint8 (218, 178, 3), RGB. Everything random comes from the identity, so two renderings of
      one identity differ only where the drawing of the attributes differs.

    Raises:
      ValueError: for unknown or missing names, values other than 0 and 1, and attributes that
        exclude each other.
    """
    require_consistent(attributes)
    look = appearance(identity, attributes)
    drawing = Drawing(CELEBA_FRAME)
    _draw_person(drawing, look)
    person = drawing.rasterise().astype(np.float32)
    background = paint_background(identity).astype(np.float32)
    image = background + (person[..., :3] - background) * (person[..., 3:] / 255)
    # The noise does not depend on the attributes: it is the same in every edit of a face.
    noise = identity.random(13).standard_normal((*image.shape[:2], 1), np.float32)
    return np.clip(np.rint(image + noise * identity.noise), 0, 255).astype(np.uint8)


def _draw_person(drawing: Drawing, look: Appearance) -> None:
    identity = look.identity
    move = (
        f"translate({MIDDLE_X + identity.shift_x:.3f} {PIVOT_Y + identity.shift_y:.3f}) "
        f"rotate({identity.rotation:.3f}) scale({identity.scale:.4f}) translate(0 {-PIVOT_Y})"
    )
    with drawing.transformed(move):
        for draw in _LAYERS:
            draw(drawing, look)


def landmarks(identity: Identity) -> dict[str, tuple[float, float]]:
    """The five points of CelebA: name -> (x, y) in pixels of the 178x218 frame. "Left" is the
    left of the image, as in CelebA. They do not depend on the attributes."""
    upright = (
        eye_centre(identity, -1),
        eye_centre(identity, 1),
        nose_tip(identity),
        mouth_corner(identity, -1),
        mouth_corner(identity, 1),
    )
    angle = math.radians(identity.rotation)
    cos, sin = math.cos(angle) * identity.scale, math.sin(angle) * identity.scale
    points = {}
    for name, (x, y) in zip(LANDMARK_NAMES, upright, strict=True):
        below = y - PIVOT_Y
        points[name] = (
            MIDDLE_X + identity.shift_x + cos * x - sin * below,
            PIVOT_Y + identity.shift_y + sin * x + cos * below,
        )
    return points


def sample_face(seed: int, index: int) -> tuple[Identity, dict[str, int]]:
    """Identity and attributes of drawing number `index` (from 0) of the data set `seed`."""
    if seed < 0 or index < 0:
        raise ValueError(f"seed and index must be 0 or more. Received: {seed} and {index}.")
    streams = np.random.SeedSequence((seed, index)).spawn(2)
    person, labels = (np.random.default_rng(stream) for stream in streams)
    return sample_identity(person), sample_attributes(labels)


def draw_face(
    seed: int, index: int
) -> tuple[np.ndarray, dict[str, int], dict[str, tuple[float, float]]]:
    """Returns the image (uint8 (218, 178, 3)), the 13 attributes and the landmarks of drawing
    number `index` (from 0): a function of seed and index alone."""
    identity, attributes = sample_face(seed, index)
    return render(identity, attributes), attributes, landmarks(identity)
