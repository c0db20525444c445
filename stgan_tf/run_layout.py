"""Where a run folder keeps its configuration and checkpoints; no TensorFlow here."""

from pathlib import Path

CONFIG_FILE = "config.json"
CHECKPOINTS_FOLDER = "checkpoints"
#: The classifier that says what faces have (`stgan_tf.classifier.run_classifier`).
CLASSIFIER_FOLDER = "classifier"
#: In place of a classifier's folder: do not ask any.
NO_CLASSIFIER = "none"

#: Which weights of a run to use: the averaged ones where it keeps them (--ema_decay), or the
#: trained ones.
AVERAGE, RAW = WEIGHTS = ("average", "raw")
#: Help of the flag --weights.
WEIGHTS_HELP = "Of a run with --ema_decay: its averaged weights, or the trained (raw) ones."


def checkpoint_names(folder: Path) -> list[str]:
    """Checkpoints in the folder, oldest first."""
    names = [path.stem for path in folder.glob("*.index")]
    return sorted(names, key=lambda name: int(name.rsplit("-", 1)[1]))
