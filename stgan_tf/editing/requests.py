"""What a user asks for: attributes to add or remove, checked against the model's attributes."""

import logging
from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.attributes import check_edits, resolve_conflicts

#: Strengths above this are outside what the paper shows (its pictures use 1.5).
_USUAL_STRENGTH = 1.5


def difference_vector(
    edits: Mapping[str, float], names: Sequence[str], intensity: float = 1.0
) -> np.ndarray:
    """(A,) float32: the difference a model of the difference label is given.

    Warns where a strength is beyond what the paper shows.
    """
    check_edits(edits, names)
    vector = np.zeros(len(names), np.float32)
    for name, value in edits.items():
        vector[names.index(name)] = value * intensity
    _warn_if_unusual(vector)
    return vector


def targets(
    edits: Mapping[str, float], names: Sequence[str], source: np.ndarray, intensity: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """(target attributes (B, A) in {0, 1}, strengths (A,)) for models that are given targets.

    `source` (B, A) in {0, 1}. What is added switches off what excludes it (one hair colour; bangs
    or bald); the strength of what is not edited is 1. Warns as `difference_vector`.
    """
    check_edits(edits, names)
    target = np.array(source, np.float32)
    strengths = np.ones(len(names), np.float32)
    for name, value in edits.items():
        column = names.index(name)
        target[:, column] = float(value > 0)
        strengths[column] = abs(value) * intensity
    _warn_if_unusual(strengths)
    added = [name for name, value in edits.items() if value > 0]
    return resolve_conflicts(target, names, added), strengths


def differences(
    edits: Mapping[str, float],
    names: Sequence[str],
    count: int,
    source: np.ndarray | None,
    intensity: float = 1.0,
) -> np.ndarray:
    """(count, A) float32: what models are given for an edit of `count` images.

    `source` is (count, A) in {0, 1} for models that are given targets, None for the others.
    """
    if source is None:
        return np.tile(difference_vector(edits, names, intensity), (count, 1))
    target, strengths = targets(edits, names, source, intensity)
    return (target - source) * strengths


def _warn_if_unusual(strengths: np.ndarray) -> None:
    strongest = np.abs(strengths).max()
    if strongest > _USUAL_STRENGTH:
        logging.warning(
            "A strength of %g is outside the range the paper shows (trained 1, published 1.5): "
            "expect artefacts.",
            strongest,
        )
