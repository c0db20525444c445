"""Matches listed names to files, although lists and folders rarely spell names identically.

A name matches a file with the same path; else the same name in different case; else with another
suffix; else both; else, for numbers, without the leading zeros that spreadsheets remove. Folders
are compared from the end: `images/1.jpg`, `C:/faces/images/1.jpg` (also with backslashes) and
`1.jpg` all match `images/1.jpg`, but `a/1.jpg` never matches `b/1.jpg`. A name that could match two
files matches neither: it is ambiguous.
"""

import dataclasses
import functools
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from typing import NamedTuple

from stgan_tf.sources.name_column import is_image_file


@dataclasses.dataclass(frozen=True)
class Matches:
    """The matches of N names.

    files: (N) index of the file that each name matches, or None.
    ambiguous: Names that could match several files, with those files; and files that several names
        could match, with those names.
    """

    files: list[int | None]
    ambiguous: list[tuple[str, list[str]]]


def match_names(names: Iterable[str], files: Sequence[str]) -> Matches:
    """Matches each of `names` to one of `files` (paths relative to one folder, or names)."""
    names = [str(name) for name in names]
    named, there = list(map(_parse, names)), list(map(_parse, files))
    matched: list[int | None] = [None] * len(names)
    exact: set[int] = set()
    ambiguous: list[tuple[str, list[str]]] = []
    waiting: Sequence[int] = range(len(names))
    for form in _FORMS:
        table: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(there):
            key = form(name)
            if key is not None and (name.may_be_image or form in _FORMS[:2]):
                table[key].append(index)
        left = []
        for position in waiting:
            name = named[position]
            candidates = table.get(form(name)) or ()
            found = _best(name.folders, candidates, there) if candidates else ()
            if not found:
                left.append(position)
            elif len(found) > 1:
                ambiguous.append((names[position], [files[index] for index in found]))
            else:
                matched[position] = found[0]
                if form is _FORMS[0]:
                    exact.add(position)
        if not left:
            break
        waiting = left
    ambiguous += _settle(names, files, matched, exact)
    return Matches(matched, ambiguous)


def walk(folder: str) -> list[str]:
    """The files in `folder` and its subfolders, as paths relative to it with /, sorted; without
    hidden files and those that macOS adds (`._1.jpg`, `__MACOSX`). Each folder is listed once; no
    file is stat'ed.
    """
    files: list[str] = []
    seen = set()
    waiting = [""]
    while waiting:
        below = waiting.pop()
        path = os.path.join(folder, below)
        real = os.path.realpath(path)
        if real in seen:  # a link to a parent folder
            continue
        seen.add(real)
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name == "__MACOSX":
                    continue
                relative = f"{below}/{entry.name}" if below else entry.name
                (waiting if entry.is_dir() else files).append(relative)
    return sorted(files)


class _Name(NamedTuple):
    """A path from any operating system: its case-folded folders from the root, its base name, and
    its base name without an image suffix.
    """

    folders: tuple[str, ...]
    base: str
    stem: str
    may_be_image: bool


def _parse(path: str) -> _Name:
    path = path.strip().replace("\\", "/")
    if not path.isascii():
        path = unicodedata.normalize("NFC", path)
    folder, _, base = path.rpartition("/")
    stem = base.rpartition(".")[0] if is_image_file(base) else base
    return _Name(_parts(folder), base, stem, len(stem) < len(base) or "." not in base)


@functools.lru_cache(1024)
def _parts(folder: str) -> tuple[str, ...]:
    parts = (part for part in folder.split("/") if part not in ("", ".", ".."))
    return tuple(part.casefold() for part in parts if not part.endswith(":"))


def _best(
    folders: Sequence[str], candidates: Sequence[int], there: Sequence[_Name]
) -> Sequence[int]:
    """The candidates whose folders agree with the listed ones from the end, with the most in
    common.
    """
    if len(candidates) == 1 and there[candidates[0]].folders == folders:
        return candidates
    ranked: dict[tuple[bool, int], list[int]] = defaultdict(list)
    for index in candidates:
        others = there[index].folders
        common = min(len(folders), len(others))
        if not common or folders[-common:] == others[-common:]:
            ranked[len(folders) == len(others), common].append(index)
    return ranked[max(ranked)] if ranked else ()


def _settle(
    names: Sequence[str],
    files: Sequence[str],
    matched: list[int | None],
    exact: Set[int],
) -> list[tuple[str, list[str]]]:
    """If several names match a file, it goes to the one that spells it identically, and the others
    get none. If none or several do, all are ambiguous: (file, names).
    """
    claims: dict[int, list[int]] = {}
    for position, index in enumerate(matched):
        if index is not None:
            claims.setdefault(index, []).append(position)
    ambiguous = []
    for index, positions in claims.items():
        if len(positions) == 1:
            continue
        alike = [position for position in positions if position in exact]
        if len(alike) != 1:
            ambiguous.append((files[index], [names[position] for position in positions]))
        for position in positions:
            if alike != [position]:
                matched[position] = None
    return ambiguous


def _number(name: _Name) -> str | None:
    """The number that a name consists of, if any; pandas writes 1.0 if the column has gaps."""
    number = _NUMBER.fullmatch(name.stem)
    return number[1] if number else None


_NUMBER = re.compile(r"0*(\d+?)(?:\.0+)?")

#: The criteria for a match, most reliable first. Only image suffixes are ignored.
_FORMS: tuple[Callable[[_Name], str | None], ...] = (
    lambda name: name.base,
    lambda name: name.base.casefold(),
    lambda name: name.stem,
    lambda name: name.stem.casefold(),
    _number,
)
