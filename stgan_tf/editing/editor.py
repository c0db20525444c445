"""Editor: a trained model behind two calls, `edit` and `classify`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.editing.requests import difference_vector, targets
from stgan_tf.images import crop, parse_crop, resize_bicubic_numpy, to_float, to_uint8
from stgan_tf.networks.label_rule import LabelRule
from stgan_tf.training.classifier_training import TrainedClassifier, load_classifier
from stgan_tf.training.run_folder import load_run

#: Height and width of CelebA's aligned frame.
ALIGNED_FRAME = (218, 178)


class Editor:
    """Edits aligned face images with the newest checkpoint of a run.

        editor = Editor("runs/stgan_128")
        edited = editor.edit(image, {"Eyeglasses": 1, "Bangs": -1}, intensity=1.2)

    Args:
        model: Run folder (stgan_tf.train, stgan_tf.import_official).
        classifier: Folder of a trained classifier; fills in the source attributes that models of
            a target label need, and answers `classify`.
        batch_size: Images edited at once; more are done in turn.

    Attributes:
        attributes: Names the model can edit, in the order of its labels.
        image_size: Side of its images in pixels.
        crop_box: What they are of CelebA's aligned frame; None: whole images were trained on.

    Raises FileNotFoundError or ValueError naming what is missing or does not fit.
    """

    def __init__(
        self, model: Path | str, classifier: Path | str | None = None, batch_size: int = 32
    ):
        if batch_size < 1:
            raise ValueError(f"`batch_size` must be at least 1. Received: {batch_size}.")
        run = load_run(model)
        self.attributes = run.config.data.attributes
        self.image_size = run.config.data.image_size
        self.crop_box = parse_crop(run.config.data.crop, self.image_size)
        self._rule = LabelRule.from_network_config(run.config.network)
        self._batch_size = batch_size
        self._classifier = classifier and self._fitting(load_classifier(classifier))
        generator = run.generator
        self._generate = tf.function(
            lambda images, labels: generator([images, labels], training=False),
            reduce_retracing=True,
        )

    def edit(
        self,
        images: np.ndarray,
        edits: Mapping[str, float],
        intensity: float = 1.0,
        source: Sequence[Mapping[str, int]] | np.ndarray | None = None,
    ) -> np.ndarray:
        """The images with the attributes changed.

        Args:
            images: uint8 (H, W, 3) or (B, H, W, 3): image_size x image_size, the model's own
                frame, or 218x178, CelebA's aligned frame, of which the model's crop is taken.
            edits: {attribute: difference}: 1 adds, -1 removes, other magnitudes scale.
            intensity: Factor of all differences; 1 is the trained range.
            source: (B, A) or (A,) in {0, 1}, the attributes the images have; models of the
                difference label need none, others take the classifier's answer without it.

        Returns uint8 (image_size, image_size, 3), or (B, ...) as the images came.
        Raises ValueError naming the argument that does not fit.
        """
        batch, single = self._prepared(images)
        edited = self._run(batch, self._labels(batch, edits, intensity, source))
        return edited[0] if single else edited

    def reconstruct(self, images: np.ndarray, source=None) -> np.ndarray:
        """What the model makes of the images when nothing is to change; arguments and result as in
        `edit`. The difference between both is the edit alone.
        """
        batch, single = self._prepared(images)
        if self._rule.mode == "difference":
            labels = np.zeros((len(batch), len(self.attributes)), np.float32)
        else:
            present = self._present(batch, source)
            labels = self._rule(present, present).astype(np.float32)
        again = self._run(batch, labels)
        return again[0] if single else again

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (A,) or (B, A) float32 of `attributes`, by the classifier.

        `images` as in `edit`. Raises ValueError where the editor was made without a classifier.
        """
        batch, single = self._prepared(images)
        probabilities = self._probabilities(batch)
        return probabilities[0] if single else probabilities

    def _run(self, batch: np.ndarray, labels: np.ndarray) -> np.ndarray:
        parts = [
            to_uint8(
                self._generate(
                    tf.constant(batch[start : start + self._batch_size]),
                    tf.constant(labels[start : start + self._batch_size]),
                ).numpy()
            )
            for start in range(0, len(batch), self._batch_size)
        ]
        return np.concatenate(parts)

    def _probabilities(self, batch: np.ndarray) -> np.ndarray:
        if self._classifier is None:
            raise ValueError(
                "This needs a classifier: Editor(model, classifier=FOLDER), from "
                "stgan_tf.train_classifier or stgan_tf.import_official."
            )
        columns = self._classifier.columns(self.attributes)
        parts = [
            tf.sigmoid(self._classifier.model(batch[start : start + self._batch_size]))
            for start in range(0, len(batch), self._batch_size)
        ]
        return np.concatenate(parts)[:, columns]

    def _labels(self, batch, edits, intensity, source) -> np.ndarray:
        if not np.isfinite(intensity) or intensity < 0:
            raise ValueError(
                f"`intensity` must be a number of at least 0. Received: {intensity!r}."
            )
        if self._rule.mode == "difference":
            vector = difference_vector(edits, self.attributes, intensity) * self._rule.scale
            return np.tile(vector, (len(batch), 1))
        present = self._present(batch, source)
        target, strengths = targets(edits, self.attributes, present, intensity)
        return self._rule(present, target, strengths).astype(np.float32)

    def _present(self, batch, source) -> np.ndarray:
        """(B, A) in {0, 1}: the attributes the images have, given or seen by the classifier."""
        if source is None:
            return (self._probabilities(batch) > 0.5).astype(np.float32)
        present = np.asarray(source, np.float32)
        present = np.tile(present, (len(batch), 1)) if present.ndim == 1 else present
        if present.shape != (len(batch), len(self.attributes)):
            raise ValueError(
                f"`source` must be ({len(batch)}, {len(self.attributes)}) for these images. "
                f"Received: {np.shape(source)}."
            )
        return present

    def _prepared(self, images: np.ndarray) -> tuple[np.ndarray, bool]:
        """float32 (B, image_size, image_size, 3) in [-1, 1], and whether one image came alone."""
        images = np.asarray(images)
        single = images.ndim == 3
        batch = images[None] if single else images
        if batch.dtype != np.uint8 or batch.ndim != 4 or batch.shape[-1] != 3 or not len(batch):
            raise ValueError(
                "`images` must be uint8 (H, W, 3) or (B, H, W, 3), RGB. "
                f"Received: {images.dtype} of shape {images.shape}."
            )
        if batch.shape[1:3] == ALIGNED_FRAME and self.crop_box is not None:
            return resize_bicubic_numpy(crop(batch, self.crop_box), self.image_size), single
        if batch.shape[1:3] != (self.image_size, self.image_size):
            raise ValueError(
                f"`images` must be {self.image_size}x{self.image_size} (the model's own frame) or "
                f"{ALIGNED_FRAME[0]}x{ALIGNED_FRAME[1]} (CelebA's aligned frame, height x width). "
                f"Received: {batch.shape[1]}x{batch.shape[2]}. Other photos need alignment: "
                "python -m stgan_tf.edit."
            )
        return to_float(batch), single

    def _fitting(self, classifier: TrainedClassifier) -> TrainedClassifier:
        classifier.columns(self.attributes)
        if classifier.image_size != self.image_size:
            raise ValueError(
                f"The classifier takes images of {classifier.image_size} px, the model of "
                f"{self.image_size} px: train one with --image_size={self.image_size}."
            )
        return classifier
