"""What an exported model is given for an edit of one face. No TensorFlow here."""

from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.attributes import require_known
from stgan_tf.editing.opening import Model
from stgan_tf.editing.requests import differences


def edit_vectors(
    model: Model,
    images: np.ndarray,
    edits: Mapping[str, float],
    intensity: float = 1.0,
    present: Sequence[str] | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """(difference (1, A), source (1, A) or None where the model needs none).

    Args:
        images: float32 (1, S, S, 3) in [-1, 1], the face.
        edits: {attribute: difference}.
        present: Attributes that the face has; None: the model's classifier is asked.

    Raises ValueError for unknown attributes, or where there is no classifier to ask.
    """
    names = model.description.attributes
    source = _source(model, images, present) if model.description.needs_source else None
    return differences(edits, names, 1, source, intensity), source


def _source(model: Model, images: np.ndarray, present: Sequence[str] | None) -> np.ndarray:
    if present is None:
        return (model.classify(images) > 0.5).astype(np.float32)
    names = model.description.attributes
    require_known(present, names)
    return np.array([[name in present for name in names]], np.float32)
