"""Flag files: finding them, including the shipped ones, and expanding them on a command line."""

import os
from collections.abc import Sequence
from pathlib import Path

from absl import flags

from stgan_tf.flag_notes import flag_group

#: The folder of the shipped flag files, relative to the repository's root.
FOLDER = "flags"

_PACKAGE = Path(__file__).parent


def shipped_folder() -> Path:
    """The folder of the shipped flag files: in the installed package, or else in the repository."""
    installed = _PACKAGE / FOLDER
    return installed if installed.is_dir() else _PACKAGE.parent / FOLDER


def find_flag_file(path: Path | str, within: Path | None = None) -> Path:
    """`path` if it exists, else the shipped file or folder of that name (flags/celeba.cfg) if there
    is one, else `path`. For paths in the shipped file `within`, shipped files come first.
    """
    given = Path(os.path.expanduser(path))  # unchanged for an unknown user
    if given.parts[:1] != (FOLDER,):
        return given
    shipped = shipped_folder().joinpath(*given.parts[1:])
    is_inside = within is not None and within.is_relative_to(shipped_folder())
    return shipped if shipped.exists() and (is_inside or not given.exists()) else given


def preset_names() -> list[str]:
    """The valid values of --preset: the shipped flag files, without their suffix."""
    return sorted(path.stem for path in shipped_folder().glob("*.cfg"))


def define_preset_flag() -> None:
    """Defines --preset for the help; `with_flag_files` reads it."""
    with flag_group("Run"):
        flags.DEFINE_string("preset", "", f"A shipped flag file: {', '.join(preset_names())}.")


def with_flag_files(
    arguments: Sequence[str], presets: bool = True, files: tuple[Path, ...] = ()
) -> list[str]:
    """The arguments of a command with each --flagfile and --preset replaced by the lines of its
    file, recursively. Later flags take precedence, as in absl.

    Args:
        arguments: Without the program's name; those after -- are left as they are.
        presets: Whether --preset is one of the command's flags; if not, it is left as it is.
        files: The flag files that the arguments come from, outermost first.

    Raises flags.Error if a file cannot be read or includes itself, or if a preset is unknown.
    """
    found: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return [*found, argument, *rest]
        name, sign, value = argument.lstrip("-").partition("=")
        is_preset = presets and name == "preset"
        if not argument.startswith("-") or not (is_preset or name == "flagfile"):
            found.append(argument)
            continue
        if not sign:
            if not rest:
                raise flags.Error(f"Missing value for flag --{name}")
            value = rest.pop(0)
        if not value:  # absl's way of saying none
            continue
        path = _preset(value) if is_preset else _named(value, files)
        found += with_flag_files(_lines(path, files), presets, (*files, path))
    return found


def _preset(name: str) -> Path:
    path = shipped_folder() / f"{name}.cfg"
    if name not in preset_names():
        raise flags.Error(
            f"--preset: must be one of {', '.join(preset_names())}. Received: {name!r}."
        )
    return path


def _named(value: str, files: tuple[Path, ...]) -> Path:
    return find_flag_file(value.strip(), files[-1] if files else None)


def _lines(path: Path, files: tuple[Path, ...]) -> list[str]:
    if path in files:
        raise flags.Error(f"--flagfile={path} includes itself: {' -> '.join(map(str, files))}.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise flags.Error(
            f"--flagfile={path} is not UTF-8 text with a flag on each line ({error.reason} at byte "
            f"{error.start})."
        ) from error
    except OSError as error:
        shipped = f" Shipped are {FOLDER}/NAME.cfg, with NAME one of {', '.join(preset_names())}."
        raise flags.CantOpenFlagFileError(
            f"--flagfile={path} cannot be read: {error.strerror or error}."
            + shipped * (path.parts[:1] == (FOLDER,))
        ) from error
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "//"))]
