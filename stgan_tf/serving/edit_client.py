"""`EditClient`: edits photos on a server, over REST or gRPC."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from stgan_tf.edits import Classify, EditRule
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
from stgan_tf.source_attributes import Source
from stgan_tf.translations import translation, with_source


class EditClient:
    """Edits images on a server.

        client = EditClient(RestClient("http://localhost:8501", "stgan"))
        png, = client.edit(Path("face.jpg").read_bytes(), {"Eyeglasses": 1})

    Args:
        transport: A `RestClient` or `GrpcClient`.
        description: The model's description; None: ask the server, which only the embedded one
    supports.
    """

    def __init__(self, transport: Transport, description: ModelDescription | None = None):
        self._transport = transport
        self._description = description

    def description(self) -> ModelDescription:
        """The model's description. Raises ServingError if none was given and the server does not
        provide it.
        """
        if self._description is None:
            self._description = self._transport.description()
        return self._description

    def status(self) -> list[VersionStatus]:
        """The model's versions on the server, newest first. Raises ServingError."""
        return self._transport.status()

    def edit(
        self,
        images: bytes | Sequence[bytes],
        edits: Mapping[str, float],
        intensity: float = 1.0,
        source: Source | None = None,
    ) -> list[bytes]:
        """Returns PNG files of the images with the attributes changed.

        Args:
            images: The bytes of image files: aligned faces in CelebA's frame (178x218) or square
                ones.
            edits: {attribute: difference}: 1 adds, -1 removes, other magnitudes scale the change.
            intensity: Scale of all differences; 1 is the trained range, the paper shows 1.5.
            source: The attributes of the faces: names, a mapping, or vectors (A,) or (N, A) in {0,
                1} (`given_source`). None: ask the model's classifier, in a separate
                request, if it matters. If there is none either, models with difference labels keep
                the attributes that an added one excludes, with one warning.

        Raises ValueError for invalid arguments, ServingError for the server's errors.
        """
        images = self._fitted(images)
        given = (len(images), intensity, source, self._looking_at(images))
        return self._edited(images, *self._rule.vectors(edits, *given))

    def reconstruct(
        self, images: bytes | Sequence[bytes], source: Source | None = None
    ) -> list[bytes]:
        """Returns PNG files of the model's reconstructions of the images; arguments and errors as
        in `edit`.
        """
        images = self._fitted(images)
        given = (len(images), source, self._looking_at(images))
        return self._edited(images, *self._rule.unchanged(*given))

    def translate(
        self,
        images: bytes | Sequence[bytes],
        to: str,
        source: str = "",
        intensity: float = 1.0,
    ) -> list[bytes]:
        """Returns PNG files, at the model's size, of the images translated to a domain;
        `PictureClient` returns full-size pictures. Arguments and errors as in `asked` and `edit`.
        """
        edits, known = self.asked(images, to, source)
        return self.edit(images, edits, intensity, known)

    def asked(
        self, images: bytes | Sequence[bytes], to: str, source: str = ""
    ) -> tuple[Mapping[str, float], Source]:
        """The `edits` and the `source` with which `edit` translates the images.

        Args:
            to: The target domain.
            source: The domain of the images. Empty: the other one of two domains; with more, the
                most likely one of each image according to the model's classifier, in a separate
                request.

        Raises ValueError like `stgan_tf.translations.translation`, ServingError like `edit`.
        """
        told = self.description()
        found = translation(to, source, told.domains, told.attributes, told.has_classifier)
        return with_source(found, lambda: self.classify(images))

    def _fitted(self, images: bytes | Sequence[bytes]) -> list[bytes]:
        images = [images] if isinstance(images, bytes) else list(images)
        if not images:
            raise ValueError("No images: give at least one. Received: [].")
        return [fit(image, self.description()) for image in images]

    def _looking_at(self, images: list[bytes]) -> Classify | None:
        if not self.description().has_classifier:
            return None
        return lambda rows: self.classify([images[row] for row in rows])

    def _edited(
        self, images: list[bytes], difference: np.ndarray, present: np.ndarray | None
    ) -> list[bytes]:
        inputs: dict[str, Value] = {IMAGE_BYTES: images, ATTRIBUTE_DIFFERENCE: difference}
        if present is not None:
            inputs[SOURCE_ATTRIBUTES] = present
        edited = self._only_output(self._transport.predict(inputs, DEFAULT_SIGNATURE))
        if not isinstance(edited, list) or len(edited) != len(images):
            raise ServingError(
                f"The server returned {np.shape(edited)} for {len(images)} images, not one file "
                "each."
            )
        return edited

    def classify(self, images: bytes | Sequence[bytes]) -> np.ndarray:
        """Probabilities (N, A), float32 in [0, 1], of the model's attributes. Raises ValueError for
        a model that was exported without a classifier.
        """
        description = self.description()
        if not description.has_classifier:
            raise ValueError(
                "The model was exported without a classifier, so the attributes of its images "
                'must be given: source={"Male": 1, ...} or --source=Male=1,...'
            )
        images = [images] if isinstance(images, bytes) else list(images)
        images = [fit(image, description) for image in images]
        inputs = {IMAGES: model_images(images, description)}
        found = self._only_output(self._transport.predict(inputs, CLASSIFY_SIGNATURE))
        wanted = (len(images), len(description.attributes))
        if np.shape(found) != wanted:
            raise ServingError(
                f"The server returned {np.shape(found)} probabilities, not {wanted}."
            )
        return found

    @cached_property
    def _rule(self) -> EditRule:
        description = self.description()
        return EditRule(
            description.attributes,
            description.needs_source,
            description.exclusion,
            description.usual_intensity,
        )

    def _only_output(self, outputs: dict[str, Value]) -> Value:
        if len(outputs) != 1:
            raise ServingError(f"The server returned {sorted(outputs)}, not one output.")
        return next(iter(outputs.values()))
