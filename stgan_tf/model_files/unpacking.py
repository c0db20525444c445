"""Unpacks packed models into the cache folder, as run folders for editing. No TensorFlow here."""

from pathlib import Path

from stgan_tf.digests import digest
from stgan_tf.files import replacing_folder
from stgan_tf.model_files.manifest import MANIFEST_FILE, Manifest
from stgan_tf.model_files.packed_file import read_manifest, read_parts
from stgan_tf.sources.derived_folder import cache_root, only_maker_of


def unpacked(path: Path) -> Path:
    """The folder with the parts of the packed model `path`; unpacked first if it is missing or was
    changed.

    Raises FileNotFoundError if there is no such file, ValueError if it is damaged, OSError if the
    cache folder cannot be written.
    """
    manifest = read_manifest(path)
    folder = cache_root() / "models" / f"{manifest.name}-{digest(path)[:16]}"
    if not _is_intact(folder, manifest):
        with only_maker_of(folder):
            if not _is_intact(folder, manifest):
                _unpack(path, folder, manifest)
    return folder


def is_unpacked(folder: Path) -> bool:
    """Whether this is the folder of a packed model, which nothing may be added to."""
    return (folder / MANIFEST_FILE).is_file()


def _unpack(path: Path, folder: Path, manifest: Manifest) -> None:
    parts = read_parts(path)
    with replacing_folder(folder) as new:
        for name, content in parts.items():
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_bytes(content)
        (new / MANIFEST_FILE).write_text(manifest.to_json(), encoding="utf-8")


def _is_intact(folder: Path, manifest: Manifest) -> bool:
    return is_unpacked(folder) and all(
        (folder / name).is_file() and digest(folder / name) == part.sha256
        for name, part in manifest.parts.items()
    )
