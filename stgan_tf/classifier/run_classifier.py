"""The classifier that a run folder keeps, with which edit and export recognise the attributes of
faces.

Every command that evaluates a run with a classifier leaves a copy in RUN/classifier, replacing an
earlier one.
"""

import shutil
from pathlib import Path

from stgan_tf.classifier.training import (
    DESCRIPTION_FILE,
    TrainedClassifier,
    load_classifier,
    weights_path,
)
from stgan_tf.files import replacing_folder
from stgan_tf.run_layout import CLASSIFIER_FOLDER, NO_CLASSIFIER


def keep_classifier(run_dir: Path | str, classifier: Path | str) -> None:
    """Copies the classifier in the folder `classifier`, which was already loaded and fits the run,
    to RUN/classifier, replacing any other.
    """
    source, target = _folder(classifier), Path(run_dir) / CLASSIFIER_FOLDER
    if target.exists() and (target.samefile(source) or _same(source, target)):
        return
    with replacing_folder(target) as built:
        for name in (weights_path(source).name, DESCRIPTION_FILE):
            shutil.copyfile(source / name, built / name)


def run_classifier(
    run_dir: Path | str, classifier: Path | str | None = None
) -> TrainedClassifier | None:
    """Loads the classifier in the folder `classifier`; None: the run's own, if it has one;
    `NO_CLASSIFIER`: returns None.

    Raises FileNotFoundError or ValueError like `load_classifier`.
    """
    if classifier is not None and str(classifier) == NO_CLASSIFIER:
        return None
    if classifier:
        return load_classifier(classifier)
    own = own_classifier(run_dir)
    return None if own is None else load_classifier(own)


def own_classifier(run_dir: Path | str) -> Path | None:
    """The folder of the run's own classifier, or None if it has none."""
    own = Path(run_dir) / CLASSIFIER_FOLDER
    return own if own.is_dir() else None


def _same(folder: Path, other: Path) -> bool:
    return all(
        (other / name).is_file() and (folder / name).read_bytes() == (other / name).read_bytes()
        for name in (weights_path(folder).name, DESCRIPTION_FILE)
    )


def _folder(classifier: Path | str) -> Path:
    path = Path(classifier)
    return path.parent if path.suffix in (".keras", ".json") else path
