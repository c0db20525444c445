"""The configuration of a run: frozen dataclasses with ranges, read from and written to JSON.

Every field is a command-line flag of the same name, and carries its help, its range or choices, and
the source of its default. The defaults are those of the paper (the 128 px CelebA model). The whole
`Config` is written to the run folder before the first step; evaluate, edit and export read it from
there, never from flags.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.files import write_text
from stgan_tf.options import ConfigError
from stgan_tf.run_layout import CHECKPOINTS_FOLDER, CONFIG_FILE, checkpoint_names
from stgan_tf.systems.earlier_configs import VERSION, migrated
from stgan_tf.systems.registry import settings_type
from stgan_tf.systems.settings import SystemSettings


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that determines a run.

    Attributes:
        system: Name of the system (`stgan_tf.systems.registry`).
        data: Where images and labels come from, and how images are preprocessed.
        settings: An instance of the system's settings dataclass; None: its defaults.
        training: The optimisation, and what the run writes.

    Raises:
        ConfigError: A value, or a combination of values, cannot work; it names the flag.
    """

    system: str = "stgan"
    data: DataConfig = DataConfig()
    settings: SystemSettings | None = None
    training: TrainingConfig = TrainingConfig()

    def __post_init__(self) -> None:
        kind = settings_type(self.system)
        if self.settings is None:
            object.__setattr__(self, "settings", kind())
        if type(self.settings) is not kind:
            raise ConfigError(
                "system",
                f"{self.system} needs {kind.__name__}. Received: {type(self.settings).__name__}.",
            )
        self.settings.require_fitting(self.data)
        if self.training.single_edits and self.data.exclusive_attributes:
            raise ConfigError(
                "single_edits",
                "must be 0 for mutually exclusive attributes (three or more domains, or "
                "--exclusive_attributes): shuffled targets change from one to another already. "
                f"Received: {self.training.single_edits}.",
            )

    def to_json(self) -> str:
        """The text of config.json."""
        return json.dumps({"version": VERSION, **dataclasses.asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Reads the text of a config.json, also of earlier versions.

        Raises:
            ConfigError: A system, section, field or value is unknown or cannot work.
        """
        sections = migrated(json.loads(text))
        system = sections.pop("system")
        kinds = {"data": DataConfig, "settings": settings_type(system), "training": TrainingConfig}
        for name in sections:
            if name not in kinds:
                raise ConfigError(name, "unknown section in config.json.")
        parts = {name: _section(name, values, kinds[name]) for name, values in sections.items()}
        return cls(system=system, **parts)

    def write(self, path: Path) -> None:
        """Writes the file `path`, a run folder's config.json."""
        write_text(path, self.to_json() + "\n")

    @classmethod
    def read(cls, path: Path) -> "Config":
        """Reads a run folder's config.json.

        Raises:
            FileNotFoundError: There is no such file.
            ConfigError: It is not JSON, or as in `from_json`.
        """
        if not path.is_file():
            raise FileNotFoundError(
                f"No {path.name} in {path.parent}: this is not a run folder of stgan_tf.train."
            )
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise ConfigError("run_dir", f"{path} is not JSON: {error}.") from error


def _section(name: str, values: dict[str, Any], kind: type) -> Any:
    fields = {field.name for field in dataclasses.fields(kind)}
    for field in values:
        if field not in fields:
            raise ConfigError(field, f"unknown field in section {name} of config.json.")
    return kind(**values)


def continued_config(run_dir: Path, even_without_checkpoint: bool = False) -> Config | None:
    """The configuration of the run in `run_dir`, or None if there is no run to continue.

    A run that was stopped before its first checkpoint has learnt nothing, so new flags start it
    afresh: it counts only with `even_without_checkpoint`.
    """
    path = run_dir / CONFIG_FILE
    started = even_without_checkpoint or checkpoint_names(run_dir / CHECKPOINTS_FOLDER)
    if path.exists() and started:
        return Config.read(path)
    return None
