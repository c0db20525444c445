"""A comparison as Markdown and as one self-contained page, from the same parts."""

import os
import urllib.parse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from stgan_tf.evaluation import page_templates


class Table(NamedTuple):
    """A table of text cells."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        dashes = ["---", *["---:"] * (len(self.header) - 1)]
        return "\n".join(f"| {' | '.join(row)} |" for row in (self.header, dashes, *self.rows))


class Picture(NamedTuple):
    """A PNG file in the comparison's output folder."""

    caption: str
    name: str


class Notes(NamedTuple):
    """A heading above a list {title: sentence}."""

    heading: str
    items: Mapping[str, str]


class Link(NamedTuple):
    """A page beside the comparison, or elsewhere, with a sentence about it."""

    heading: str
    text: str
    page: Path
    from_folder: Path

    @property
    def address(self) -> str:
        """The page's address, relative to the comparison's folder."""
        relative = os.path.relpath(self.page.resolve(), self.from_folder.resolve())
        return urllib.parse.quote(Path(relative).as_posix())


#: A string is a paragraph.
Part = str | Table | Picture | Notes | Link


def as_markdown(title: str, parts: Sequence[Part]) -> str:
    """The Markdown of the parts, one below the other."""
    return "\n\n".join([f"# {title}", *map(_markdown_of, parts)]) + "\n"


def as_page(title: str, parts: Sequence[Part], folder: Path) -> str:
    """The HTML of the parts, with the pictures from `folder` inlined."""
    return page_templates.render("comparison", title=title, parts=parts, folder=folder)


def _markdown_of(part: Part) -> str:
    match part:
        case Table():
            return part.markdown()
        case Picture(caption, name):
            return f"![{caption}]({name})"
        case Notes(heading, items):
            lines = (f"* **{title}**: {text}" for title, text in items.items())
            return f"## {heading}\n\n" + "\n".join(lines)
        case Link():
            return f"## {part.heading}\n\n{part.text} [Report]({part.address})"
    return part
