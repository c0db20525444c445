"""The optimiser that all systems are trained with."""

import keras

from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.run_config import Config


def make_adam(
    config: Config,
    rate: float | keras.optimizers.schedules.LearningRateSchedule,
    name: str,
    pytorch: bool = False,
    beta_1: float | None = None,
) -> FusedAdam:
    """Adam with the betas and the gradient clipping of a run.

    Args:
        config: The run's configuration.
        rate: Learning rate, or a schedule of it in terms of the optimiser's own updates.
        name: The optimiser's name in checkpoints.
        pytorch: Whether the official code uses PyTorch, whose Adam applies epsilon differently
            (`FusedAdam`).
        beta_1: Overrides that of the run; None: the run's.
    """
    training = config.training
    return FusedAdam(
        rate,
        beta_1=training.adam_beta_1 if beta_1 is None else beta_1,
        beta_2=training.adam_beta_2,
        clip_gradient_norm=training.clip_gradient_norm,
        pytorch=pytorch,
        name=name,
    )
