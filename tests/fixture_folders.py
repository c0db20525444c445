"""Folders of files that tests read and the repository does not hold.

An environment variable names each; a variable that is set promises the files, so that no CI passes
for want of them.
"""

import os
from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"

#: {variable: (its default, what is in the folder)}
_FOLDERS = {
    "STGAN_OFFICIAL_FIXTURES": (
        _SHARED / "official",
        "checkpoints and expected values of the official code",
    ),
    "STGAN_CASE_FIXTURES": (_SHARED / "cases", "sample inputs as people have them"),
}


def named_or_default(variable: str) -> Path:
    """The folder that the variable names, or its default; either may be missing."""
    return Path(os.environ.get(variable, _FOLDERS[variable][0]))


def required_folder(variable: str) -> Path:
    """The folder. Where it is missing, the test is skipped, or fails if the variable named it."""
    folder = named_or_default(variable)
    if not folder.is_dir():
        message = f"{folder} ({variable}) is not there: {_FOLDERS[variable][1]}."
        pytest.fail(message) if variable in os.environ else pytest.skip(message)
    return folder
