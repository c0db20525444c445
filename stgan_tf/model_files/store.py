"""The models that have a name: those shipped with the package and those in the user's store. No
TensorFlow here.
"""

import dataclasses
import difflib
import json
import logging
import os
import shutil
from pathlib import Path

from stgan_tf.digests import digest
from stgan_tf.files import replacing, write_text
from stgan_tf.model_files.hub import download, is_address
from stgan_tf.model_files.manifest import Manifest, require_name
from stgan_tf.model_files.packed_file import SUFFIX, read_manifest, read_parts

#: Environment variable with the folder of the user's store.
STORE_VARIABLE = "STGAN_MODELS"
SHIPPED = "shipped with stgan_tf"
#: The digests of the shipped models, in the format that `sha256sum` prints and checks.
CHECKSUMS_FILE = "SHA256SUMS"

_SHIPPED_FOLDER = Path(__file__).parents[1] / "shipped_models"


@dataclasses.dataclass(frozen=True)
class StoredModel:
    """A model that has a name.

    Attributes:
        name: The name for `Editor`, `load_run` and the flags of the commands.
        manifest: `Manifest`: system, image size, attributes, domains, licence and more.
        origin: Where it came from.
        path: The packed file.
        sha256: Its digest when it was added or shipped; empty if that was not recorded.
    """

    name: str
    manifest: Manifest
    origin: str
    path: Path
    sha256: str

    @property
    def bytes(self) -> int:
        """The size of the packed file."""
        return self.path.stat().st_size


def models(store: Path | str | None = None) -> list[StoredModel]:
    """The models that can be given by name: those shipped with the package, then those in the
    user's store, each sorted by name. Files that are not packed models are left out, with a
    warning.

    Args:
        store: The store's folder; None: $STGAN_MODELS, or $XDG_DATA_HOME/stgan_tf/models
            (~/.local/share/stgan_tf/models).
    """
    found = []
    for path in model_paths(store):
        try:
            found.append(_stored(path, read_manifest(path)))
        except ValueError as error:
            logging.warning("Left out: %s", error)
    return found


def store_folder(store: Path | str | None = None) -> Path:
    """The folder of the user's store; not created."""
    given = store or os.environ.get(STORE_VARIABLE)
    if given:
        return Path(given).expanduser()
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "stgan_tf" / "models"


def shipped_folder() -> Path:
    """The folder of the models in the package."""
    return _SHIPPED_FOLDER


def model_paths(store: Path | str | None = None) -> list[Path]:
    """The packed files that have a name, in the order of `models`."""
    folders = (shipped_folder(), store_folder(store))
    return [path for folder in folders for path in sorted(folder.glob(f"[!.]*{SUFFIX}"))]


def named(name: str, store: Path | str | None = None) -> Path:
    """The packed file of the model `name`. Raises FileNotFoundError, naming the models with the
    most similar names, if there is none.
    """
    paths = {path.stem: path for path in model_paths(store)}
    if name in paths:
        return paths[name]
    near = difflib.get_close_matches(name, paths, n=3)
    if near:
        hint = f"Did you mean {' or '.join(near)}?"
    elif paths:
        hint = f"Models with a name: {', '.join(paths)}."
    else:
        hint = nothing_stored(store)
    raise FileNotFoundError(
        f"{name} is neither a file or folder here nor the name of a model. {hint}"
    )


def nothing_stored(store: Path | str | None = None) -> str:
    """What to say if no model has a name."""
    return (
        f"No model has a name: neither {shipped_folder()} nor the store, {store_folder(store)}, "
        "has any. Add a packed model with `python -m stgan_tf.models add FILE`."
    )


def add_model(
    source: str, name: str = "", store: Path | str | None = None, overwrite: bool = False
) -> StoredModel:
    """Copies a packed model to the store, after checking all of its parts.

    Args:
        source: A packed file, or an address on the Hugging Face Hub (`stgan_tf.model_files.hub`).
        name: Its name; empty: the one that it was packed under.
        store: As in `models`.
        overwrite: Whether to replace another model of that name.

    Raises FileNotFoundError or OSError for a source that cannot be read, ValueError for one that is
    damaged, or a name that is taken.
    """
    packed = download(source) if is_address(source) else Path(source)
    read_parts(packed)
    name = require_name(name or read_manifest(packed).name)
    target = store_folder(store) / f"{name}{SUFFIX}"
    found = digest(packed)
    if (shipped_folder() / target.name).is_file():
        raise ValueError(f"--name: {name} is a shipped model. Give another name.")
    there = digest(target) if target.is_file() else None
    if there not in (None, found) and not overwrite:
        raise ValueError(
            f"--name: {target} is another model of that name. Give another name, or --overwrite to "
            "replace it."
        )
    if there != found:
        _record_path(target).unlink(missing_ok=True)
        with replacing(target) as temporary:
            shutil.copyfile(packed, temporary)
    origin = source if is_address(source) else str(packed.resolve())
    record = json.dumps({"origin": f"added from {origin}", "sha256": found}, indent=2)
    write_text(_record_path(target), record + "\n")
    return _stored(target, read_manifest(target))


def verified(path: Path) -> StoredModel:
    """Checks every part of a packed model, and its digest if that was recorded.

    Raises FileNotFoundError if there is no such file, ValueError for the first thing that is wrong.
    """
    model = _stored(path, read_manifest(path))
    read_parts(path)
    if model.sha256 and digest(path) != model.sha256:
        raise ValueError(
            f"{path} is not the file that was {model.origin}: its sha256 is {digest(path)}, not "
            f"{model.sha256}. Restore it, or add it again with --overwrite."
        )
    return model


def _stored(path: Path, manifest: Manifest) -> StoredModel:
    if path.parent == shipped_folder():
        return StoredModel(path.stem, manifest, SHIPPED, path, _shipped_digest(path))
    record = _record_path(path)
    if not record.is_file():
        return StoredModel(path.stem, manifest, str(path), path, "")
    try:
        values = json.loads(record.read_text(encoding="utf-8"))
        return StoredModel(path.stem, manifest, values["origin"], path, values["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{record} is damaged: delete it, or add {path.stem} again with --overwrite."
        ) from error


def _record_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _shipped_digest(path: Path) -> str:
    sums = path.with_name(CHECKSUMS_FILE)
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    return {name: value for value, name in (line.split() for line in lines)}.get(path.name, "")
