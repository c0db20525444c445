"""The official Adam state: two slots a variable, and how many updates were done.

TensorFlow 1 keeps no count but beta_1^t and beta_2^t, multiplied up in float32, where t is the
updates done + 1. They are zero after some 150 and 100,000 updates; from then on only the iteration
counter tells.
"""

import keras
import numpy as np

from stgan_tf.official.reading import COUNTER, CheckpointReader
from stgan_tf.official.variables import Named

#: Official train.py: both optimisers.
BETA_1, BETA_2 = 0.5, 0.999
SLOTS = ("Adam", "Adam_1")
#: The optimiser made first has the plain names: the discriminator's.
DISCRIMINATOR_POWERS = ("beta1_power", "beta2_power")
GENERATOR_POWERS = ("beta1_power_1", "beta2_power_1")

#: Smallest normal float32; below it the product no longer follows the powers.
_TINY = float(np.finfo(np.float32).tiny)


def slot_names(name: str) -> tuple[str, str]:
    """Names of a variable's first and second moment."""
    return tuple(f"{name}/{slot}" for slot in SLOTS)


def restore_optimizer(
    optimizer: keras.optimizers.Optimizer, named: Named, updates: int, reader: CheckpointReader
) -> None:
    """Fills a built optimiser's moments and number of updates; `named` holds its variables."""
    names = {id(variable): name for name, variable in named.items()}
    for index, variable in enumerate(optimizer._trainable_variables):
        first, second = slot_names(names[id(variable)])
        optimizer._momentums[index].assign(reader.read(first))
        optimizer._velocities[index].assign(reader.read(second))
    optimizer.iterations.assign(updates)


def updates_done(
    reader: CheckpointReader, powers: tuple[str, str], updates_per_iteration: int
) -> int:
    """Updates done by the optimiser with these power variables.

    Raises OfficialCheckpointError if the powers are those of no number of updates.
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
        raise reader.error(f"holds Adam powers of different numbers of updates: {listed}")
    return next(iter(counts.values()))


def _exponent(reader: CheckpointReader, name: str, beta: float) -> int:
    """t >= 1 with beta^t nearest to the power, as repeated float32 multiplication gives it."""
    power = float(reader.read(name))
    if power > np.float32(beta):
        raise reader.error(f"holds {name} = {power:g}, which is no power of {beta}")
    # More than exact arithmetic needs to reach the smallest number.
    count = int(1.1 * np.log(_TINY) / np.log(beta))
    sequence = np.multiply.accumulate(np.full(count, beta, np.float32))
    return int(np.argmin(np.abs(sequence - np.float32(power)))) + 1
