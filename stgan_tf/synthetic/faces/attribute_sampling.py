"""Which of the 13 attributes a drawn person has.

Frequencies (per cent; CelebA's in brackets):

    Bald 9 (2)           Bangs 19 (15)         Black_Hair 25 (24)  Blond_Hair 18 (15)
    Brown_Hair 26 (21)   Bushy_Eyebrows 24 (14)  Eyeglasses 19 (7)  Male 42 (42)
    Mouth_Slightly_Open 48 (48)  Mustache 15 (4)  No_Beard 82 (83)  Pale_Skin 16 (4)
    Young 74 (77)

The rare ones are deliberately more frequent than in CelebA: a demonstration trains on thousands
of drawings, not on 182,000 photos, and 2 % of those would be too few to learn from.
As in CelebA: hair colours exclude each other and may all be off, Bald excludes Bangs and is
mostly male, Mustache and beards (No_Beard = 0) are male only, and the old are more often male and
bald. Unlike CelebA, a moustache does not imply a beard, so that the two can be told apart.
"""

from collections.abc import Mapping

import numpy as np

from stgan_tf.attributes import CONFLICTS, PAPER_ATTRIBUTES, require_known

HAIR_COLOUR_ATTRIBUTES = ("Black_Hair", "Blond_Hair", "Brown_Hair")

#: Black, blond, brown; the rest has another colour.
_HAIR_OF_MEN = (0.32, 0.1, 0.28)
_HAIR_OF_WOMEN = (0.21, 0.26, 0.27)
_HAIR_OF_THE_BALD = (0.22, 0.14, 0.22)


def sample_attributes(rng: np.random.Generator) -> dict[str, int]:
    """Draws the 13 attributes: name -> 0 or 1, in the order of PAPER_ATTRIBUTES, free of
    conflicts. Frequencies are in the module's docstring."""

    def happens(probability: float) -> int:
        return int(rng.random() < probability)

    male = happens(0.42)
    bald = happens(0.2 if male else 0.015)
    bangs = happens(0.13 if male else 0.26) * (1 - bald)
    shares = _HAIR_OF_THE_BALD if bald else _HAIR_OF_MEN if male else _HAIR_OF_WOMEN
    colour = int(rng.choice(4, p=(*shares, 1 - sum(shares))))
    mustache = happens(0.35) * male
    beard = happens(0.6 if mustache else 0.33) * male
    young = happens(0.45 if bald else 0.68 if male else 0.83)
    drawn = {
        "Bald": bald,
        "Bangs": bangs,
        "Black_Hair": int(colour == 0),
        "Blond_Hair": int(colour == 1),
        "Brown_Hair": int(colour == 2),
        "Bushy_Eyebrows": happens(0.38 if male else 0.14),
        "Eyeglasses": happens(0.25 if male else 0.15),
        "Male": male,
        "Mouth_Slightly_Open": happens(0.48),
        "Mustache": mustache,
        "No_Beard": 1 - beard,
        "Pale_Skin": happens(0.16),
        "Young": young,
    }
    return {name: drawn[name] for name in PAPER_ATTRIBUTES}


def require_consistent(attributes: Mapping[str, int]) -> None:
    """Raises ValueError for names other than the 13, for values other than 0 and 1, and for
    attributes that exclude each other, saying which."""
    require_known(attributes, PAPER_ATTRIBUTES)
    missing = [name for name in PAPER_ATTRIBUTES if name not in attributes]
    if missing:
        raise ValueError(f"All 13 attributes are needed. Missing: {', '.join(missing)}.")
    for name, value in attributes.items():
        if value not in (0, 1):
            raise ValueError(f"{name} must be 0 or 1. Received: {value!r}.")
    for name in PAPER_ATTRIBUTES:
        for other in CONFLICTS.get(name, ()):
            if attributes[name] and attributes.get(other, 0):
                raise ValueError(
                    f"{name} and {other} exclude each other, but both are 1. Set one of them to 0."
                )


def apply_changes(attributes: Mapping[str, int], changes: Mapping[str, int]) -> dict[str, int]:
    """Returns `attributes` with `changes` made and conflicts resolved as STGAN does: what is
    switched on switches off whatever excludes it, unless both are in `changes` (ValueError)."""
    require_known(changes, PAPER_ATTRIBUTES)
    changed = {**attributes, **{name: int(value) for name, value in changes.items()}}
    for name, value in changes.items():
        if value:
            for other in CONFLICTS.get(name, ()):
                if other in changed and not changes.get(other, 0):
                    changed[other] = 0
    require_consistent(changed)
    return changed
