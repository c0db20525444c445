"""Which files are meant, and where each result goes."""

import glob
from collections.abc import Sequence
from pathlib import Path

#: Suffixes looked for in a folder.
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif")
#: Suffixes of single files that are kept; others become PNG.
_WRITTEN = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")


def find_inputs(texts: Sequence[str]) -> list[Path]:
    """Files meant by paths, folders (their photos, not those of folders inside) and patterns.

    Raises ValueError for one that means no file.
    """
    found: dict[Path, None] = {}
    for text in texts:
        path = Path(text)
        if path.is_dir():
            files = [file for file in path.iterdir() if file.suffix.lower() in PHOTO_SUFFIXES]
        elif path.is_file():
            files = [path]
        else:
            files = [Path(name) for name in glob.glob(text, recursive=True) if Path(name).is_file()]
        if not files:
            kinds = ", ".join(PHOTO_SUFFIXES)
            raise ValueError(
                f"--input: no photo {text}: neither a file, a folder with {kinds}, nor a pattern "
                "that matches one."
            )
        found.update(dict.fromkeys(sorted(files)))
    return list(found)


def name_outputs(inputs: Sequence[Path], output: str, suffix: str = "") -> dict[Path, Path]:
    """{input: output}. One input may name a file (with a suffix) or a folder, more a folder.

    Args:
        suffix: Of the results (".png", ".gif"); empty: as the input, PNG where that cannot be
            written.

    Raises ValueError where two results would have one name, or where a result is its own input.
    """
    target = Path(output)
    if len(inputs) == 1 and target.suffix and not target.is_dir():
        named = {inputs[0]: target}
    else:
        named = {}
        for path in inputs:
            kept = path.suffix if path.suffix.lower() in _WRITTEN else ".png"
            named[path] = target / (path.stem + (suffix or kept))
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
