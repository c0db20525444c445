"""The base of all systems' settings."""

import dataclasses
from typing import ClassVar

from stgan_tf.config.data import DataConfig
from stgan_tf.options import Checked, ConfigError

#: Values of decoder_upsampling, a setting of several systems (`layers.upsampling_block`).
UPSAMPLINGS = ("convtranspose", "upsampling", "pixelshuffle")


@dataclasses.dataclass(frozen=True)
class SystemSettings(Checked):
    """Base of the settings dataclasses. Each field, an `option`, is a command-line flag.

    Two systems may have a field of the same name, type and meaning, with different defaults. GROUP
    is the help's heading for settings that several systems have; the others come under the heading
    of their system.
    """

    GROUP: ClassVar[str] = "Network"

    def require_fitting(self, data: DataConfig) -> None:
        """Raises ConfigError for data that the system cannot use.

        An example is an image size that the layers cannot halve often enough.
        """


def require_divisible(data: DataConfig, layers: int, name: str) -> None:
    """Raises ConfigError unless the image size is divisible by 2^layers.

    `name` is the name of the setting that `layers` comes from, for the message.
    """
    step = 2**layers
    if data.image_size % step:
        raise ConfigError(
            "image_size",
            f"must be divisible by 2^{name} = {step}. Received: {data.image_size}.",
        )
