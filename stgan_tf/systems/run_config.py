"""The configuration of a run: frozen dataclasses with ranges, JSON in and out.

Every field is one flag of the commands (same name). A field carries its help sentence, its range or
choices, and where the default comes from; defaults are the paper's (128 px CelebA model). The whole
`Config` is written to the run folder before the first step, and evaluate, edit and export read it
from there, never from flags.
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
        system: Its name (`stgan_tf.systems.registry`).
        settings: An instance of that system's settings dataclass; None: its defaults.
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
                f"{self.system} has {kind.__name__}. Received: {type(self.settings).__name__}.",
            )
        self.settings.require_fitting(self.data)

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **dataclasses.asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Reads `to_json`'s text, of earlier versions too. Unknown systems, sections or fields
        raise ConfigError.
        """
        sections = migrated(json.loads(text))
        system = sections.pop("system")
        kinds = {"data": DataConfig, "settings": settings_type(system), "training": TrainingConfig}
        for name in sections:
            if name not in kinds:
                raise ConfigError(name, "unknown section of config.json.")
        parts = {name: _section(name, values, kinds[name]) for name, values in sections.items()}
        return cls(system=system, **parts)

    def write(self, path: Path) -> None:
        write_text(path, self.to_json() + "\n")

    @classmethod
    def read(cls, path: Path) -> "Config":
        if not path.is_file():
            raise FileNotFoundError(
                f"No {path.name} in {path.parent}: it is no run folder of stgan_tf.train."
            )
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise ConfigError("run_dir", f"{path} is not JSON: {error}.") from error


def _section(name: str, values: dict[str, Any], kind: type) -> Any:
    fields = {field.name for field in dataclasses.fields(kind)}
    for field in values:
        if field not in fields:
            raise ConfigError(field, f"unknown field of section {name} in config.json.")
    return kind(**values)


def continued_config(run_dir: Path, even_without_checkpoint: bool = False) -> Config | None:
    """The configuration of the run in `run_dir`; None where there is no run to continue.

    A run that was stopped before its first checkpoint counts only `even_without_checkpoint`: it
    has learnt nothing, so that new flags start it anew.
    """
    path = run_dir / CONFIG_FILE
    started = even_without_checkpoint or checkpoint_names(run_dir / CHECKPOINTS_FOLDER)
    if path.exists() and started:
        return Config.read(path)
    return None
