"""What the settings of every system have in common."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import Checked, ConfigError


@dataclasses.dataclass(frozen=True)
class SystemSettings(Checked):
    """Base of the settings dataclasses. Each field, an `option`, is one flag of the commands; two
    systems may have one of the same name, type and meaning, with defaults of their own.
    """

    def require_fitting(self, data: DataConfig) -> None:
        """Raises ConfigError for data that the system cannot take, such as an image size that its
        layers do not divide.
        """


def require_divisible(data: DataConfig, layers: int, name: str) -> None:
    """Raises ConfigError where `layers` halvings do not divide the image size; `name`: the
    setting's.
    """
    step = 2**layers
    if data.image_size % step:
        raise ConfigError(
            "image_size",
            f"must be divisible by 2^{name} = {step}. Received: {data.image_size}.",
        )
