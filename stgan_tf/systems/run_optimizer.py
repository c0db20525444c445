"""The optimiser that every system trains with."""

import keras

from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.run_config import Config

#: The official codes' (TF 1's, PyTorch's and Torch7's default); Keras' is 1e-7.
ADAM_EPSILON = 1e-8


def make_adam(
    config: Config,
    rate: float | keras.optimizers.schedules.LearningRateSchedule,
    name: str,
    pytorch: bool = False,
    beta_1: float | None = None,
) -> FusedAdam:
    """Adam with the run's betas and limit of the gradients' norm.

    Args:
        rate: Learning rate, or its schedule by the optimiser's own updates.
        name: In checkpoints.
        pytorch: Whether the official code is PyTorch's, whose Adam adds epsilon elsewhere
            (`FusedAdam`).
        beta_1: Instead of the run's.
    """
    training = config.training
    return FusedAdam(
        rate,
        beta_1=training.adam_beta_1 if beta_1 is None else beta_1,
        beta_2=training.adam_beta_2,
        epsilon=ADAM_EPSILON,
        clip_gradient_norm=training.clip_gradient_norm,
        pytorch=pytorch,
        name=name,
    )
