"""Editor: a trained model behind three calls, `edit`, `reconstruct` and `classify`."""

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stgan_tf.edits import Classify, EditRule, Source
from stgan_tf.images import to_uint8
from stgan_tf.run_layout import AVERAGE
from stgan_tf.runtime.inputs import prepare_faces
from stgan_tf.runtime.opening import open_model


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
        classifier: Folder of a trained classifier, for run folders: it sees what faces have, so
            that an added attribute takes away what it excludes, and answers `classify`. None: the
            run's own (RUN/classifier, which stgan_tf.evaluate leaves), where it has one. Exported
            models carry theirs. "none": no classifier is asked.
        batch_size: Images edited at once; more are done in turn.
        weights: average or raw, for run folders: the averaged weights where the run keeps them
            (--ema_decay), or the trained ones.

    Attributes:
        attributes: Names the model can edit, in the order of its labels.
        image_size: Side of its images in pixels.
        needs_source: Whether it is given targets, so that nothing can be edited without knowing
            what the faces have.
        crop_box: What they are of aligned images; None: whole images were trained on.
        frame: `ModelFrame`: how faces lie in aligned images, and what `crop_box` is given for.

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
        self._rule = EditRule(
            description.attributes, description.needs_source, description.conflicts
        )
        self.needs_source = description.needs_source
        self._has_classifier = description.has_classifier
        self.frame = description.model_frame
        self._batch_size = batch_size
        if self.needs_source and not description.has_classifier:
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
        source: Source = None,
    ) -> np.ndarray:
        """The images with the attributes changed, by the rule of `stgan_tf.edits`.

        Args:
            images: uint8 (H, W, 3) or (B, H, W, 3): aligned images of the model's frame (CelebA's
                is 218x178) at any scale, of which its crop is taken, or square ones, which are
                what it sees already.
            edits: {attribute: difference}: 1 adds, -1 removes, other magnitudes scale.
            intensity: Factor of all differences; 1 is the trained range.
            source: What the faces have: names, a mapping, or vectors (A,) or (B, A) in {0, 1}
                (`stgan_tf.edits.given_source`). None: the classifier is asked. Where there is none
                either, models of the difference label keep what an added attribute excludes, with
                one warning; others cannot edit.

        Returns uint8 (image_size, image_size, 3), or (B, ...) as the images came.
        Raises ValueError naming the argument that does not fit.
        """
        batch, single = self._prepared(images)
        vectors = self._rule.vectors(edits, len(batch), intensity, source, self._classify(batch))
        edited = self._run(batch, *vectors)
        return edited[0] if single else edited

    def reconstruct(self, images: np.ndarray, source: Source = None) -> np.ndarray:
        """What the model makes of the images when nothing is to change; arguments and result as in
        `edit`. The difference between both is the edit alone.
        """
        batch, single = self._prepared(images)
        again = self._run(batch, *self._rule.unchanged(len(batch), source, self._classify(batch)))
        return again[0] if single else again

    def known_source(self, images: np.ndarray, source: Source = None) -> np.ndarray:
        """(B, A) float32 of 1, 0 and NaN (not known): what the images have, as `edit` would take it
        of the same `source`. For many edits of the same images: give them this, and the classifier
        is asked once.
        """
        batch, _ = self._prepared(images)
        return self._rule.known_source(len(batch), source, self._classify(batch))

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

    def _classify(self, batch: np.ndarray) -> Classify | None:
        if not self._has_classifier:
            return None
        return lambda rows: self._probabilities(batch[rows])

    def _prepared(self, images: np.ndarray) -> tuple[np.ndarray, bool]:
        """float32 (B, image_size, image_size, 3) in [-1, 1], and whether one image came alone."""
        images = np.asarray(images)
        single = images.ndim == 3
        try:
            faces = prepare_faces(
                images[None] if single else images,
                self.image_size,
                self.frame.rule(self.image_size),
            )
        except ValueError as error:
            raise ValueError(f"`images`: {error} Photos: python -m stgan_tf.edit.") from None
        return faces, single
