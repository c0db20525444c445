"""`Editor`: edits images with a trained model."""

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stgan_tf.edits import Classify, EditRule
from stgan_tf.images import to_uint8
from stgan_tf.run_layout import AVERAGE
from stgan_tf.runtime.inputs import prepare_faces
from stgan_tf.runtime.opening import open_model
from stgan_tf.source_attributes import Source
from stgan_tf.translations import Translation, translation, with_source


class Editor:
    """Edits aligned face images with a run, a SavedModel, a LiteRT file or a packed model.

        editor = Editor("runs/stgan_128")
        edited = editor.edit(image, {"Eyeglasses": 1, "Bangs": -1}, intensity=1.2)

    A SavedModel or a float32 LiteRT file gives the same result as its run, except for differences
    of one grey level due to rounding. Files of lower precision differ by what export measured
    (their PSNR is in model.json).

    Args:
        model: A run folder (from stgan_tf.train or stgan_tf.import_official), a SavedModel folder
            or a .tflite file (both from stgan_tf.export), or a packed model (.stgan,
            hf://USER/REPO, or the name of one of `stgan_tf.models`).
        classifier: Folder of a trained classifier, for run folders: it recognises the faces'
            attributes, so that an added attribute removes those it excludes, and is used by
            `classify`. None: the run's own (RUN/classifier, written by stgan_tf.evaluate), if it
            has one. Exported models contain theirs. "none": no classifier.
        batch_size: Images per batch; larger inputs are processed in several batches.
        weights: average or raw, for run folders: the averaged weights if the run keeps them
            (--ema_decay), or the raw trained ones.

    Attributes:
        attributes: The attributes that the model can edit, in the order of its labels.
        image_size: Side length of its square images in pixels.
        needs_source: Whether it has target labels, so that editing requires the faces' attributes.
        crop_box: The part of aligned images that it sees; None: it was trained on whole images.
        frame: `ModelFrame`: where faces are in aligned images, and the frame of `crop_box`.
        domains: Domain names for `translate`; empty for a model of attributes.
        sees_whole_pictures: Whether it edits whole pictures, not faces in them.

    Raises FileNotFoundError or ValueError naming what is missing or invalid.
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
            description.attributes,
            description.needs_source,
            description.exclusion,
            description.usual_intensity,
        )
        self.needs_source = description.needs_source
        self._has_classifier = description.has_classifier
        self.frame = description.model_frame
        self.domains = description.domains
        self.sees_whole_pictures = description.sees_whole_pictures
        self._batch_size = batch_size
        if self.needs_source and not description.has_classifier:
            logging.warning(
                "%s has target labels (label mode %s) and no classifier: edits need `source`, "
                "the attributes that the faces have.",
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
        """Returns the images with the attributes changed, by the rule of `stgan_tf.edits`.

        Args:
            images: uint8 (H, W, 3) or (B, H, W, 3): aligned images in the model's frame (CelebA's
                is 178x218, width x height) at any scale, which are cropped, or square images, which
                are already the part that the model sees.
            edits: {attribute: difference}: 1 adds, -1 removes, other magnitudes scale the change.
            intensity: Scale of all differences, at least 0; 1 is the trained range.
            source: The attributes of the faces: names, a mapping, or vectors (A,) or (B, A) in {0,
                1} (`given_source`). None: ask the classifier. If there is none
                either, models with difference labels keep the attributes that an added one
                excludes, with one warning; others cannot edit.

        Returns uint8 (image_size, image_size, 3), or (B, ...) for a batch.
        Raises ValueError naming the invalid argument.
        """
        batch, single = self._prepared(images)
        vectors = self._rule.vectors(edits, len(batch), intensity, source, self._classify(batch))
        edited = self._run(batch, *vectors)
        return edited[0] if single else edited

    def translate(
        self, images: np.ndarray, to: str, source: str = "", intensity: float = 1.0
    ) -> np.ndarray:
        """Returns the images translated to a domain; arguments and result as in `edit`, `asked`."""
        return self.edit(images, *self.asked(images, to, source, intensity))

    def asked(
        self, images: np.ndarray, to: str, source: str = "", intensity: float = 1.0
    ) -> tuple[Mapping[str, float], float, Source]:
        """The arguments of `edit`, after the images, that translate them to a domain.

        Args:
            to: The target domain.
            source: The domain of the images. Empty: the other one of two domains; with more, the
                most likely one of each image according to the classifier.

        Raises ValueError for names that are not domains of the model (a model of attributes has
        none), and for more than two domains without `source` and without a classifier.
        """
        found = self.translation(to, source)
        edits, known = with_source(found, lambda: self.classify(images))
        return edits, intensity, known

    def translation(self, to: str, source: str = "") -> Translation:
        """The edits that translate to a domain; arguments and errors as in `asked`."""
        return translation(to, source, self.domains, self.attributes, self._has_classifier)

    def reconstruct(self, images: np.ndarray, source: Source = None) -> np.ndarray:
        """Returns the model's reconstruction of the images, an edit that changes nothing; arguments
        and result as in `edit`. The difference from an edit shows the edit's effect alone.
        """
        batch, single = self._prepared(images)
        again = self._run(batch, *self._rule.unchanged(len(batch), source, self._classify(batch)))
        return again[0] if single else again

    def known_source(self, images: np.ndarray, source: Source = None) -> np.ndarray:
        """(B, A) float32 of 1, 0 and NaN (unknown): the attributes of the images, as `edit`
        determines them from the same `source`. Pass this to several edits of the same images to run
        the classifier only once.
        """
        batch, _ = self._prepared(images)
        return self._rule.known_source(len(batch), source, self._classify(batch))

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Returns the classifier's probabilities of `attributes`, (A,) or (B, A) float32 in [0, 1].

        `images` as in `edit`. Raises ValueError if the model has no classifier.
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
        """float32 (B, image_size, image_size, 3) in [-1, 1], and whether the input was a single
        image.
        """
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
