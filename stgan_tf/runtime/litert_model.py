"""`LiteRTModel`: edits and classifies with a LiteRT file of stgan_tf.export. No TensorFlow here."""

from pathlib import Path

import numpy as np

from stgan_tf.digests import digest
from stgan_tf.runtime.inputs import classify_inputs, edit_inputs
from stgan_tf.runtime.litert_function import LiteRTFunction
from stgan_tf.runtime.model_description import (
    CLASSIFY_SIGNATURE,
    EDIT_SIGNATURE,
    EDITED,
    FILE_NAME,
    PROBABILITIES,
    ModelDescription,
    ModelFile,
)


class LiteRTModel:
    """Edits with a LiteRT file; needs only ai-edge-litert, NumPy and Pillow.

        model = LiteRTModel("runs/celeba/export/litert/edit_float32.tflite")
        edited = model.edit(images, difference)

    Args:
        path: A .tflite file, with the model.json that was exported with it beside it.
        threads: Number of CPU threads.

    Attributes:
        description: `ModelDescription`.
        file: The `ModelFile` in the description for this file.

    Raises FileNotFoundError for a missing file, ValueError for one that is damaged, incomplete,
    from another export or not a LiteRT file at all, ModuleNotFoundError without ai-edge-litert.
    """

    def __init__(self, path: Path | str, threads: int = 2):
        path = Path(path)
        if threads < 1:
            raise ValueError(f"`threads` must be at least 1. Received: {threads}.")
        if not path.is_file():
            raise FileNotFoundError(f"No LiteRT file {path}: create it with stgan_tf.export.")
        self.description = ModelDescription.read(path.parent / FILE_NAME)
        self.file = _listed(self.description, path)
        self._folder = path.parent
        self._threads = threads
        self._function = _open(path, self.description, self.file, threads)
        self._classify: LiteRTFunction | None = None

    def edit(
        self, images: np.ndarray, difference: np.ndarray, source: np.ndarray | None = None
    ) -> np.ndarray:
        """Edited images, float32 (N, S, S, 3) in [-1, 1].

        Args:
            images: float32 (N, S, S, 3) in [-1, 1].
            difference: (N, A), target - source times the intensity.
            source: (N, A) in {0, 1}; needed only by models with target labels.

        Raises ValueError naming the invalid argument.
        """
        if self.file.role != EDIT_SIGNATURE:
            raise ValueError(
                f"{self.file.name} is a classifier: open one of the edit files to edit."
            )
        inputs = edit_inputs(self.description, images, difference, source)
        return self._function(inputs)[EDITED]

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (N, A) in [0, 1] of the description's attributes, from the classifier file
        in the same folder. Raises ValueError if the model was exported without one.
        """
        inputs = classify_inputs(self.description, images)
        if self._classify is None:
            self._classify = self._open_classifier()
        return self._classify(inputs)[PROBABILITIES]

    def _open_classifier(self) -> LiteRTFunction:
        if self.file.role == CLASSIFY_SIGNATURE:
            return self._function
        file = self.description.file(CLASSIFY_SIGNATURE, "float32")
        if file is None:
            raise ValueError(
                f"The model in {self._folder} has no classifier: export it with --classifier."
            )
        path = self._folder / file.name
        if not path.is_file():
            raise FileNotFoundError(f"No {path}, although {FILE_NAME} beside it lists it.")
        return _open(path, self.description, file, self._threads)


def _listed(description: ModelDescription, path: Path) -> ModelFile:
    for file in description.files:
        if file.name == path.name:
            return file
    names = ", ".join(file.name for file in description.files) or "no LiteRT file"
    raise ValueError(
        f"{path.name} is not part of the export that {path.parent / FILE_NAME} describes ({names})."
    )


def _open(
    path: Path, description: ModelDescription, file: ModelFile, threads: int
) -> LiteRTFunction:
    if digest(path) != file.sha256:
        raise ValueError(
            f"{path} is damaged, incomplete or from another export: its sha256 is not the one in "
            f"{FILE_NAME} beside it. Copy both again, or export the model again."
        )
    try:
        function = LiteRTFunction(path.read_bytes(), file.role, threads)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    expected = expected_shapes(description, file.role)
    if function.input_shapes != expected:
        raise ValueError(
            f"{path} takes {function.input_shapes}, but its description says {expected}."
        )
    return function


def expected_shapes(description: ModelDescription, role: str) -> dict[str, tuple[int, ...]]:
    """{input: shape} of a LiteRT file with the given role."""
    size = description.image_size
    names = description.inputs if role == EDIT_SIGNATURE else description.inputs[:1]
    vector = (1, len(description.attributes))
    return {name: vector if i else (1, size, size, 3) for i, name in enumerate(names)}
