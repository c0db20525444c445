"""The configuration of a run: frozen dataclasses with ranges, JSON in and out.

Every field is one flag of the commands (same name). A field carries its help sentence, its range or
choices, and where the default comes from; defaults are the paper's (128 px CelebA model). The whole
`Config` is written to the run folder before the first step, and evaluate, edit and export read it
from there, never from flags.
"""

import dataclasses
import json
from pathlib import Path

from stgan_tf.config.data import DataConfig
from stgan_tf.config.network import LossConfig, NetworkConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.files import write_text
from stgan_tf.options import ConfigError


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that determines a run."""

    data: DataConfig = DataConfig()
    network: NetworkConfig = NetworkConfig()
    loss: LossConfig = LossConfig()
    training: TrainingConfig = TrainingConfig()

    def __post_init__(self) -> None:
        layers = "discriminator_layers" if self.network.model == "stargan" else "num_layers"
        step = 2 ** max(2, getattr(self.network, layers))
        if self.data.image_size % step:
            raise ConfigError(
                "image_size",
                f"must be divisible by 2^{layers} = {step}. Received: {self.data.image_size}.",
            )

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Reads `to_json`'s text. Unknown sections or fields raise ConfigError."""
        sections = json.loads(text)
        parts = {}
        known = {field.name: field.type for field in dataclasses.fields(cls)}
        for name, values in sections.items():
            if name not in known:
                raise ConfigError(name, "unknown section of config.json.")
            kind = known[name]
            fields = {field.name for field in dataclasses.fields(kind)}
            for field in values:
                if field not in fields:
                    raise ConfigError(field, f"unknown field of section {name} in config.json.")
            parts[name] = kind(**values)
        return cls(**parts)

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
