"""`SavedModelModel`: edits and classifies with a SavedModel of stgan_tf.export."""

from pathlib import Path

import numpy as np

from stgan_tf.digests import require_digests
from stgan_tf.runtime.inputs import classify_inputs, edit_inputs
from stgan_tf.runtime.model_description import (
    CLASSIFY_SIGNATURE,
    DEFAULT_SIGNATURE,
    EDIT_SIGNATURE,
    EDITED,
    FILE_NAME,
    PROBABILITIES,
    ModelDescription,
)

GRAPH_FILE = "saved_model.pb"
#: Path of the description in a version folder.
DESCRIPTION_PATH = f"assets/{FILE_NAME}"
#: Key in the description's provenance for {file in the version folder: SHA-256}.
DIGESTS = "sha256"


class SavedModelModel:
    """Edits with a SavedModel; it needs TensorFlow, but none of the networks' code.

        model = SavedModelModel("runs/celeba/export/saved_model")
        edited = model.edit(images, difference)

    Args:
        path: A version folder, or the folder of numbered versions (the newest is used).

    Attributes:
        description: `ModelDescription`.
        folder: The version folder.

    Raises FileNotFoundError if there is no SavedModel, ValueError for one that is damaged,
    incomplete or not written by stgan_tf.export.
    """

    def __init__(self, path: Path | str):
        self.folder = version_folder(path)
        description_path = self.folder / DESCRIPTION_PATH
        if not description_path.is_file():
            raise ValueError(
                f"{self.folder} has no {DESCRIPTION_PATH}: it is incomplete, or a SavedModel "
                "that stgan_tf.export did not write."
            )
        self.description = ModelDescription.read(description_path)
        require_digests(self.folder, self.description.provenance.get(DIGESTS, {}))
        self._signatures, self._loaded = _load(self.folder)
        required = {DEFAULT_SIGNATURE, EDIT_SIGNATURE}
        if self.description.has_classifier:
            required.add(CLASSIFY_SIGNATURE)
        if missing := sorted(required - set(self._signatures)):
            raise ValueError(
                f"{self.folder} lacks the signature {missing[0]}. Found: "
                f"{', '.join(self._signatures) or 'none'}."
            )
        self._require_shapes()

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
        inputs = edit_inputs(self.description, images, difference, source)
        return self.call(EDIT_SIGNATURE, inputs)[EDITED]

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (N, A) in [0, 1] of the description's attributes. Raises ValueError if the
        model was exported without a classifier.
        """
        inputs = classify_inputs(self.description, images)
        if not self.description.has_classifier:
            raise ValueError(
                f"The model in {self.folder} has no classifier: export it with --classifier."
            )
        return self.call(CLASSIFY_SIGNATURE, inputs)[PROBABILITIES]

    def call(self, signature: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Calls any signature, with arrays by input and output name."""
        import tensorflow as tf

        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        outputs = self._signatures[signature](**tensors)
        return {name: value.numpy() for name, value in outputs.items()}

    def _require_shapes(self) -> None:
        size, count = self.description.image_size, len(self.description.attributes)
        names = self.description.inputs
        expected = {
            name: [None, count] if i else [None, size, size, 3] for i, name in enumerate(names)
        }
        _, specs = self._signatures[EDIT_SIGNATURE].structured_input_signature
        found = {name: spec.shape.as_list() for name, spec in specs.items()}
        if found != expected:
            raise ValueError(
                f"{self.folder} takes {found}, but its description says {expected}: the files "
                "are from different exports."
            )


def version_folder(path: Path | str) -> Path:
    """The version folder for `path`: itself, or its newest numbered folder. Raises
    FileNotFoundError if there is none, ValueError if it is incomplete.
    """
    path = Path(path)
    if (path / GRAPH_FILE).is_file():
        return path
    if not path.is_dir():
        raise FileNotFoundError(f"No SavedModel {path}: it is not a folder.")
    versions = [folder for folder in path.iterdir() if folder.name.isdigit() and folder.is_dir()]
    if not versions:
        raise FileNotFoundError(
            f"No SavedModel in {path}: it contains neither {GRAPH_FILE} nor numbered versions. "
            "Create one with stgan_tf.export."
        )
    newest = max(versions, key=lambda folder: int(folder.name))
    if not (newest / GRAPH_FILE).is_file():
        raise ValueError(f"{newest} is incomplete: it has no {GRAPH_FILE}. Export it again.")
    return newest


def _load(folder: Path):
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(folder))
    except (OSError, ValueError, KeyError, AttributeError, tf.errors.OpError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"TensorFlow cannot load {folder}: {reason}") from error
    # The signatures keep the variables only as long as the loaded object lives.
    return dict(loaded.signatures), loaded
