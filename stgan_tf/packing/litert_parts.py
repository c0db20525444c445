"""The LiteRT files of a packed model, with a description that lists only these."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from stgan_tf.digests import require_digests
from stgan_tf.run_layout import LITERT_FOLDER
from stgan_tf.runtime.exportable import Exportable
from stgan_tf.runtime.model_description import EDIT_SIGNATURE, FILE_NAME, ModelDescription


def litert_parts(folder: Path, precisions: Sequence[str], model: Exportable) -> dict[str, bytes]:
    """{path in the packed file: content} of the LiteRT files in `folder`, and their description.

    Args:
        folder: OUT_DIR/litert of an export.
        precisions: Precisions of the edit files to take; empty: all.
        model: The run that is packed.

    Raises FileNotFoundError if there is no description, ValueError for files that are damaged, of
    another run, or that do not exist in these precisions.
    """
    description = ModelDescription.read(folder / FILE_NAME)
    _require_same_model(folder, description, model)
    edits = [file for file in description.files if file.role == EDIT_SIGNATURE]
    known = [file.precision for file in edits]
    if unknown := sorted(set(precisions) - set(known)):
        raise ValueError(
            f"--litert_precisions: {folder} has {', '.join(known)}. Received: {', '.join(unknown)}."
        )
    files = tuple(
        file
        for file in description.files
        if (
            not precisions or file.precision in precisions
            if file.role == EDIT_SIGNATURE
            else model.classifier is not None
        )
    )
    require_digests(folder, {file.name: file.sha256 for file in files})
    # Without the folders of the run and its data.
    dropped = ("run_dir", "compared_on")
    provenance = {key: value for key, value in description.provenance.items() if key not in dropped}
    packed = dataclasses.replace(
        description,
        files=files,
        has_classifier=any(file.role != EDIT_SIGNATURE for file in files),
        provenance=provenance,
    )
    contents = {FILE_NAME: (packed.to_json() + "\n").encode()}
    contents |= {file.name: (folder / file.name).read_bytes() for file in files}
    return {f"{LITERT_FOLDER}/{name}": content for name, content in contents.items()}


def _require_same_model(folder: Path, description: ModelDescription, model: Exportable) -> None:
    found = {name: description.provenance.get(name) for name in ("step", "weights")}
    expected = {"step": model.step, "weights": model.weights}
    for name in ("attributes", "image_size"):
        found[name] = getattr(description, name)
        expected[name] = getattr(model.description, name)
    for name, value in expected.items():
        if found[name] != value:
            raise ValueError(
                f"--litert_dir: {folder} is of another run: its {name} is {found[name]}, not "
                f"{value}. Export the run that is packed, with the same --weights."
            )
