"""Finds a checkpoint of the official code and its setting.txt.

The official train.py writes output/NAME/setting.txt and
output/NAME/checkpoints/Epoch_(E)_(IofN).ckpt.{index,data-00000-of-00001}.
"""

import dataclasses
import re
from pathlib import Path

from stgan_tf.digests import digest

SETTING_FILE = "setting.txt"
CHECKPOINTS_FOLDER = "checkpoints"


class OfficialCheckpointError(ValueError):
    """A checkpoint or setting of the official code cannot be imported."""


@dataclasses.dataclass(frozen=True)
class OfficialCheckpoint:
    """The location of a checkpoint.

    Attributes:
        prefix: Its path without .index.
        setting: The experiment's setting.txt; None if there is none (as for the attribute
            classifier).
    """

    prefix: Path
    setting: Path | None

    @property
    def source(self) -> str:
        """The path, for messages and the record of an import."""
        return str(self.prefix)

    def digest(self) -> str:
        """SHA-256 digest over all its files, for the record of an import."""
        files = sorted(self.prefix.parent.glob(f"{_escape(self.prefix.name)}.*"))
        files = [file for file in files if re.search(r"\.(index|data-.*)$", file.name)]
        return digest(*files, *([] if self.setting is None else [self.setting]))


def find_checkpoint(path: Path | str, setting: Path | str = "") -> OfficialCheckpoint:
    """Finds the checkpoint that `path` refers to.

    Args:
        path: An experiment's folder (output/128), its checkpoints folder, a folder that contains
            one experiment, or a checkpoint's prefix. If a folder has several checkpoints, the one
            trained longest is used.
        setting: Path of setting.txt, if it is not next to the checkpoint or one folder up.

    Raises:
        OfficialCheckpointError: There is no checkpoint or setting file; the message says where it
            was looked for.
    """
    path = Path(path)
    prefix = _prefix_of_file(path) or _newest_in_folder(path)
    if setting and not Path(setting).is_file():
        raise OfficialCheckpointError(
            f"--setting_file must be the path of a setting.txt. No such file: {setting}."
        )
    candidates = (prefix.parent / SETTING_FILE, prefix.parent.parent / SETTING_FILE)
    found = Path(setting) if setting else next((c for c in candidates if c.is_file()), None)
    return OfficialCheckpoint(prefix, found)


def _prefix_of_file(path: Path) -> Path | None:
    """The prefix of a checkpoint, if `path` is one or a file of one."""
    name = re.sub(r"\.(index|meta|data-\d{5}-of-\d{5})$", "", path.name)
    prefix = path.with_name(name) if name else path
    return prefix if _index(prefix).is_file() else None


def _newest_in_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise OfficialCheckpointError(
            f"There is no folder or checkpoint {folder}. Give an experiment's folder (output/128), "
            "the path of a TensorFlow .ckpt without .index, or a PyTorch file."
        )
    looked_in = [folder, folder / CHECKPOINTS_FOLDER]
    for place in looked_in:
        if found := _prefixes(place):
            return max(found, key=_progress)
    experiments = [child for child in sorted(folder.iterdir()) if _is_experiment(child)]
    if len(experiments) == 1:
        return _newest_in_folder(experiments[0])
    if experiments:
        names = ", ".join(experiment.name for experiment in experiments)
        raise OfficialCheckpointError(
            f"{folder} contains several experiments: give one of {names}."
        )
    raise OfficialCheckpointError(
        f"No checkpoint (*.index) in {' or '.join(str(place) for place in looked_in)}."
    )


def _is_experiment(folder: Path) -> bool:
    return folder.is_dir() and bool(_prefixes(folder) or _prefixes(folder / CHECKPOINTS_FOLDER))


def _prefixes(folder: Path) -> list[Path]:
    return [path.with_suffix("") for path in sorted(folder.glob("*.index"))]


def _progress(prefix: Path) -> tuple:
    """Epoch and iteration from the official name; other names are ordered by modification time."""
    match = re.fullmatch(r"Epoch_\((\d+)\)_\((\d+)of\d+\)\.ckpt", prefix.name)
    numbers = tuple(int(number) for number in match.groups()) if match else (-1, -1)
    return (*numbers, _index(prefix).stat().st_mtime)


def _index(prefix: Path) -> Path:
    return prefix.with_name(prefix.name + ".index")


def _escape(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)
