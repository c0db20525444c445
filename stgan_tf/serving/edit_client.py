"""EditClient: photos and wanted changes in, edited photos out, over REST or gRPC."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from stgan_tf.edits import EditRule, Source
from stgan_tf.runtime.model_description import (
    ATTRIBUTE_DIFFERENCE,
    CLASSIFY_SIGNATURE,
    DEFAULT_SIGNATURE,
    IMAGE_BYTES,
    IMAGES,
    SOURCE_ATTRIBUTES,
    ModelDescription,
)
from stgan_tf.serving.request_images import fit, model_images
from stgan_tf.serving.retrying import ServingError
from stgan_tf.serving.tensors import Value
from stgan_tf.serving.transport import Transport, VersionStatus


class EditClient:
    """Edits images on a server.

        client = EditClient(RestClient("http://localhost:8501", "stgan"))
        png, = client.edit(Path("face.jpg").read_bytes(), {"Eyeglasses": 1})

    Args:
        transport: A `RestClient` or `GrpcClient`.
        description: The model's; None: the server is asked, which only the embedded one answers.
    """

    def __init__(self, transport: Transport, description: ModelDescription | None = None):
        self._transport = transport
        self._description = description

    def description(self) -> ModelDescription:
        """Attributes, sizes and label of the model. Raises ServingError where none was given and
        the server gives none.
        """
        if self._description is None:
            self._description = self._transport.description()
        return self._description

    def status(self) -> list[VersionStatus]:
        """Versions of the model on the server, newest first."""
        return self._transport.status()

    def edit(
        self,
        images: bytes | Sequence[bytes],
        edits: Mapping[str, float],
        intensity: float = 1.0,
        source: Source | None = None,
    ) -> list[bytes]:
        """PNG files of the images with the attributes changed.

        Args:
            images: Image files: a face in CelebA's frame (178x218) or the model's square one.
            edits: {attribute: difference}: 1 adds, -1 removes, other magnitudes scale.
            intensity: Factor of all differences; 1 is the trained range, the paper shows 1.5.
            source: What the faces have: names, a mapping, or vectors (A,) or (N, A) in {0, 1}
                (`stgan_tf.edits.given_source`). None: the model's classifier is asked, a request
                of its own, where it matters. Where there is none either, models of the difference
                label keep what an added attribute excludes, with one warning.

        Raises ValueError for arguments that do not fit, ServingError for what the server says.
        """
        description = self.description()
        images = [images] if isinstance(images, bytes) else list(images)
        if not images:
            raise ValueError("No images: give at least one. Received: [].")
        images = [fit(image, description) for image in images]

        def classify(rows: np.ndarray) -> np.ndarray:
            return self.classify([images[row] for row in rows])

        difference, present = self._rule.vectors(
            edits, len(images), intensity, source, classify if description.has_classifier else None
        )
        inputs: dict[str, Value] = {IMAGE_BYTES: images, ATTRIBUTE_DIFFERENCE: difference}
        if present is not None:
            inputs[SOURCE_ATTRIBUTES] = present
        edited = self._only_output(self._transport.predict(inputs, DEFAULT_SIGNATURE))
        if not isinstance(edited, list) or len(edited) != len(images):
            raise ServingError(
                f"The server answered {np.shape(edited)} for {len(images)} images, not as many "
                "files."
            )
        return edited

    def classify(self, images: bytes | Sequence[bytes]) -> np.ndarray:
        """Probabilities (N, A) float32 of the model's attributes. Raises ValueError for a model
        that was exported without its classifier.
        """
        description = self.description()
        if not description.has_classifier:
            raise ValueError(
                "The model was exported without a classifier, so the attributes that its images "
                'have must be given: source={"Male": 1, ...}, --source=Male=1,...'
            )
        images = [images] if isinstance(images, bytes) else list(images)
        images = [fit(image, description) for image in images]
        inputs = {IMAGES: model_images(images, description)}
        found = self._only_output(self._transport.predict(inputs, CLASSIFY_SIGNATURE))
        wanted = (len(images), len(description.attributes))
        if np.shape(found) != wanted:
            raise ServingError(
                f"The server answered {np.shape(found)} probabilities, not {wanted}."
            )
        return found

    @cached_property
    def _rule(self) -> EditRule:
        description = self.description()
        return EditRule(description.attributes, description.needs_source, description.conflicts)

    def _only_output(self, outputs: dict[str, Value]) -> Value:
        if len(outputs) != 1:
            raise ServingError(f"The server answered {sorted(outputs)}, not one output.")
        return next(iter(outputs.values()))
