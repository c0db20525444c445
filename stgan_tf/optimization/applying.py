"""One update with any Keras optimiser, and the norm of its gradients."""

import keras
import tensorflow as tf

from stgan_tf.optimization.adam import FusedAdam


def apply_gradients(optimizer: keras.optimizers.Optimizer, gradients, variables) -> tf.Tensor:
    """Updates `variables` and returns the global norm of the gradients.

    The norm is that of the sum over the replicas, before any clipping. The update is counted even
    if there are no variables (a completely frozen network), because the iteration, and with it the
    data order, follows from the count.

    Args:
        optimizer: A built optimiser that sums the gradients over the replicas, as Keras' do.
        gradients: The gradients of this replica's share of the loss.
        variables: The variables to update, in the same order.
    """
    gradients, variables = list(gradients), list(variables)
    if not variables:
        optimizer.iterations.assign_add(1)
        return tf.zeros(())
    if isinstance(optimizer, FusedAdam):
        _apply(optimizer, gradients, variables)
        return optimizer.take_gradient_norm()
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if replicas > 1:
        # Other optimisers do not expose their sum, so it is also computed here, and each replica
        # passes an equal share of it.
        context = tf.distribute.get_replica_context()
        gradients = context.all_reduce(tf.distribute.ReduceOp.SUM, gradients)
    norm = tf.linalg.global_norm(gradients)
    shares = [gradient / replicas for gradient in gradients]
    _apply(optimizer, shares, variables)
    return norm


def _apply(optimizer: keras.optimizers.Optimizer, gradients, variables) -> None:
    # The update count does not depend on the gradients: without this, a graph that runs out of data
    # would still increase it.
    with tf.control_dependencies(gradients):
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
