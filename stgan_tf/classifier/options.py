"""Training options of the attribute classifier. No TensorFlow here: the flags are generated from
them.
"""

import dataclasses
from typing import ClassVar

from stgan_tf.options import Checked, ConfigError, option


@dataclasses.dataclass(frozen=True)
class ClassifierOptions(Checked):
    """Options for training the classifier; the network defaults to the official one."""

    GROUP: ClassVar[str] = "Training"

    num_iterations: int = option(
        2000, "Training iterations (600 are enough for drawn faces at 64 px).", minimum=1
    )
    batch_size: int = option(32, "Batch size.", minimum=1)
    learning_rate: float = option(1e-3, "Initial learning rate of Adam, with cosine decay to 0.")
    width: int = option(16, "Channels of the first convolutions (official 16).", minimum=1)
    hidden_units: int = option(512, "Units of the hidden dense layer (official 512).", minimum=1)
    validate_every: int = option(200, "Iterations between validations.", minimum=1)
    patience: int = option(
        5,
        "Stop after this many validations without improvement, keeping the best weights; 0: never.",
        minimum=0,
    )
    seed: int = option(0, "Random seed for the weights and the data order.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.learning_rate > 0:
            raise ConfigError("learning_rate", f"must be above 0. Received: {self.learning_rate}.")
