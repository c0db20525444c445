"""The inputs a model is given for an edit: one rule for everything that makes or measures edits.

A user asks for {attribute: difference}; times the intensity, that is the strength s of each. The
attributes of the faces (`source`) are given by the user, predicted, or unknown:

    source  (N, A): 1 the face has the attribute, 0 it does not, NaN unknown

* Requested attributes: a model with difference labels is given s, whatever the face has, like a
  slider position (+1 for a face that already has the attribute means more of it). A model with
  target labels is given (target - source) * |s|, so adding what is there or removing what is not
  changes nothing.
* Excluded attributes: an added attribute removes those it excludes (other hair colours; bangs if
  bald: `stgan_tf.attributes.CONFLICTS`; other domains) from faces that have them, unless they are
  requested too. The strength is min(s, 1): from s = 1 on the difference is -1 as in the paper's
  protocol, which scales the edited attribute only; below 1 it follows s, so that a slider starts
  where nothing changes.
* Unknown attributes are left alone; target labels cannot be computed without them.

The protocol's flips (`flip_difference`) use the same edits. The mobile page's counterpart
(export/mobile/src/model/edit-vector.ts) is tested against this module. No TensorFlow here.
"""

import logging
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from stgan_tf.attributes import (
    BY_NAME,
    CONFLICTS,
    Conflicts,
    Exclusion,
    check_edits,
    conflict_matrix,
    require_known,
    seen_attributes,
)
from stgan_tf.source_attributes import Source, given_source

#: Indices of images (n,) -> their attribute probabilities (n, A).
Classify = Callable[[np.ndarray], np.ndarray]


def excluded_strengths(
    edits: Mapping[str, float],
    names: Sequence[str],
    intensity: float = 1.0,
    conflicts: Conflicts = CONFLICTS,
) -> np.ndarray:
    """(A,) in [0, 1]: how strongly each attribute is removed from faces that have it, because an
    added one excludes it and it is not requested itself.
    """
    asked = _strengths(edits, names, intensity)
    taken = (conflict_matrix(names, conflicts) * np.clip(asked, 0, 1)[:, None]).max(axis=0)
    return np.where(asked == 0, taken, 0).astype(np.float32)


def edit_difference(
    edits: Mapping[str, float],
    names: Sequence[str],
    source: np.ndarray,
    needs_source: bool,
    intensity: float = 1.0,
    conflicts: Conflicts = CONFLICTS,
) -> np.ndarray:
    """(N, A) float32: the difference vectors for N images.

    Args:
        edits: {attribute: difference}: 1 adds, -1 removes.
        source: (N, A) of 1, 0 and NaN (unknown).
        needs_source: Whether the model has target labels (label mode target or binary).
    """
    asked = _strengths(edits, names, intensity)
    has = np.nan_to_num(np.asarray(source, np.float32), nan=0.0)
    own = np.broadcast_to(asked, has.shape)
    if needs_source:
        own = np.where(asked > 0, asked * (1 - has), asked * has)
    excluded = excluded_strengths(edits, names, intensity, conflicts)
    difference = np.where(asked != 0, own, -excluded * has)
    return (difference + 0.0).astype(np.float32)  # no -0


def flip_difference(
    labels: np.ndarray,
    names: Sequence[str],
    edited: str,
    needs_source: bool,
    intensity: float = 1.0,
    source: np.ndarray | None = None,
    exclusion: Exclusion = BY_NAME,
) -> np.ndarray:
    """(N, A) float32: the paper's test protocol. `edited` is added where `labels` (N, A) in {0, 1}
    lack it and removed where they have it; `source` is the assumed attributes of the faces, None
    for the labels. One-hot attributes are not removed.
    """
    require_known([edited], names)
    source = labels if source is None else source
    added, removed = (
        edit_difference({edited: sign}, names, source, needs_source, intensity, exclusion.conflicts)
        for sign in (1, -1)
    )
    if exclusion.one_hot:
        removed = np.zeros_like(removed)
    has = np.asarray(labels)[:, names.index(edited), None] > 0.5
    return np.where(has, removed, added)


class EditRule:
    """The rule for one model: a user's request -> the model's inputs.

    Args:
        names: The model's A attributes.
        needs_source: Whether it has target labels.
        exclusion: Which of the attributes are mutually exclusive.
        usual_strength: Strengths above it are outside what the model's authors show; STGAN's
            published pictures use 1.5.
    """

    def __init__(
        self,
        names: Sequence[str],
        needs_source: bool,
        exclusion: Exclusion = BY_NAME,
        usual_strength: float = 1.5,
    ):
        self.names = tuple(names)
        self._conflicts, self._one_hot = exclusion
        self._usual_strength = usual_strength
        self.needs_source = needs_source
        self._said_unknown = False

    def known_source(
        self, count: int, source: Source = None, classify: Classify | None = None
    ) -> np.ndarray:
        """(count, A) of 1, 0 and NaN: the given attributes (`given_source`), completed by the
        classifier.

        Args:
            classify: Called for the images with unknown attributes; None: no classifier.
        """
        known = given_source(source, self.names, count)
        unknown = np.flatnonzero(np.isnan(known).any(axis=1))
        if classify is not None and len(unknown):
            known[unknown] = seen_attributes(known[unknown], classify(unknown), self._one_hot)
        return known

    def vectors(
        self,
        edits: Mapping[str, float],
        count: int,
        intensity: float = 1.0,
        source: Source = None,
        classify: Classify | None = None,
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Returns difference (count, A), and source (count, A) or None if the model takes none.

        Arguments as in `known_source`; the classifier is called only if its answer matters. Warns
        about strengths beyond the usual, and, once, if an added attribute excludes others and it is
        unknown whether the faces have them. Raises ValueError for invalid edits, intensity or
        source, and for target labels with an unknown source.
        """
        check_edits(edits, self.names, self._conflicts)
        if not np.isfinite(intensity) or intensity < 0:
            raise ValueError(f"`intensity` must be a non-negative number. Received: {intensity!r}.")
        self._warn_if_unusual(_strengths(edits, self.names, intensity))
        if self.needs_source:
            present = self._certain_source(count, source, classify)
        else:
            present = given_source(source, self.names, count)
            looked_at = excluded_strengths(edits, self.names, intensity, self._conflicts) > 0
            if np.isnan(present[:, looked_at]).any():
                present = self.known_source(count, source, classify)
                if np.isnan(present[:, looked_at]).any():
                    self._say_unknown(edits)
        rule = (self.needs_source, intensity, self._conflicts)
        difference = edit_difference(edits, self.names, present, *rule)
        return difference, present if self.needs_source else None

    def unchanged(
        self, count: int, source: Source = None, classify: Classify | None = None
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Like `vectors`, for an edit that changes nothing: a reconstruction."""
        nothing = np.zeros((count, len(self.names)), np.float32)
        return nothing, self._certain_source(count, source, classify) if self.needs_source else None

    def _certain_source(self, count: int, source: Source, classify: Classify | None) -> np.ndarray:
        present = self.known_source(count, source, classify)
        if np.isnan(present).any():
            raise ValueError(
                "The model has target labels and no classifier, so the attributes that the images "
                'have must be given: source={"Male": 1, ...} or --source=Male,...; those not named '
                "count as absent. Or provide a classifier: --classifier for a run folder, or "
                "export "
                "the model with one."
            )
        return present

    def _say_unknown(self, edits: Mapping[str, float]) -> None:
        if self._said_unknown:
            return
        self._said_unknown = True
        added = [name for name, value in edits.items() if value > 0]
        conflicts = self._conflicts
        others = {other: None for name in added for other in conflicts.get(name, ())}
        kept = [other for other in others if other in self.names and not edits.get(other)]
        logging.warning(
            "The images' attributes are unknown, so adding %s does not remove %s from those that "
            "have it: the edit is weaker than `evaluate` measures. Provide a classifier "
            "(--classifier for a run folder, or an export with one) or the attributes: source=, "
            "--source=%s.",
            ", ".join(name for name in added if set(conflicts.get(name, ())) & set(kept)),
            " or ".join(kept),
            kept[0],
        )

    def _warn_if_unusual(self, strengths: np.ndarray) -> None:
        strongest = np.abs(strengths).max()
        if strongest > self._usual_strength:
            logging.warning(
                "A strength of %g is outside the range that the model's authors show (trained at "
                "1, published up to %g): expect artefacts.",
                strongest,
                self._usual_strength,
            )


def _strengths(edits: Mapping[str, float], names: Sequence[str], intensity: float) -> np.ndarray:
    asked = np.zeros(len(names), np.float32)
    for name, value in edits.items():
        asked[names.index(name)] = value * intensity
    return asked
