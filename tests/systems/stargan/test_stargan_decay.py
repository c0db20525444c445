"""StarGAN's learning rate falls as in solver.py."""

import numpy as np

from stgan_tf.systems.stargan.decay import StarGANDecay


def test_stargans_decay_as_coded():
    """solver.py: `if (i+1) % 1000 == 0 and (i+1) > num_iters - num_iters_decay: lr -= lr0 / decay`,
    simulated for a run of 7,000 iterations that decays over the last 4,500.
    """
    total, length, rate, rates = 7000, 4500, 1.0, [1.0]
    for i in range(total):
        if (i + 1) % 1000 == 0 and (i + 1) > total - length:
            rate -= 1.0 / length
        rates.append(rate)
    schedule = StarGANDecay(1.0, total, length)
    steps = [0, 999, 1000, 2000, 2999, 3000, 3001, 4999, 5000, 6999, 7000]
    found = [float(schedule(step)) for step in steps]
    np.testing.assert_allclose(found, [rates[step] for step in steps], rtol=1e-6)
    # The generator's: an update after every five of the critic's.
    of_generator = StarGANDecay(1.0, total, length, critic_updates_per_update=5)
    found = [float(of_generator(step)) for step in (0, 599, 600, 1000, 1400)]
    np.testing.assert_allclose(found, [rates[s] for s in (0, 2995, 3000, 5000, 7000)], rtol=1e-6)
    again = StarGANDecay.from_config(of_generator.get_config())
    assert again.get_config() == of_generator.get_config()


def test_the_official_run_ends_where_it_was_measured_to_end():
    schedule = StarGANDecay(1e-4, 200_000, 100_000)
    np.testing.assert_allclose(float(schedule(200_000)), 9.99e-5, rtol=1e-6)
