"""Which kind of model a path means. What each kind needs is imported when it is opened, so that a
LiteRT file is used without TensorFlow.
"""

import dataclasses
from pathlib import Path
from typing import Protocol

import numpy as np

from stgan_tf.run_layout import AVERAGE, CONFIG_FILE, NO_CLASSIFIER
from stgan_tf.runtime.model_description import ModelDescription


class Model(Protocol):
    """What `RunModel`, `SavedModelModel` and `LiteRTModel` have in common: arrays in and out, as
    `stgan_tf.runtime.model_description` says.
    """

    description: ModelDescription

    def edit(
        self, images: np.ndarray, difference: np.ndarray, source: np.ndarray | None = None
    ) -> np.ndarray:
        """Edited images (N, S, S, 3) float32 in [-1, 1]."""

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (N, A)."""


def open_model(
    path: Path | str, classifier: Path | str | None = None, weights: str = AVERAGE
) -> Model:
    """A run folder, a SavedModel (a version's folder or the one that holds the versions) or a
    LiteRT file (.tflite).

    Args:
        classifier: Folder of a trained classifier, for run folders; None: the run's own, where it
            has one. Exported models carry theirs. "none": none is used.
        weights: average or raw, for run folders (`stgan_tf.training.run_folder.load_run`).

    Raises FileNotFoundError for a path that is none of them, ValueError for one that does not fit.
    """
    path = Path(path)
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
        hint = f" It is an export: give {path / 'saved_model'} or a file of {path / 'litert'}."
    raise FileNotFoundError(
        f"{path} is no model: neither a run folder (with {CONFIG_FILE}), nor a SavedModel (with "
        f"saved_model.pb or numbered versions), nor a .tflite file.{hint}"
    )


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
