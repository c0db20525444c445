"""Editor: a trained model behind three calls, `edit`, `reconstruct` and `classify`."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from stgan_tf.editing.opening import open_model
from stgan_tf.editing.requests import differences
from stgan_tf.exporting.inputs import prepare_faces
from stgan_tf.images import to_uint8
from stgan_tf.training.run_layout import AVERAGE


class Editor:
    """Edits aligned face images, with a run, a SavedModel or a LiteRT file alike.

        editor = Editor("runs/stgan_128")
        edited = editor.edit(image, {"Eyeglasses": 1, "Bangs": -1}, intensity=1.2)

    A SavedModel gives what its run gives, but for values on the edge between two grey levels (1
    level); so does a float32 LiteRT file. Files of lower precision differ by what export measured
    (their PSNR is in model.json).

    Args:
        model: Run folder (stgan_tf.train, stgan_tf.import_official), SavedModel folder or .tflite
            file (both stgan_tf.export).
        classifier: Folder of a trained classifier, for run folders; fills in the source
            attributes that models of a target label need, and answers `classify`. Exported models
            carry the one they were exported with.
        batch_size: Images edited at once; more are done in turn.
        weights: average or raw, for run folders: the averaged weights where the run keeps them
            (--ema_decay), or the trained ones.

    Attributes:
        attributes: Names the model can edit, in the order of its labels.
        image_size: Side of its images in pixels.
        crop_box: What they are of CelebA's aligned frame; None: whole images were trained on.

    Raises FileNotFoundError or ValueError naming what is missing or does not fit.
    """

    def __init__(
        self,
        model: Path | str,
        classifier: Path | str | None = None,
        batch_size: int = 32,
        weights: str = AVERAGE,
    ):
        if batch_size < 1:
            raise ValueError(f"`batch_size` must be at least 1. Received: {batch_size}.")
        self._model = open_model(model, classifier, weights)
        description = self._model.description
        self.attributes = description.attributes
        self.image_size = description.image_size
        self.crop_box = description.crop_box
        self._needs_source = description.needs_source
        self._batch_size = batch_size
        if self._needs_source and not description.has_classifier:
            logging.warning(
                "%s is given whole targets (label mode %s) and comes without a classifier: edits "
                "need `source`, the attributes the faces have.",
                model,
                description.label_mode,
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
        if not np.isfinite(intensity) or intensity < 0:
            raise ValueError(
                f"`intensity` must be a number of at least 0. Received: {intensity!r}."
            )
        present = self._present(batch, source) if self._needs_source else None
        difference = differences(edits, self.attributes, len(batch), present, intensity)
        edited = self._run(batch, difference, present)
        return edited[0] if single else edited

    def reconstruct(self, images: np.ndarray, source=None) -> np.ndarray:
        """What the model makes of the images when nothing is to change; arguments and result as in
        `edit`. The difference between both is the edit alone.
        """
        batch, single = self._prepared(images)
        nothing = np.zeros((len(batch), len(self.attributes)), np.float32)
        present = self._present(batch, source) if self._needs_source else None
        again = self._run(batch, nothing, present)
        return again[0] if single else again

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (A,) or (B, A) float32 of `attributes`, by the classifier.

        `images` as in `edit`. Raises ValueError where the model has no classifier.
        """
        batch, single = self._prepared(images)
        probabilities = self._probabilities(batch)
        return probabilities[0] if single else probabilities

    def _run(self, batch: np.ndarray, difference: np.ndarray, source) -> np.ndarray:
        parts = []
        for part in self._parts(batch):
            given = None if source is None else source[part]
            parts.append(to_uint8(self._model.edit(batch[part], difference[part], given)))
        return np.concatenate(parts)

    def _probabilities(self, batch: np.ndarray) -> np.ndarray:
        return np.concatenate([self._model.classify(batch[part]) for part in self._parts(batch)])

    def _parts(self, batch: np.ndarray) -> list[slice]:
        starts = range(0, len(batch), self._batch_size)
        return [slice(start, start + self._batch_size) for start in starts]

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
        try:
            faces = prepare_faces(
                images[None] if single else images, self.image_size, self.crop_box
            )
        except ValueError as error:
            raise ValueError(f"`images`: {error} Photos: python -m stgan_tf.edit.") from None
        return faces, single
