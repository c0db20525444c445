"""Finds the input files and names the outputs."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stgan_tf.image_formats import HEAD_BYTES, SUFFIXES, format_of

#: Suffixes of files that are kept for the result; others become PNG.
_WRITTEN = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")
#: Files that operating systems put beside photos, like hidden ones (._photo.jpg, .DS_Store).
_SYSTEM_FILES = ("thumbs.db", "desktop.ini")


@dataclass
class Inputs:
    """photos: The files to edit. left_out: {file or folder inside a given folder: the reason}."""

    photos: list[Path] = field(default_factory=list)
    left_out: dict[Path, str] = field(default_factory=dict)


def find_inputs(texts: Sequence[str], output: str = "") -> Inputs:
    """Finds the files given as paths, folders (their photos, without subfolders) or glob patterns.

    Each text is one of these, or several separated by commas; names may contain commas themselves.
    Hidden files in folders are skipped, and so is the folder `output`.

    Raises ValueError listing everything that matches no file.
    """
    found, left_out, missing = {}, {}, []
    for text in (part for whole in texts for part in _parts(whole)):
        path = Path(text)
        if path.is_dir():
            photos, others = _photos_of(path, Path(output))
            left_out.update(others)
            if not photos:
                missing.append(f"{text} contains no photos{_some(others)}")
        elif path.is_file():
            photos = [path]
        else:
            photos = _matching(text)
            if not photos:
                pattern = glob.has_magic(text)
                missing.append(f"{text}: no matching file" if pattern else f"{text}: no such file")
        found.update(dict.fromkeys(photos))
    if missing:
        raise ValueError(f"--input: {'; '.join(missing)}.")
    return Inputs(list(found), {path: why for path, why in left_out.items() if path not in found})


def name_outputs(inputs: Sequence[Path], output: str, suffix: str = "") -> dict[Path, Path]:
    """{input: output}. For a single input, `output` may be a file (with a suffix) or a folder; for
    several, a folder.

    Args:
        suffix: Suffix of the results (".png", ".gif"); empty: that of the input, or PNG if it
            cannot be written. If a.jpg and a.bmp would both become a.png, the later one becomes
            a.bmp.png.

    Raises ValueError if two results would have the same name, or a result would overwrite its
    input.
    """
    target = Path(output)
    if len(inputs) == 1 and target.suffix and not target.is_dir():
        named = {inputs[0]: target}
    else:
        named = {}
        # First those that keep their names.
        for path in sorted(inputs, key=lambda path: _suffix_of(path, suffix) != path.suffix):
            kept = _suffix_of(path, suffix)
            result = target / (path.stem + kept)
            if result in named.values() and kept != path.suffix:
                result = target / (path.name + kept)
            named[path] = result
        named = {path: named[path] for path in inputs}
    taken: dict[Path, Path] = {}
    for source, result in named.items():
        if result in taken:
            raise ValueError(
                f"--output: {taken[result]} and {source} would both become {result}. Edit them "
                "into different folders."
            )
        if result.resolve() == source.resolve():
            raise ValueError(f"--output: {result} is an input file. Choose another folder.")
        taken[result] = source
    return named


def _suffix_of(path: Path, suffix: str) -> str:
    return suffix or (path.suffix if path.suffix.lower() in _WRITTEN else ".png")


def _parts(text: str) -> Iterator[str]:
    """Splits a text at commas into paths, preferring the longest part that exists or matches."""
    pieces = text.split(",")
    while pieces:
        for end in range(len(pieces), 0, -1):
            part = ",".join(pieces[:end])
            if end == 1 or Path(part).exists() or _matching(part):
                break
        if part:
            yield part
        pieces = pieces[end:]


def _matching(pattern: str) -> list[Path]:
    return sorted(Path(name) for name in glob.glob(pattern, recursive=True) if Path(name).is_file())


def _photos_of(folder: Path, output: Path) -> tuple[list[Path], dict[Path, str]]:
    photos, left_out = [], {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.lower() in _SYSTEM_FILES:
            continue
        if path.is_dir():
            if path.resolve() != output.resolve():
                left_out[path] = "a subfolder (give it as well to edit its photos)"
        elif path.suffix.lower() in SUFFIXES or _is_image(path):
            photos.append(path)
        else:
            left_out[path] = "not an image"
    return photos, left_out


def _is_image(path: Path) -> bool:
    """Whether a file with another suffix, or none, is an image nevertheless."""
    with path.open("rb") as file:
        return bool(format_of(file.read(HEAD_BYTES)))


def _some(left_out: dict[Path, str]) -> str:
    if not left_out:
        return ""
    names = [path.name for path in left_out]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f" (but {', '.join(names[:3])}{more})"
