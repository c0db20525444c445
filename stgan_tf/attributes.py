"""Attribute names, label vectors and conflict rules: everything about labels in one place.

Vectors have values in {0, 1}, in the order of the attribute names (A = number of attributes). A
*difference* vector is target - source, in {-1, 0, 1}: +1 adds the attribute, -1 removes it (paper
section 3.1). This module does not import TensorFlow.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

#: The 40 attributes of CelebA in the order of list_attr_celeba.txt.
CELEBA_ATTRIBUTES = (
    "5_o_Clock_Shadow",
    "Arched_Eyebrows",
    "Attractive",
    "Bags_Under_Eyes",
    "Bald",
    "Bangs",
    "Big_Lips",
    "Big_Nose",
    "Black_Hair",
    "Blond_Hair",
    "Blurry",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Chubby",
    "Double_Chin",
    "Eyeglasses",
    "Goatee",
    "Gray_Hair",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "Narrow_Eyes",
    "No_Beard",
    "Oval_Face",
    "Pale_Skin",
    "Pointy_Nose",
    "Receding_Hairline",
    "Rosy_Cheeks",
    "Sideburns",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Earrings",
    "Wearing_Hat",
    "Wearing_Lipstick",
    "Wearing_Necklace",
    "Wearing_Necktie",
    "Young",
)

#: The 13 attributes the paper edits, in the official code's order.
PAPER_ATTRIBUTES = (
    "Bald",
    "Bangs",
    "Black_Hair",
    "Blond_Hair",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Eyeglasses",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "No_Beard",
    "Pale_Skin",
    "Young",
)

#: {attribute: the attributes that it switches off}
Conflicts = Mapping[str, Sequence[str]]

#: {attribute: the attributes that are switched off when it is switched on} (official data.py,
#: check_attribute_conflict; the author removed its Mustache/No_Beard rule, so it is left out here).
CONFLICTS: Conflicts = {
    "Bald": ("Bangs",),
    "Receding_Hairline": ("Bangs",),
    "Bangs": ("Bald", "Receding_Hairline"),
    "Black_Hair": ("Blond_Hair", "Brown_Hair", "Gray_Hair"),
    "Blond_Hair": ("Black_Hair", "Brown_Hair", "Gray_Hair"),
    "Brown_Hair": ("Black_Hair", "Blond_Hair", "Gray_Hair"),
    "Gray_Hair": ("Black_Hair", "Blond_Hair", "Brown_Hair"),
    "Straight_Hair": ("Wavy_Hair",),
    "Wavy_Hair": ("Straight_Hair",),
}


class Exclusion(NamedTuple):
    """Which of a model's attributes are mutually exclusive.

    conflicts: The attributes that each attribute switches off when it is switched on.
    one_hot: Whether every image has exactly one of the attributes, as with one folder per
        attribute: an attribute can then be exchanged for another, but not removed.
    """

    conflicts: Conflicts = CONFLICTS
    one_hot: bool = False

    @classmethod
    def of(cls, names: Sequence[str], exclusive: bool, labels: np.ndarray) -> "Exclusion":
        """The rules for attributes that are `exclusive` or not, in images with `labels` (N, A)."""
        one_hot = exclusive and len(names) > 1 and bool(np.all(np.sum(labels, axis=1) == 1))
        return cls(conflicts_of(names, exclusive), one_hot)


#: The default: the rules of CelebA's attributes, none for other names.
BY_NAME = Exclusion()


def are_one_hot(names: Sequence[str], domains: Sequence[str]) -> bool:
    """Whether every image has exactly one of the attributes `names`, because these are all of the
    `domains` of a data set.
    """
    return len(names) > 1 and set(names) == set(domains)


def likeliest(scores: np.ndarray) -> np.ndarray:
    """float32 like `scores` (N, A): 1 for the attribute with the highest score of each image, 0 for
    the others.
    """
    scores = np.asarray(scores)
    return np.eye(scores.shape[1], dtype=np.float32)[scores.argmax(axis=1)]


def seen_attributes(known: np.ndarray, probabilities: np.ndarray, one_hot: bool) -> np.ndarray:
    """(N, A) of 1 and 0: the `known` attributes (1, 0, NaN: unknown), completed by what a
    classifier finds. If they are `one_hot`, exactly the likeliest of those that may be present.
    """
    unknown = np.isnan(known)
    if not one_hot:
        return np.where(unknown, np.asarray(probabilities) > 0.5, known)
    return likeliest(np.where(unknown, probabilities, np.where(known > 0.5, np.inf, -np.inf)))


def conflicts_of(names: Sequence[str], exclusive: bool) -> Conflicts:
    """If `exclusive`, each of `names` switches off all the others; otherwise CONFLICTS."""
    if not exclusive:
        return CONFLICTS
    return {name: tuple(other for other in names if other != name) for name in names}


def require_known(names: Iterable[str], known: Sequence[str]) -> None:
    """Raises ValueError for the first of `names` not in `known`, suggesting similar names."""
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
            hint = f"Nearest: {', '.join(near)}." if near else f"Known: {', '.join(known)}."
            raise ValueError(f"Unknown attribute: {name!r}. {hint}")


def conflict_matrix(names: Sequence[str], conflicts: Conflicts = CONFLICTS) -> np.ndarray:
    """(A, A) float32 of 0/1: row i marks the attributes that attribute i switches off."""
    matrix = np.zeros((len(names), len(names)), np.float32)
    for row, name in enumerate(names):
        for other in conflicts.get(name, ()):
            if other in names:
                matrix[row, names.index(other)] = 1.0
    return matrix


def resolve_conflicts(
    attributes: np.ndarray,
    names: Sequence[str],
    switched_on: Iterable[str],
    conflicts: Conflicts = CONFLICTS,
) -> np.ndarray:
    """Returns a copy of `attributes` (..., A) in {0, 1} in which everything that conflicts with an
    attribute in `switched_on` is set to 0. As in the official code, the rule applies only when an
    attribute is switched on; switching Bald off does not add Bangs.
    """
    switched_on = list(switched_on)
    require_known(switched_on, names)
    resolved = np.array(attributes, copy=True)
    for name in switched_on:
        for other in conflicts.get(name, ()):
            if other in names:
                resolved[..., names.index(other)] = 0
    return resolved


def flip_attribute(
    attributes: np.ndarray, names: Sequence[str], edited: str, exclusion: Exclusion = BY_NAME
) -> np.ndarray:
    """Targets of the paper's test protocol: `edited` is inverted in every row of `attributes` (N,
    A) in {0, 1}, and conflicts are resolved in the rows where that switched it on. If the
    attributes are one-hot, rows that already have it are left unchanged.
    """
    require_known([edited], names)
    targets = np.array(attributes, copy=True)
    column = names.index(edited)
    targets[:, column] = 1 if exclusion.one_hot else 1 - targets[:, column]
    on = targets[:, column] == 1
    targets[on] = resolve_conflicts(targets[on], names, [edited], exclusion.conflicts)
    return targets


def check_edits(
    edits: Mapping[str, float], names: Sequence[str], conflicts: Conflicts = CONFLICTS
) -> None:
    """Raises ValueError if there are no edits, an attribute is unknown, a value is not finite, or
    two added attributes are mutually exclusive.
    """
    if not edits:
        raise ValueError('No edits: give at least one, such as {"Eyeglasses": 1}. Received: {}.')
    require_known(edits, names)
    for name, value in edits.items():
        if not isinstance(value, (int, float, np.number)) or not np.isfinite(value):
            raise ValueError(f"The value of {name} must be a number. Received: {value!r}.")
    added = [name for name, value in edits.items() if value > 0]
    for name in added:
        for other in conflicts.get(name, ()):
            if other in added:
                raise ValueError(f"{name} and {other} cannot both be added. Received: {edits!r}.")


def parse_edits(text: str, names: Sequence[str]) -> dict[str, float]:
    """Parses "Eyeglasses=+1,Bangs=-1" into {"Eyeglasses": 1.0, "Bangs": -1.0}.

    Values are differences: +1 adds, -1 removes, and other magnitudes scale the strength. Raises
    ValueError for an unknown attribute, a missing value, a repeated attribute or conflicting edits.
    """
    edits: dict[str, float] = {}
    for item in text.split(","):
        name, separator, value = (part.strip() for part in item.partition("="))
        if not separator or not value:
            raise ValueError(
                f"An edit must have the form NAME=+1 or NAME=-1. Received: {item!r} in {text!r}."
            )
        require_known([name], names)
        if name in edits:
            raise ValueError(f"Attribute {name} is given twice in {text!r}.")
        try:
            edits[name] = float(value)
        except ValueError:
            raise ValueError(
                f"The value of {name} must be a number. Received: {value!r}."
            ) from None
    check_edits(edits, names)
    return edits
