"""The official attribute classifier (att_classification, 128.ckpt) -> our classifier network."""

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
    """Whether the checkpoint is one of the attribute classifier."""
    return _FIRST_KERNEL in CheckpointReader(checkpoint).shapes


def import_classifier(checkpoint: OfficialCheckpoint) -> tuple[AttributeClassifier, Named]:
    """The classifier of all 40 CelebA attributes with the checkpoint's weights, and
    {official name: our variable}. Its sizes are read from the variables' shapes. The Adam slots are
    checked and left out: the classifier judges, it is not trained further.

    Raises OfficialCheckpointError naming a variable that does not fit.
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
    for name in wanted:  # the slots too: a damaged file is not taken over in part
        value = reader.read(name)
        if name in variables:
            variables[name].assign(value)
    return classifier, variables
