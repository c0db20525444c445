"""The --help output of a command: its purpose, examples, and all of its flags under headings."""

import dataclasses
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

from absl import flags

from stgan_tf.flag_notes import EVERY_COMMAND, NOTES, FlagNote
from stgan_tf.flag_text import flag_text

FLAGS = flags.FLAGS

_PAPER = (
    "paper: the value of the system's own paper; of STGAN's where several systems have the setting."
)
_EPILOG = (
    "absl's own flags for logging, debugging and profiling are listed by --helpfull.",
    "Exit status: 0 success; 1 failure, with a message; 2 invalid flag; 3 missing package, with "
    "the extra that installs it; 130 stopped by Ctrl-C. More: docs/exit_codes.md.",
)
_EXAMPLE = "python -m "


@dataclasses.dataclass(frozen=True)
class Command:
    """What the help shows about a command besides its flags.

    Attributes:
        program: How the user started it: stgan-train, or python -m stgan_tf.train.
        module: The name of its module.
        doc: The module's docstring; its paragraphs of commands (python -m ...) are the examples.
        arguments: The positional arguments, for the usage line; empty: none.
    """

    program: str
    module: str
    doc: str
    arguments: str = ""


def command_of(main: Callable[[list[str]], None], arguments: str) -> Command:
    """The command of this process, whose module defines `main`."""
    module = sys.modules[main.__module__]
    spec = sys.modules["__main__"].__spec__
    name = module.__spec__.name if module.__spec__ else module.__name__
    program = f"{_EXAMPLE}{spec.name}" if spec else Path(sys.argv[0]).name
    return Command(program, name, module.__doc__ or "", arguments)


def define_help_flags(command: Command) -> None:
    """Defines --help, -h, --helpshort and -? in place of absl's, which do not find the flags of a
    console script. They print the help to standard output and exit with status 0.
    """
    flags.DEFINE_flag(_HelpFlag("help", "h", command))
    flags.DEFINE_flag(_HelpFlag("helpshort", "?", command))
    NOTES["help"] = FlagNote(EVERY_COMMAND)


class _HelpFlag(flags.BooleanFlag):
    def __init__(self, name: str, short_name: str, command: Command):
        text = "Show this help."
        super().__init__(name, False, text, short_name=short_name, allow_override=True)
        self._command = command

    def parse(self, argument: bool | str | None) -> None:
        super().parse(argument)
        if self.value:
            _print(help_text(self._command, shutil.get_terminal_size().columns))
            sys.exit(0)


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:  # `| head` has read enough; the flush at exit must not fail either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def help_text(command: Command, width: int = 80) -> str:
    """The complete help text, for a terminal of `width` columns."""
    width = max(40, width - 1)
    usage = f"Usage: {command.program} [flags]" + f" {command.arguments}" * bool(command.arguments)
    paragraphs = re.split(r"\n\s*\n", command.doc.strip())
    prose = [
        textwrap.fill(" ".join(text.split()), width)
        for text in paragraphs
        if not text.startswith(_EXAMPLE)
    ]
    commands = [
        f"{_EXAMPLE}{example}"
        for text in paragraphs
        if text.startswith(_EXAMPLE)
        for example in text.split(_EXAMPLE)[1:]
    ]
    parts = [usage, *prose[:1]]
    if commands:
        parts.append(
            "\n".join(["Examples:", *(_example(text, command, width) for text in commands)])
        )
    parts += prose[1:]
    for title, names in _groups().items():
        parts.append("\n".join([f"{title}:", *(flag_text(name, FLAGS, width) for name in names)]))
    epilog = [_PAPER] * any(note.paper for note in NOTES.values()) + [*_EPILOG]
    return "\n\n".join([*parts, *(textwrap.fill(text, width) for text in epilog)])


def _example(text: str, command: Command, width: int) -> str:
    """An example, wrapped to `width`, with the command as the user started it."""
    words = text.replace("\\\n", " ").split()
    if words[2] == command.module:
        words[:3] = [command.program]
    lines, line = [], f"  {words[0]}"
    for word in words[1:]:
        if len(line) + len(word) + len("  \\") > width:
            lines.append(f"{line} \\")
            line = f"      {word}"
        else:
            line += f" {word}"
    return "\n".join([*lines, line])


def _groups() -> dict[str, list[str]]:
    """{heading: names of flags}, both in the order of definition; the flags of every command come
    last.
    """
    groups: dict[str, list[str]] = {}
    for name, note in NOTES.items():
        groups.setdefault(note.group, []).append(name)
    common = groups.pop(EVERY_COMMAND)
    return {**groups, EVERY_COMMAND: common}
