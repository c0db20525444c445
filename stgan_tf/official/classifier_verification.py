"""Compares our attribute classifier with values written by the official one.

Its expected.npz has images x_255 (B, H, W, 3) in 0..255, the network's inputs x in [-1, 1], labels
att (B, 40), and the logits, predictions and losses of one training batch.
"""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.images import to_float
from stgan_tf.losses.attribute import attribute_loss
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.comparison import Comparison, absolute, relative, same_names


def verify_classifier(
    classifier: AttributeClassifier, expected: Mapping[str, np.ndarray]
) -> list[Comparison]:
    """Makes all comparisons. The training batch updates the classifier's moving averages.

    Raises:
        OfficialCheckpointError: The expected values are not those of an attribute classifier.
    """
    needed = ("x_255", "x", "att", "logits", "pred", "train_logits", "ce", "reg", "loss")
    if missing := [name for name in needed if name not in expected]:
        raise OfficialCheckpointError(
            f"The expected values lack {', '.join(missing)}: they are not those of an attribute "
            "classifier."
        )
    x = to_float(expected["x_255"])
    logits = classifier(tf.constant(x)).numpy()
    train_logits = classifier(tf.constant(x), training=True)
    cross_entropy = attribute_loss(tf.constant(expected["att"], tf.float32), train_logits)
    regularization = classifier.regularization_loss()

    def pairs(**ours):
        return [(name, value, expected[name]) for name, value in ours.items()]

    ours, theirs = (
        {f"image {i}, attribute {j}" for i, j in np.argwhere(predicted)}
        for predicted in (logits > 0, expected["pred"] > 0)
    )
    return [
        *absolute("input", pairs(x=x)),
        *absolute("inference: logits", pairs(logits=logits)),
        same_names("inference: predictions", ours, theirs),
        *absolute("training: logits", pairs(train_logits=train_logits)),
        *relative(
            "training: losses",
            pairs(ce=cross_entropy, reg=regularization, loss=cross_entropy + regularization),
        ),
    ]
