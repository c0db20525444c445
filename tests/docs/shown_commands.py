"""The commands that the documentation shows, as lists of words."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from docs.manual import blocks, code_spans

_ASSIGNMENT = re.compile(r"\w+=")


def shown_commands(path: Path) -> Iterator[list[str]]:
    """Of each block of commands or console session, and of code spans that are whole commands."""
    for language, text in blocks(path):
        lines = text.replace("\\\n", " ").splitlines()
        if language == "console":  # what was typed, and what was printed
            lines = _typed(text)
        if language in ("", "console"):
            for line in lines:
                yield from _commands(line)
    for span in code_spans(path):
        if re.match(r"python -m |python \S+\.py\b|stgan-\w+ |make |pip install ", span):
            yield from _commands(span)


def _typed(session: str) -> list[str]:
    """The commands of a session but those whose flags are wrong on purpose: status 2."""
    parts = session.replace("\\\n", " ").split("\n$ ")
    typed = [part.removeprefix("$ ") for part in parts if "[exit status 2]" not in part]
    return [part.splitlines()[0] for part in typed]


def _commands(line: str) -> Iterator[list[str]]:
    """`A=1 b c && d` -> [b, c], [d]; comments and variables of the shell are left out."""
    command: list[str] = []
    for word in [*shlex.split(line, comments=True), ";"]:
        if word not in (";", "&&", "&", "|"):
            if command or not _ASSIGNMENT.match(word):
                command.append(word)
        elif command:
            yield command
            command = []
