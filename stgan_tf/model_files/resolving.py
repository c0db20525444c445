"""The path of a model, however it is given. No TensorFlow here."""

from pathlib import Path

from stgan_tf.model_files.hub import download, is_address
from stgan_tf.model_files.manifest import is_name
from stgan_tf.model_files.packed_file import SUFFIX
from stgan_tf.model_files.store import named
from stgan_tf.model_files.unpacking import unpacked


def model_path(model: Path | str) -> Path:
    """The folder or file of a model.

    Args:
        model: The path of a run folder, an export or a packed model (.stgan); the name of a model
            (`stgan_tf.models`); or an address on the Hugging Face Hub (hf://USER/REPO). If a file
            or folder has the name of a model, it is meant.

    Returns a path of one's own as it is, whatever it is. For all others, the run folder that the
    packed model is unpacked to.

    Raises FileNotFoundError for a name that no model has, naming similar ones; ValueError for a
    damaged packed model; OSError if it cannot be downloaded or unpacked.
    """
    text, path = str(model), Path(model)
    if is_address(text):
        return unpacked(download(text))
    if path.is_dir() or not (path.suffix == SUFFIX or is_name(text)):
        return path
    if path.suffix == SUFFIX:
        return unpacked(path)
    return path if path.exists() else unpacked(named(text))
