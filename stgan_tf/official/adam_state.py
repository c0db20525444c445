"""The official Adam state: two slots per variable, and the number of updates.

TensorFlow 1 does not store a count but the products beta_1^t and beta_2^t in float32, where t is
the number of updates + 1. They become zero after about 150 and 100,000 updates; from then on only
the iteration counter gives the number.
"""

import keras
import numpy as np

from stgan_tf.official.reading import COUNTER, CheckpointReader
from stgan_tf.official.variables import Named

#: The betas of both optimisers in the official train.py.
BETA_1, BETA_2 = 0.5, 0.999
SLOTS = ("Adam", "Adam_1")
#: The discriminator's optimiser is created first and so has the names without suffix.
DISCRIMINATOR_POWERS = ("beta1_power", "beta2_power")
GENERATOR_POWERS = ("beta1_power_1", "beta2_power_1")

#: Smallest normal float32; below it the stored products are no longer accurate.
_TINY = float(np.finfo(np.float32).tiny)


def slot_names(name: str) -> tuple[str, str]:
    """The official names of a variable's first and second moments."""
    return tuple(f"{name}/{slot}" for slot in SLOTS)


def restore_optimizer(
    optimizer: keras.optimizers.Optimizer, named: Named, updates: int, reader: CheckpointReader
) -> None:
    """Fills a built optimiser's moments and number of updates; `named` has its variables."""
    names = {id(variable): name for name, variable in named.items()}
    for index, variable in enumerate(optimizer._trainable_variables):
        first, second = slot_names(names[id(variable)])
        optimizer._momentums[index].assign(reader.read(first))
        optimizer._velocities[index].assign(reader.read(second))
    optimizer.iterations.assign(updates)


def updates_done(
    reader: CheckpointReader, powers: tuple[str, str], updates_per_iteration: int
) -> int:
    """The number of updates made by the optimiser with these power variables.

    Raises:
        OfficialCheckpointError: The powers do not belong to any number of updates.
    """
    counts = {
        name: _exponent(reader, name, beta) - 1
        for name, beta in zip(powers, (BETA_1, BETA_2), strict=True)
        if reader.read(name) >= _TINY
    }
    if not counts:
        return int(reader.read(COUNTER)) * updates_per_iteration
    if len(set(counts.values())) > 1:
        listed = " and ".join(f"{name} {count}" for name, count in counts.items())
        raise reader.error(f"has Adam powers for different numbers of updates: {listed}")
    return next(iter(counts.values()))


def _exponent(reader: CheckpointReader, name: str, beta: float) -> int:
    """The t >= 1 whose beta^t, from repeated float32 multiplication, is closest to the power."""
    power = float(reader.read(name))
    if power > np.float32(beta):
        raise reader.error(f"has {name} = {power:g}, which is not a power of {beta}")
    # More than exact arithmetic needs to reach the smallest number.
    count = int(1.1 * np.log(_TINY) / np.log(beta))
    sequence = np.multiply.accumulate(np.full(count, beta, np.float32))
    return int(np.argmin(np.abs(sequence - np.float32(power)))) + 1
