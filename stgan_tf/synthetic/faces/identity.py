"""Everything about a drawn person that is not one of the 13 attributes."""

from dataclasses import dataclass

import numpy as np

from stgan_tf.synthetic.faces.colours import (
    BACKDROPS,
    CLOTHES,
    EYE_COLOURS,
    LIPSTICKS,
    OTHER_HAIR_COLOURS,
)

MALE_HAIR = (
    "crop", "side_part", "quiff", "buzz", "curly_short", "slick_back", "shaggy", "afro",
    "long_wavy",
)  # fmt: skip
MALE_HAIR_WEIGHTS = (0.19, 0.2, 0.14, 0.09, 0.14, 0.08, 0.1, 0.03, 0.03)
FEMALE_HAIR = (
    "long_straight", "long_wavy", "bob", "curly_long", "ponytail", "bun", "afro", "pixie",
    "side_swept",
)  # fmt: skip
FEMALE_HAIR_WEIGHTS = (0.18, 0.2, 0.15, 0.12, 0.1, 0.07, 0.05, 0.04, 0.09)
FRINGES = ("blunt", "side", "wispy", "curtain_short")
BEARDS = ("full", "boxed", "goatee", "long", "stubble")
MOUSTACHES = ("chevron", "handlebar", "walrus", "natural")
GLASSES = ("round", "square", "aviator", "browline", "cat_eye")
GLASSES_COLOURS = ("#161616", "#3a2013", "#5b1a20", "#1d2d52", "#7a5c1e", "#3c3f44")
BACKGROUNDS = ("plain", "gradient", "shapes", "window")
CLOTHING = ("crew", "collar", "v_neck", "jacket")


@dataclass(frozen=True)
class Identity:
    """One person, the camera and the place. Lengths are pixels of the 178x218 frame.

    Attributes that scale are near 1; those that shift lie in [-1, 1] unless a unit is given.
    The same identity holds a male and a female hair style, a beard, a moustache, glasses and a
    fringe, whether or not they show: turning an attribute on always draws the same one.
    """

    face_width: float  # factor
    face_length: float  # px added to the chin
    jaw: float  # -1 narrow, 1 wide
    chin: float  # -1 pointed, 1 square
    cheeks: float  # -1 hollow, 1 full
    ear_size: float  # factor
    skin_tone: float  # 0 light, 1 dark
    undertone: float  # -1 olive, 1 pink
    rosy: float  # blush opacity 0..1
    freckles: bool
    eye_colour: str
    eye_width: float  # half width, px
    eye_openness: float  # factor
    eye_tilt: float  # px that the outer corner rises
    eye_spacing: float  # px added to half the distance between the eyes
    brow_arch: float  # px
    brow_height: float  # px up
    nose_width: float  # half width at the wings, px
    nose_length: float  # px added
    nose_shape: float  # -1 soft, 1 marked bridge
    mouth_width: float  # half width, px
    lip_fullness: float  # factor
    smile: float  # 0 straight, 1 smiling
    lipstick: str
    hair_male: str
    hair_female: str
    hair_side: int  # -1 or 1, the side of the parting
    hair_volume: float  # factor
    hair_length: float  # px added to long styles
    hair_shade: float  # -1 darker, 1 lighter than the attribute's colour
    other_hair: str  # the colour where no hair colour attribute is set
    shaven: bool  # Bald with no hair colour set shows no side hair either
    fringe: str
    beard: str
    moustache: str
    glasses: str
    glasses_colour: str
    glasses_width: float  # frame, px
    glasses_tint: float  # lens opacity 0..1
    earrings: bool  # shown on women only
    light: float  # -1 from the left, 1 from the right
    background: str
    backdrop: str
    backdrop_second: str
    clothing: str
    clothes_colour: str
    rotation: float  # degrees, clockwise
    shift_x: float  # px
    shift_y: float  # px
    scale: float  # factor
    noise: float  # standard deviation of the sensor noise, 8-bit steps
    seed: int  # of strands, freckles, noise: whatever is drawn at random

    def random(self, purpose: int) -> np.random.Generator:
        """A generator of its own for each purpose, so that drawing one part more or less for an
        attribute leaves the random details of all other parts as they were."""
        return np.random.default_rng([self.seed, purpose])


def sample_identity(rng: np.random.Generator) -> Identity:
    """Draws a person. The same generator state gives the same person."""

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def bell(deviation: float, limit: float) -> float:
        return float(np.clip(rng.normal(0.0, deviation), -limit, limit))

    def choose(options, weights=None) -> str:
        return str(options[int(rng.choice(len(options), p=weights))])

    backdrop = choose(BACKDROPS)
    return Identity(
        face_width=1 + bell(0.04, 0.08),
        face_length=bell(2.6, 5.0),
        jaw=bell(0.6, 1),
        chin=bell(0.6, 1),
        cheeks=bell(0.5, 1),
        ear_size=between(0.85, 1.12),
        skin_tone=float(rng.beta(0.9, 1.4)),
        undertone=bell(0.5, 1),
        rosy=between(0.05, 0.6),
        freckles=bool(rng.random() < 0.12),
        eye_colour=choose(tuple(EYE_COLOURS), (0.3, 0.16, 0.14, 0.13, 0.17, 0.1)),
        eye_width=between(9.0, 10.8),
        eye_openness=between(0.82, 1.28),
        eye_tilt=between(-0.5, 1.8),
        eye_spacing=bell(0.5, 1),
        brow_arch=between(0.5, 3.5),
        brow_height=between(-1, 1.5),
        nose_width=between(8.2, 11.5),
        nose_length=bell(0.7, 1.5),
        nose_shape=between(-1, 1),
        mouth_width=16 + bell(0.8, 1.6),
        lip_fullness=between(0.8, 1.3),
        smile=between(0, 1),
        lipstick=choose(LIPSTICKS),
        hair_male=choose(MALE_HAIR, MALE_HAIR_WEIGHTS),
        hair_female=choose(FEMALE_HAIR, FEMALE_HAIR_WEIGHTS),
        hair_side=int(rng.choice((-1, 1))),
        hair_volume=between(0.9, 1.15),
        hair_length=between(-12, 16),
        hair_shade=bell(0.5, 1),
        other_hair=choose(tuple(OTHER_HAIR_COLOURS), (0.4, 0.15, 0.25, 0.13, 0.07)),
        shaven=bool(rng.random() < 0.4),
        fringe=choose(FRINGES),
        beard=choose(BEARDS, (0.28, 0.22, 0.2, 0.13, 0.17)),
        moustache=choose(MOUSTACHES),
        glasses=choose(GLASSES),
        glasses_colour=choose(GLASSES_COLOURS, (0.4, 0.15, 0.1, 0.1, 0.12, 0.13)),
        glasses_width=between(1.9, 3.4),
        glasses_tint=float(rng.choice((0.1, 0.16, 0.3, 0.62), p=(0.4, 0.3, 0.15, 0.15))),
        earrings=bool(rng.random() < 0.35),
        light=float(rng.choice((-1, 1)) * rng.uniform(0.3, 1)),
        background=choose(BACKGROUNDS),
        backdrop=backdrop,
        backdrop_second=choose(BACKDROPS),
        clothing=choose(CLOTHING),
        clothes_colour=choose(CLOTHES),
        rotation=bell(2.4, 6),
        shift_x=bell(1.1, 3),
        shift_y=bell(1.1, 3),
        scale=1 + bell(0.015, 0.04),
        noise=between(0.4, 2.2),
        seed=int(rng.integers(2**31)),
    )
