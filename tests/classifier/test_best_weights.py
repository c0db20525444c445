import keras
import numpy as np
import pytest

from stgan_tf.classifier.best_weights import BestWeights


@pytest.fixture
def model():
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    return model


def looks(model, patience, means):
    """Gives the weight the number of each look; returns (stopped at, best)."""
    best = BestWeights(model, patience)
    for number, mean in enumerate(means, start=1):
        model.set_weights([np.full((1, 1), float(number))])
        if best.look(np.array([mean, mean]), number):
            break
    return number, best


def test_stops_after_patience_and_restores_the_best(model):
    stopped, best = looks(model, 2, [0.5, 0.8, 0.7, 0.8, 0.9])
    assert stopped == 4  # equal is not better
    assert best.iteration == 2
    np.testing.assert_array_equal(best.restore(), [0.8, 0.8])
    np.testing.assert_array_equal(model.get_weights()[0], [[2.0]])


def test_patience_starts_again_with_each_better_look(model):
    stopped, best = looks(model, 2, [0.5, 0.4, 0.6, 0.5, 0.7, 0.6, 0.6])
    assert (stopped, best.iteration) == (7, 5)


def test_without_patience_it_never_stops(model):
    stopped, best = looks(model, 0, [0.5, *[0.1] * 20])
    assert (stopped, best.iteration) == (21, 1)


def test_nothing_to_restore(model):
    with pytest.raises(ValueError, match="not been measured yet"):
        BestWeights(model, 1).restore()
