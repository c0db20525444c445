"""Imports the official attribute classifier (att_classification, 128.ckpt)."""

import math

from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.classifier.network import MINIMUM_IMAGE_SIZE, WIDTH_FACTORS, AttributeClassifier
from stgan_tf.official.adam_state import DISCRIMINATOR_POWERS, slot_names
from stgan_tf.official.checkpoint_files import OfficialCheckpoint
from stgan_tf.official.reading import COUNTER, CheckpointReader
from stgan_tf.official.variables import CLASSIFIER, Named, classifier_variables

_FIRST_KERNEL = f"{CLASSIFIER}/Conv/weights"
_HIDDEN_KERNEL = f"{CLASSIFIER}/flatten_fully_connected/fully_connected/weights"


def is_classifier(checkpoint: OfficialCheckpoint) -> bool:
    """Whether the checkpoint is that of an attribute classifier."""
    return _FIRST_KERNEL in CheckpointReader(checkpoint).shapes


def import_classifier(checkpoint: OfficialCheckpoint) -> tuple[AttributeClassifier, Named]:
    """Imports a classifier of all 40 CelebA attributes; its sizes are read from the shapes.

    The Adam slots are checked but not imported: the classifier is only used to measure edits.

    Returns:
        (the classifier with the checkpoint's weights, {official name: our variable}).

    Raises:
        OfficialCheckpointError: A variable does not fit; the message names it.
    """
    reader = CheckpointReader(checkpoint)
    if _HIDDEN_KERNEL not in reader.shapes:
        raise reader.error(f"lacks 1 variable of the attribute classifier: {_HIDDEN_KERNEL}")
    width = reader.shapes[_FIRST_KERNEL][-1]
    inputs, hidden_units = reader.shapes[_HIDDEN_KERNEL]
    side = math.isqrt(inputs // (width * WIDTH_FACTORS[-1]))
    classifier = AttributeClassifier(
        len(CELEBA_ATTRIBUTES), max(side, 1) * MINIMUM_IMAGE_SIZE, width, hidden_units
    )
    variables = classifier_variables(classifier)
    wanted = {name: variable.shape for name, variable in variables.items()}
    for name, variable in variables.items():
        if variable.trainable:
            wanted.update(dict.fromkeys(slot_names(name), variable.shape))
    wanted.update(dict.fromkeys((*DISCRIMINATOR_POWERS, COUNTER), ()))
    reader.require_exactly(wanted)
    for name in wanted:  # the slots too: nothing of a damaged file is imported
        value = reader.read(name)
        if name in variables:
            variables[name].assign(value)
    return classifier, variables
