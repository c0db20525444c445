"""How the attribute classifier is trained. No TensorFlow here: the flags are made of it."""

import dataclasses

from stgan_tf.options import ConfigError, option


@dataclasses.dataclass(frozen=True)
class ClassifierOptions:
    """How the classifier is trained; the network is the official one by default."""

    num_iterations: int = option(2000, "Updates (600 are enough for drawn faces at 64 px).")
    batch_size: int = option(32, "Images of one update.")
    learning_rate: float = option(1e-3, "Adam's rate at the start; falls to 0 along a cosine.")
    width: int = option(16, "Channels of the first convolutions (official 16).")
    hidden_units: int = option(512, "Units of the hidden dense layer (official 512).")
    validate_every: int = option(200, "Iterations between looks at the validation split.")
    patience: int = option(
        5,
        "Stop after so many looks without a better accuracy; the best weights are kept. 0: never.",
    )
    seed: int = option(0, "Seed of weights and data order.")

    def __post_init__(self):
        if self.patience < 0:
            raise ConfigError("patience", f"must be at least 0. Received: {self.patience}.")
        for name in ("num_iterations", "batch_size", "width", "hidden_units", "validate_every"):
            if getattr(self, name) < 1:
                raise ConfigError(name, f"must be at least 1. Received: {getattr(self, name)}.")
        if not self.learning_rate > 0:
            raise ConfigError("learning_rate", f"must be above 0. Received: {self.learning_rate}.")
