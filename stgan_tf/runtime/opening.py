"""Opens a model of any kind by its path. What each kind needs is imported only when it is opened,
so that a LiteRT file can be used without TensorFlow.
"""

import dataclasses
import importlib.util
from pathlib import Path
from typing import Protocol

import numpy as np

from stgan_tf.model_files.resolving import model_path
from stgan_tf.model_files.unpacking import is_unpacked
from stgan_tf.run_layout import AVERAGE, CONFIG_FILE, LITERT_FOLDER, NO_CLASSIFIER
from stgan_tf.runtime.model_description import EDIT_SIGNATURE, FILE_NAME, ModelDescription


class Model(Protocol):
    """The common interface of `RunModel`, `SavedModelModel` and `LiteRTModel`, with arrays as
    described in `stgan_tf.runtime.model_description`.
    """

    description: ModelDescription

    def edit(
        self, images: np.ndarray, difference: np.ndarray, source: np.ndarray | None = None
    ) -> np.ndarray:
        """Edited images, float32 (N, S, S, 3) in [-1, 1]."""

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Attribute probabilities (N, A) in [0, 1]."""


def open_model(
    path: Path | str, classifier: Path | str | None = None, weights: str = AVERAGE
) -> Model:
    """Opens a run folder, a SavedModel (a version folder or its parent) or a LiteRT file (.tflite).

    Args:
        path: One of these, a packed model (.stgan), or the name of a model. Packed models need
            TensorFlow, unless they have LiteRT files: without it, the most precise is opened.
        classifier: Folder of a trained classifier, for run folders; None: the run's own, if it has
            one. Exported models contain theirs. "none": use no classifier.
        weights: average or raw, for run folders (`stgan_tf.training.run_folder.load_run`).

    Raises FileNotFoundError if the path is none of these, ValueError for a damaged model or
    unsuitable arguments.
    """
    path = model_path(path)
    if (litert := without_tensorflow(path)) is not None:
        path = litert
    if path.suffix == ".tflite":
        from stgan_tf.runtime.litert_model import LiteRTModel

        _require_for_runs_only(classifier, weights, path)
        return _with_or_without_classifier(LiteRTModel(path), classifier)
    if (path / CONFIG_FILE).is_file():
        from stgan_tf.runtime.run_model import RunModel

        return RunModel(path, classifier, weights)
    if _holds_saved_model(path):
        from stgan_tf.runtime.saved_model_model import SavedModelModel

        _require_for_runs_only(classifier, weights, path)
        return _with_or_without_classifier(SavedModelModel(path), classifier)
    hint = ""
    if _holds_saved_model(path / "saved_model") or (path / "litert").is_dir():
        hint = f" It is an export: give {path / 'saved_model'} or a file in {path / 'litert'}."
    raise FileNotFoundError(
        f"{path} is not a model: neither a run folder (with {CONFIG_FILE}), nor a SavedModel (with "
        f"saved_model.pb or numbered versions), nor a .tflite or .stgan file.{hint}"
    )


def without_tensorflow(path: Path) -> Path | None:
    """The most precise LiteRT file of an unpacked model, if it has one and TensorFlow is not
    installed; None otherwise.
    """
    return None if importlib.util.find_spec("tensorflow") else packed_litert(path)


def packed_litert(path: Path) -> Path | None:
    """The most precise LiteRT file of an unpacked model; None if it has none, or `path` is none."""
    folder = path / LITERT_FOLDER
    if not (is_unpacked(path) and (folder / FILE_NAME).is_file()):
        return None
    files = ModelDescription.read(folder / FILE_NAME).files
    # Listed from the most to the least precise.
    return next(folder / file.name for file in files if file.role == EDIT_SIGNATURE)


def _with_or_without_classifier(model: Model, classifier: Path | str | None) -> Model:
    if classifier is not None:
        model.description = dataclasses.replace(model.description, has_classifier=False)
    return model


def _holds_saved_model(path: Path) -> bool:
    if not path.is_dir():
        return False
    return (path / "saved_model.pb").is_file() or any(
        folder.name.isdigit() and folder.is_dir() for folder in path.iterdir()
    )


def _require_for_runs_only(classifier: Path | str | None, weights: str, path: Path) -> None:
    if weights != AVERAGE:
        raise ValueError(
            f"--weights is for run folders; {path} has the weights it was exported with "
            f"(stgan_tf.export --weights). Received: {weights}."
        )
    if classifier is not None and str(classifier) != NO_CLASSIFIER:
        raise ValueError(
            f"--classifier is for run folders; {path} has the one it was exported with "
            f"(stgan_tf.export --classifier), if any. Received: {classifier}."
        )
