"""From identity and attributes to what the painters need: colours, proportions, styles."""

from collections.abc import Mapping
from dataclasses import dataclass

from stgan_tf.synthetic.colour_arithmetic import Colour, along, luminance, mix, shade
from stgan_tf.synthetic.faces.colours import (
    HAIR_COLOURS,
    OTHER_HAIR_COLOURS,
    PALE_TONE,
    SKIN_TONES,
)
from stgan_tf.synthetic.faces.identity import Identity

EYE_Y = 111.5
MOUTH_Y = 152.0
NOSE_Y = 132.0


@dataclass(frozen=True)
class Appearance:
    """The frame of the painters: x = 0 is the middle of the face, y as in the upright image."""

    identity: Identity
    bald: bool
    bangs: bool
    bushy: bool
    eyeglasses: bool
    male: bool
    mouth_open: bool
    mustache: bool
    beard: bool
    young: bool
    skin: Colour
    skin_light: Colour
    skin_shadow: Colour
    skin_line: Colour
    hair: Colour
    hair_light: Colour
    hair_dark: Colour
    hair_hidden: bool
    brow: Colour
    whisker: Colour
    lip: Colour
    hair_style: str
    cheek_half_width: float
    jaw_half_width: float
    chin_half_width: float
    chin_y: float

    @property
    def light_side(self) -> int:
        """-1 or 1: the side of the face that the light comes from."""
        return 1 if self.identity.light > 0 else -1


def _skin_tone(identity: Identity, pale: bool) -> Colour:
    tone = along(SKIN_TONES, identity.skin_tone)
    tint = "#d98a78" if identity.undertone > 0 else "#b99a63"
    tone = mix(tone, tint, 0.16 * abs(identity.undertone))
    return mix(tone, PALE_TONE, 0.74) if pale else tone


def _hair_colour(identity: Identity, attributes: Mapping[str, int]) -> Colour:
    labelled = [colour for name, colour in HAIR_COLOURS.items() if attributes[name]]
    colour = labelled[0] if labelled else OTHER_HAIR_COLOURS[identity.other_hair]
    other = "#ffffff" if identity.hair_shade > 0 else "#000000"
    return mix(colour, other, 0.06 * abs(identity.hair_shade))


def appearance(identity: Identity, attributes: Mapping[str, int]) -> Appearance:
    """`attributes` holds the 13 names, values 0 or 1, free of conflicts."""
    pale = bool(attributes["Pale_Skin"])
    male = bool(attributes["Male"])
    young = bool(attributes["Young"])
    skin = _skin_tone(identity, pale)
    shadow = mix(shade(skin, 0.66), "#8c3b2b" if not pale else "#9a6a78", 0.22)
    no_colour = not any(attributes[name] for name in HAIR_COLOURS)
    hair = _hair_colour(identity, attributes)
    hair_light = mix(hair, "#fff3dc" if luminance(hair) > 0.15 else "#8f95a8", 0.34)
    # Brows and whiskers follow the hair a little only: they stay readable on every skin, and a
    # change of hair colour stays a change of hair.
    own_tone = _skin_tone(identity, pale=False)  # Pale_Skin leaves brows and whiskers alone
    brow = mix(mix(hair, "#2a1a12", 0.62), shade(own_tone, 0.35), 0.15)
    natural = "#5b3a22" if identity.other_hair == "violet" and no_colour else hair
    whisker = mix(natural, "#55300f", 0.42 if luminance(natural) > 0.3 else 0.2)
    if abs(luminance(whisker) - luminance(own_tone)) < 0.2:
        whisker = mix(whisker, "#1c0f08", 0.6)  # or it would be lost on the skin
    lip_natural = mix(mix(skin, "#b5453f", 0.45), shade(skin, 0.8), 0.15)
    lip = lip_natural if male else mix(lip_natural, identity.lipstick, 0.85)
    return Appearance(
        identity=identity,
        bald=bool(attributes["Bald"]),
        bangs=bool(attributes["Bangs"]),
        bushy=bool(attributes["Bushy_Eyebrows"]),
        eyeglasses=bool(attributes["Eyeglasses"]),
        male=male,
        mouth_open=bool(attributes["Mouth_Slightly_Open"]),
        mustache=bool(attributes["Mustache"]),
        beard=not attributes["No_Beard"],
        young=young,
        skin=skin,
        skin_light=mix(skin, "#fff1de", 0.3),
        skin_shadow=shadow,
        skin_line=mix(shade(skin, 0.45), "#5a1f16", 0.25),
        hair=hair,
        hair_light=hair_light,
        hair_dark=mix(shade(hair, 0.56), "#4a2510", 0.25 if 0.3 < luminance(hair) < 0.76 else 0),
        hair_hidden=bool(attributes["Bald"]) and identity.shaven and no_colour,
        brow=brow,
        whisker=whisker,
        lip=lip,
        hair_style=identity.hair_male if male else identity.hair_female,
        cheek_half_width=44.0 * identity.face_width,
        jaw_half_width=((38.0 if male else 33.0) + 2.4 * identity.jaw) * identity.face_width,
        chin_half_width=(15.0 if male else 10.0) + 2.4 * identity.chin,
        chin_y=(180.5 if male else 176.5) + identity.face_length,
    )
