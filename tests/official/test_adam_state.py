"""Update counts from the powers TensorFlow 1 keeps, or the counter where those are zero."""

import numpy as np
import pytest

from stgan_tf.official.adam_state import DISCRIMINATOR_POWERS, updates_done
from stgan_tf.official.checkpoint_files import OfficialCheckpointError


class Powers:
    """A reader of the state after some updates, multiplied up as TensorFlow does."""

    def __init__(self, updates, counter=0):
        ones = np.ones(1, np.float32)
        self.values = {
            name: np.multiply.accumulate(
                np.concatenate([ones, np.full(updates + 1, beta, np.float32)])
            )[-1]
            for name, beta in zip(DISCRIMINATOR_POWERS, (0.5, 0.999), strict=True)
        }
        self.values["counter/counter"] = np.int64(counter)

    def read(self, name):
        return self.values[name]

    def error(self, message):
        return OfficialCheckpointError(message)


@pytest.mark.parametrize("updates", [0, 1, 35, 120, 200, 5_000, 40_000, 87_000])
def test_count_is_exact_while_a_power_is_left(updates):
    assert updates_done(Powers(updates), DISCRIMINATOR_POWERS, 5) == updates


def test_then_the_counter_tells():
    """The published models: 379,000 iterations, five discriminator updates each."""
    reader = Powers(200_000, counter=379_000)
    assert reader.read("beta2_power") < 1e-38
    assert updates_done(reader, DISCRIMINATOR_POWERS, 5) == 1_895_000


def test_powers_that_contradict_each_other():
    reader = Powers(10)
    reader.values["beta2_power"] = np.float32(0.999**30)
    with pytest.raises(OfficialCheckpointError, match="beta1_power 10 and beta2_power 29"):
        updates_done(reader, DISCRIMINATOR_POWERS, 5)
