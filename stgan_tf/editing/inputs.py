"""Which files are meant, and where each result goes."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stgan_tf.image_formats import HEAD_BYTES, SUFFIXES, format_of

#: Suffixes of single files that are kept; others become PNG.
_WRITTEN = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")
#: Files that systems put beside photos, as they do hidden ones (._photo.jpg, .DS_Store).
_SYSTEM_FILES = ("thumbs.db", "desktop.ini")


@dataclass
class Inputs:
    """photos: the files to edit. left_out: {file or folder inside a given folder: why}."""

    photos: list[Path] = field(default_factory=list)
    left_out: dict[Path, str] = field(default_factory=dict)


def find_inputs(texts: Sequence[str], output: str = "") -> Inputs:
    """Files meant by paths, folders (their photos, not those of folders inside) and patterns.

    Each text is one of them, or several with commas between; names may have commas themselves.
    Hidden files of folders are passed over, and so is the folder `output`.

    Raises ValueError naming all that mean no file.
    """
    found, left_out, missing = {}, {}, []
    for text in (part for whole in texts for part in _parts(whole)):
        path = Path(text)
        if path.is_dir():
            photos, others = _photos_of(path, Path(output))
            left_out.update(others)
            if not photos:
                missing.append(f"{text} has no photo in it{_some(others)}")
        elif path.is_file():
            photos = [path]
        else:
            photos = _matching(text)
            if not photos:
                pattern = glob.has_magic(text)
                missing.append(f"{text}: no file matches" if pattern else f"{text}: no such file")
        found.update(dict.fromkeys(photos))
    if missing:
        raise ValueError(f"--input: {'; '.join(missing)}.")
    return Inputs(list(found), {path: why for path, why in left_out.items() if path not in found})


def name_outputs(inputs: Sequence[Path], output: str, suffix: str = "") -> dict[Path, Path]:
    """{input: output}. One input may name a file (with a suffix) or a folder, more a folder.

    Args:
        suffix: Of the results (".png", ".gif"); empty: as the input, PNG where that cannot be
            written. Where a.jpg and a.bmp would both become a.png, the later becomes a.bmp.png.

    Raises ValueError where two results would have one name, or where a result is its own input.
    """
    target = Path(output)
    if len(inputs) == 1 and target.suffix and not target.is_dir():
        named = {inputs[0]: target}
    else:
        named = {}
        # Those that keep their names first.
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
            raise ValueError(f"--output: {result} is the input itself. Give another folder.")
        taken[result] = source
    return named


def _suffix_of(path: Path, suffix: str) -> str:
    return suffix or (path.suffix if path.suffix.lower() in _WRITTEN else ".png")


def _parts(text: str) -> Iterator[str]:
    """The paths of a text with commas between them; the longest that means something is one."""
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
                left_out[path] = "a folder inside (give it as well)"
        elif path.suffix.lower() in SUFFIXES or _is_image(path):
            photos.append(path)
        else:
            left_out[path] = "not an image"
    return photos, left_out


def _is_image(path: Path) -> bool:
    """Whether a file with some other suffix, or none, is an image all the same."""
    with path.open("rb") as file:
        return bool(format_of(file.read(HEAD_BYTES)))


def _some(left_out: dict[Path, str]) -> str:
    if not left_out:
        return ""
    names = [path.name for path in left_out]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f" (but {', '.join(names[:3])}{more})"
