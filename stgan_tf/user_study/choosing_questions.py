"""Draws the questions of a study: which photo with which change. No TensorFlow here."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

#: {attribute: {change: rows of the photos that can be changed so}}
Candidates = Mapping[str, Mapping[str, Sequence[int]]]


class WantedEdit(NamedTuple):
    """row: The photo's row in the table of photos."""

    row: int
    attribute: str
    change: str


def draw_edits(candidates: Candidates, count: int, rng: np.random.Generator) -> list[WantedEdit]:
    """`count` different edits: every attribute equally often (or one less), its changes in turn,
    every photo once as long as there are others.

    Raises ValueError if there are not so many.
    """
    waiting = {
        attribute: {change: list(rng.permutation(rows)) for change, rows in changes.items()}
        for attribute, changes in candidates.items()
    }
    possible = sum(len(rows) for changes in waiting.values() for rows in changes.values())
    if possible < count:
        raise ValueError(
            f"The photos allow {possible} different questions about these attributes. Received: "
            f"{count} (--num_questions and --num_controls). Ask fewer, or use more photos."
        )
    taken: set[int] = set()
    drawn: list[WantedEdit] = []
    while len(drawn) < count:
        for attribute in rng.permutation(list(waiting)):
            changes = {name: rows for name, rows in waiting[attribute].items() if rows}
            if not changes or len(drawn) == count:
                continue
            # The change that was asked for least.
            asked = [each.change for each in drawn if each.attribute == attribute]
            change = min(changes, key=asked.count)
            rows = changes[change]
            place = next((i for i, row in enumerate(rows) if row not in taken), 0)
            row = int(rows.pop(place))
            taken.add(row)
            drawn.append(WantedEdit(row, str(attribute), change))
    return drawn


def spoiled(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A picture that nobody who looks can prefer: 4 x 4 tiles in random order, colours inverted.

    Args:
        picture: uint8 (H, W, 3).
    """
    height, width = picture.shape[:2]
    rows = np.array_split(np.arange(height), 4)
    columns = np.array_split(np.arange(width), 4)
    order = rng.permutation(16)
    # Tiles of unequal sizes are cut or repeated at the edge, which is invisible in the mess.
    result = np.empty_like(picture)
    for place, tile in enumerate(order):
        to_rows, to_columns = rows[place // 4], columns[place % 4]
        from_rows = np.resize(rows[tile // 4], len(to_rows))
        from_columns = np.resize(columns[tile % 4], len(to_columns))
        result[np.ix_(to_rows, to_columns)] = 255 - picture[np.ix_(from_rows, from_columns)]
    return result
