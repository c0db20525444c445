"""The layout of a run folder: its configuration and checkpoints. No TensorFlow here."""

from pathlib import Path

CONFIG_FILE = "config.json"
CHECKPOINTS_FOLDER = "checkpoints"
#: Instead of the checkpoints in an unpacked model: the editing network's weights.
PACKED_WEIGHTS_FILE = "weights.safetensors"
#: In an unpacked model: its model card, and its LiteRT files.
CARD_FILE, LITERT_FOLDER = "card.md", "litert"
#: Folder of the classifier that recognises faces' attributes (`classifier.run_classifier`).
CLASSIFIER_FOLDER = "classifier"
#: Given in place of a classifier's folder: use no classifier.
NO_CLASSIFIER = "none"

#: Help text of the flag --run_dir of commands that only read the run.
RUN_DIR_HELP = "Run folder written by stgan_tf.train, or a packed model or the name of one."
#: Which weights of a run to use: the averaged ones if it keeps them (--ema_decay), or the raw
#: trained ones.
AVERAGE, RAW = WEIGHTS = ("average", "raw")
#: Help text of the flag --weights.
WEIGHTS_HELP = "For a run with --ema_decay: its averaged weights, or the raw trained ones."


def checkpoint_names(folder: Path) -> list[str]:
    """Checkpoints in the folder, oldest first."""
    names = [path.stem for path in folder.glob("*.index")]
    return sorted(names, key=checkpoint_iteration)


def checkpoint_iteration(name: str) -> int:
    """The iteration in a checkpoint's name, iteration-N."""
    return int(name.rsplit("-", 1)[1])
