"""What the help shows about a flag that absl does not store: its heading and the paper's value."""

import contextlib
import dataclasses
from collections.abc import Iterator

from absl import flags

FLAGS = flags.FLAGS

#: Heading for the flags that every command has.
EVERY_COMMAND = "Every command"


@dataclasses.dataclass(frozen=True)
class FlagNote:
    """
    Attributes:
        group: Heading under which the help shows the flag.
        paper: The paper's value, as text; empty: unknown.
        default: Shown in place of the flag's own default; empty: show that.
        limits: The valid range, if the flag does not check it itself; empty: it does.
    """

    group: str
    paper: str = ""
    default: str = ""
    limits: str = ""


#: Notes on flags of `absl.flags.FLAGS`, in order of definition.
NOTES: dict[str, FlagNote] = {}


@contextlib.contextmanager
def flag_group(title: str) -> Iterator[None]:
    """Flags defined inside the context are listed under this heading in the help."""
    known = set(FLAGS)
    yield
    for name in FLAGS:
        if name not in known and name not in NOTES:
            NOTES[name] = FlagNote(title)


def limits_text(low: float | None, high: float | None) -> str:
    """A range of numbers, both ends inclusive, as text; empty: no limits."""
    if low is None:
        return "" if high is None else f"at most {number_text(high)}"
    least = number_text(low)
    return f"at least {least}" if high is None else f"{least} to {number_text(high)}"


def number_text(value: object) -> str:
    """A value as people write it: 2, not 2.0."""
    return f"{value:g}" if isinstance(value, float) else str(value)
