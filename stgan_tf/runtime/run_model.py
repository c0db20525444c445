"""`RunModel`: the newest checkpoint of a run, with the interface of exported models."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.run_layout import AVERAGE
from stgan_tf.runtime.exportable import load_exportable
from stgan_tf.runtime.inputs import classify_inputs, edit_inputs
from stgan_tf.training.checkpoints import CheckpointError


class RunModel:
    """Edits with a run folder from stgan_tf.train or stgan_tf.import_official.

    Args:
        run_dir: The run folder.
        classifier: Folder of a trained classifier; None: the run's own; "none": no classifier.
        weights: average or raw (`stgan_tf.training.run_folder.load_run`).

    Attributes:
        description: `ModelDescription`.

    Raises FileNotFoundError for missing files, ValueError for a checkpoint that cannot be read or a
    classifier that does not fit.
    """

    def __init__(
        self, run_dir: Path | str, classifier: Path | str | None = None, weights: str = AVERAGE
    ):
        try:
            run = load_exportable(run_dir, classifier, weights)
        except CheckpointError as error:
            raise ValueError(str(error)) from error
        self.description = run.description
        size, count = self.description.image_size, len(self.description.attributes)
        images = tf.TensorSpec((None, size, size, 3))
        vectors = [tf.TensorSpec((None, count))] * (len(self.description.inputs) - 1)
        # One graph for all batch sizes, traced and optimised here so that the first photo need not
        # wait.
        self._edit = tf.function(run.edit, input_signature=[images, *vectors], autograph=False)
        self._classify = tf.function(run.classify, input_signature=[images], autograph=False)
        nothing = np.zeros((1, count), np.float32)
        self.edit(np.zeros((1, size, size, 3), np.float32), nothing, nothing)

    def edit(
        self, images: np.ndarray, difference: np.ndarray, source: np.ndarray | None = None
    ) -> np.ndarray:
        """See `stgan_tf.runtime.saved_model_model.SavedModelModel.edit`."""
        inputs = edit_inputs(self.description, images, difference, source)
        return self._edit(*(tf.constant(value) for value in inputs.values())).numpy()

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Attribute probabilities (N, A) in [0, 1]; raises ValueError if there is no classifier."""
        if not self.description.has_classifier:
            raise ValueError(
                "This needs a classifier: give --classifier (Editor(model, classifier=FOLDER)), "
                "from stgan_tf.train_classifier or stgan_tf.import_official."
            )
        (images,) = classify_inputs(self.description, images).values()
        return self._classify(tf.constant(images)).numpy()
