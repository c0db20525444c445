"""EditClient: photos and wanted changes in, edited photos out, over REST or gRPC."""

from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.editing.requests import difference_vector, targets
from stgan_tf.model_description import (
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

#: {attribute: 0 or 1} for all images, or vectors (A,) or (N, A).
Source = Mapping[str, float] | Sequence | np.ndarray


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
            source: Attributes the images have, in {0, 1}, for models that need them (label mode
                target); asked of the model's classifier where left out.

        Raises ValueError for arguments that do not fit, ServingError for what the server says.
        """
        description = self.description()
        images = [images] if isinstance(images, bytes) else list(images)
        if not images:
            raise ValueError("No images: give at least one. Received: [].")
        if not np.isfinite(intensity) or intensity < 0:
            raise ValueError(f"`intensity` must be at least 0. Received: {intensity!r}.")
        images = [fit(image, description) for image in images]
        inputs: dict[str, Value] = {IMAGE_BYTES: images}
        if description.needs_source:
            present = self._present(images, source)
            target, strengths = targets(edits, description.attributes, present, intensity)
            inputs[ATTRIBUTE_DIFFERENCE] = ((target - present) * strengths).astype(np.float32)
            inputs[SOURCE_ATTRIBUTES] = present
        else:
            vector = difference_vector(edits, description.attributes, intensity)
            inputs[ATTRIBUTE_DIFFERENCE] = np.tile(vector, (len(images), 1))
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

    def _present(self, images: list[bytes], source: Source | None) -> np.ndarray:
        """(N, A) float32 in {0, 1}."""
        names = self.description().attributes
        if source is None:
            return (self.classify(images) > 0.5).astype(np.float32)
        if isinstance(source, Mapping):
            if unknown := [name for name in source if name not in names]:
                raise ValueError(
                    f"`source` has unknown attributes. Received: {unknown}. Known: {list(names)}."
                )
            source = [source.get(name, 0) for name in names]
        present = np.asarray(source, np.float32)
        present = np.tile(present, (len(images), 1)) if present.ndim == 1 else present
        if present.shape != (len(images), len(names)) or not np.isin(present, (0, 1)).all():
            raise ValueError(
                f"`source` must be {len(names)} values of 0 or 1 an image, for {len(images)} "
                f"images. Received: {source!r}."
            )
        return present

    def _only_output(self, outputs: dict[str, Value]) -> Value:
        if len(outputs) != 1:
            raise ServingError(f"The server answered {sorted(outputs)}, not one output.")
        return next(iter(outputs.values()))
