"""One update of any optimiser, and the norm of its gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.keras_versions import Variable
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.optimization.applying import apply_gradients


def test_any_optimiser_moves_by_the_gradients_and_tells_their_norm():
    """(3, 0) and (0, 4) have norm 5, also where the optimiser clips them."""
    for optimizer in (keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.5, global_clipnorm=1.0)):
        variables = [Variable([1.0, 1.0]), Variable([1.0, 1.0])]
        optimizer.build(variables)
        gradients = [tf.constant([3.0, 0.0]), tf.constant([0.0, 4.0])]
        np.testing.assert_allclose(apply_gradients(optimizer, gradients, variables), 5.0)
        scale = 0.5 if optimizer.global_clipnorm is None else 0.1
        np.testing.assert_allclose(variables[0], [1 - 3 * scale, 1], rtol=1e-6)
        np.testing.assert_allclose(variables[1], [1, 1 - 4 * scale], rtol=1e-6)


@pytest.mark.parametrize("kind", [keras.optimizers.SGD, FusedAdam])
def test_an_update_of_nothing_is_counted(kind):
    optimizer = kind(0.5)
    optimizer.build([])
    assert float(apply_gradients(optimizer, [], [])) == 0.0
    assert int(optimizer.iterations) == 1


def test_replicas_add_their_gradients_and_know_the_norm_of_the_sum(mirrored):
    """(3, -3) and (3, 3) make (6, 0); each alone has norm 4.2."""
    with mirrored.scope():
        optimizer = keras.optimizers.SGD(0.5)
        variable = Variable([1.0, 1.0])
        optimizer.build([variable])

    gradients = mirrored.experimental_distribute_values_from_function(
        lambda context: tf.constant([3.0, 3.0 * (2 * context.replica_id_in_sync_group - 1)])
    )

    @tf.function(autograph=False)
    def step():
        return mirrored.run(
            lambda gradient: apply_gradients(optimizer, [gradient], [variable]), args=(gradients,)
        )

    np.testing.assert_allclose(mirrored.experimental_local_results(step()), [6.0, 6.0], rtol=1e-6)
    np.testing.assert_allclose(variable.numpy(), [1 - 0.5 * 6, 1], rtol=1e-6)


def test_data_that_end_in_a_graph_are_no_update():
    """Keras' `fit` asks an iterator for more than it has, in the graph of the step."""
    optimizer, variable = FusedAdam(0.5), Variable([1.0, 1.0])
    optimizer.build([variable])

    @tf.function(autograph=False)
    def step(iterator):
        apply_gradients(optimizer, [iterator.get_next()], [variable])

    iterator = iter(tf.data.Dataset.from_tensors(tf.constant([1.0, 0.0])))
    step(iterator)
    for _ in range(3):
        with pytest.raises(tf.errors.OutOfRangeError):
            step(iterator)
    assert int(optimizer.iterations) == 1
