"""Warns about two attributes of which every training image has exactly one.

Such labels always change together in training, but an edit changes one of them alone: a difference
that was never trained, for which models copy the input.
"""

import itertools
import logging

import numpy as np

from stgan_tf.data.image_table import ImageTable


def complementary_pairs(table: ImageTable) -> list[tuple[str, str]]:
    """The pairs of attributes of which each image has exactly one, and not always the same."""
    labels = table.attributes
    varied = np.flatnonzero(labels.min(axis=0) < labels.max(axis=0))
    return [
        (table.names[first], table.names[second])
        for first, second in itertools.combinations(varied, 2)
        if np.all(labels[:, first] != labels[:, second])
    ]


def warn_of_complementary(table: ImageTable) -> None:
    """Logs a warning for each of the `complementary_pairs` of the training images `table`."""
    for first, second in complementary_pairs(table):
        others = ",".join(name for name in table.names if name != first)
        logging.warning(
            "Every training image has exactly one of the attributes %s and %s. Their labels always "
            "change together in training but one at a time in an edit, so edits would copy the "
            "input. Leave one out: --attributes=%s, where %s=-1 makes the edit to %s.",
            first,
            second,
            others,
            second,
            first,
        )
