"""The true edit of a drawn face: what an attribute editor should have produced."""

from collections.abc import Mapping

import numpy as np

from stgan_tf.synthetic.faces.attribute_sampling import apply_changes
from stgan_tf.synthetic.faces.rendering import render, sample_face


def counterfactual(seed: int, index: int, changes: Mapping[str, int]) -> np.ndarray:
    """Draws face number `index` (from 0; file 000001.jpg has index 0) with attributes changed.

    Args:
      seed: of the data set (`load_provenance(data_dir).seed`).
      index: number of the drawing, from 0.
      changes: attribute name -> 0 or 1. What is switched on switches off whatever excludes it
        (Bald and Bangs; the hair colours), as in STGAN's test protocol. Switching Bald off does not
        add Bangs.

    Returns:
      uint8 (218, 178, 3). Without changes: the drawing itself, as it was before JPEG compression.

    Raises:
      ValueError: for unknown names, values other than 0 and 1, changes that exclude each other.
    """
    identity, attributes = sample_face(seed, index)
    return render(identity, apply_changes(attributes, changes))
