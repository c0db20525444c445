"""Packed models: zip files of a manifest and the parts that it lists. No TensorFlow here.

Nothing in them is executed when they are opened: the parts are JSON, Markdown, safetensors and
LiteRT files.
"""

import contextlib
import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from stgan_tf.files import replacing
from stgan_tf.model_files.manifest import MANIFEST_FILE, Manifest, Part

SUFFIX = ".stgan"
#: The earliest time that a zip file can record: the same model is always packed to the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)
#: No real manifest is as large; one that says so is not read into memory.
_LARGEST_MANIFEST = 2**20
#: What zipfile raises for files that are damaged, or are no zip files (RuntimeError: encrypted).
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def described(parts: Mapping[str, bytes]) -> dict[str, Part]:
    """{path: content} -> {path: its digest and size}, sorted by path."""
    return {
        path: Part(hashlib.sha256(content).hexdigest(), len(content))
        for path, content in sorted(parts.items())
    }


def write_packed(path: Path, manifest: Manifest, parts: Mapping[str, bytes]) -> None:
    """Writes a packed model atomically; `manifest.parts` must be `described(parts)`."""
    contents = {MANIFEST_FILE: manifest.to_json().encode(), **dict(sorted(parts.items()))}
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)


def read_manifest(path: Path) -> Manifest:
    """The manifest of a packed model, without checking the parts.

    Raises FileNotFoundError if there is no such file, ValueError if it is not a packed model.
    """
    with _opened(path) as archive:
        return _manifest(archive)


def read_parts(path: Path) -> dict[str, bytes]:
    """{path: content} of all parts, each compared with its digest in the manifest.

    Raises FileNotFoundError if there is no such file, ValueError if it is not a packed model, or is
    damaged, incomplete or holds anything else.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive)
        entries = {entry.filename: entry for entry in archive.infolist()}
        if extra := sorted(set(entries) - {MANIFEST_FILE, *manifest.parts}):
            raise ValueError(f"it holds {extra[0]}, which {MANIFEST_FILE} does not list")
        parts = {}
        for name, part in manifest.parts.items():
            if name not in entries:
                raise ValueError(f"it has no {name}")
            # Compared first: a part that claims to be small cannot fill the memory.
            if entries[name].file_size != part.bytes:
                raise ValueError(f"the size of {name} is not the one in {MANIFEST_FILE}")
            parts[name] = archive.read(name)
            if hashlib.sha256(parts[name]).hexdigest() != part.sha256:
                raise ValueError(f"the sha256 of {name} is not the one in {MANIFEST_FILE}")
        return parts


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Yields the archive; names the file in every error."""
    if not path.is_file():
        raise FileNotFoundError(f"No packed model {path}: there is no such file.")
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (ValueError, *_ZIP_ERRORS) as error:
        raise ValueError(
            f"{path} is not a packed model, or is damaged: {error}. Copy or download it again, or "
            "pack the run again with `python -m stgan_tf.models pack`."
        ) from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if MANIFEST_FILE not in archive.namelist():
        raise ValueError(f"it has no {MANIFEST_FILE}")
    if archive.getinfo(MANIFEST_FILE).file_size > _LARGEST_MANIFEST:
        raise ValueError(f"{MANIFEST_FILE} has more than {_LARGEST_MANIFEST:,} bytes")
    return Manifest.from_json(archive.read(MANIFEST_FILE).decode())
