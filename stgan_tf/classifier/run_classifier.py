"""The classifier that a run folder keeps: what edit and export ask what faces have.

Whatever is given a classifier to judge a run leaves a copy in RUN/classifier; the last one stays.
"""

import shutil
import tempfile
from pathlib import Path

from stgan_tf.classifier.training import (
    DESCRIPTION_FILE,
    WEIGHTS_FILE,
    TrainedClassifier,
    load_classifier,
)
from stgan_tf.files import make_folder, replace_folder
from stgan_tf.run_layout import CLASSIFIER_FOLDER, NO_CLASSIFIER


def keep_classifier(run_dir: Path | str, classifier: Path | str) -> None:
    """Copies the classifier in the folder `classifier`, which was loaded and fits the run, to
    RUN/classifier, in place of another one.
    """
    source, target = _folder(classifier), Path(run_dir) / CLASSIFIER_FOLDER
    if target.exists() and (target.samefile(source) or _same(source, target)):
        return
    make_folder(Path(run_dir))
    # Built aside: a process that is killed here leaves no half of a classifier.
    with tempfile.TemporaryDirectory(prefix=".classifier-", dir=run_dir) as folder:
        built = Path(folder) / "new"
        built.mkdir()
        for name in (WEIGHTS_FILE, DESCRIPTION_FILE):
            shutil.copyfile(source / name, built / name)
        replace_folder(built, target)


def run_classifier(
    run_dir: Path | str, classifier: Path | str | None = None
) -> TrainedClassifier | None:
    """The classifier in the folder `classifier`; None: the run's own, where it has one;
    `NO_CLASSIFIER`: none.

    Raises FileNotFoundError or ValueError as `load_classifier`.
    """
    if classifier is not None and str(classifier) == NO_CLASSIFIER:
        return None
    if classifier:
        return load_classifier(classifier)
    own = Path(run_dir) / CLASSIFIER_FOLDER
    return load_classifier(own) if own.is_dir() else None


def _same(folder: Path, other: Path) -> bool:
    return all(
        (other / name).is_file() and (folder / name).read_bytes() == (other / name).read_bytes()
        for name in (WEIGHTS_FILE, DESCRIPTION_FILE)
    )


def _folder(classifier: Path | str) -> Path:
    path = Path(classifier)
    return path.parent if path.suffix in (".keras", ".json") else path
