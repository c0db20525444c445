"""A trainer that holds an official checkpoint, beside the values the official code computed."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.variables import Named
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.stgan.trainer import STGANTrainer


class ComparedTrainer:
    """What comparisons of a trainer with expected values share.

    Args:
        trainer: Networks and optimisers, filled; its optimisers get the expected values' rate.
        variables: {official name: our variable} of both networks.
        expected: Arrays of an expected.npz.

    Attributes:
        batch, label: The expected values' batch for the trainer, and the label the generator is
            given; `batch["images"]` are x.
        state: (variable, value) of all variables as the checkpoint has them.

    Raises OfficialCheckpointError where the expected values are of something else.
    """

    def __init__(self, trainer: STGANTrainer, variables: Named, expected: Mapping[str, np.ndarray]):
        needed = ("x", "a", "b", "label_fed", "alpha", "lr")
        if missing := [name for name in needed if name not in expected]:
            raise OfficialCheckpointError(
                f"The expected values lack {', '.join(missing)}: they are not of an STGAN or "
                "AttGAN checkpoint."
            )
        self.trainer = trainer
        self.variables = variables
        self.expected = expected
        self.label = tf.constant(expected["label_fed"], tf.float32)
        self.batch = {
            "images": tf.constant(expected["x"], tf.float32),
            "source_attributes": tf.constant(expected["a"], tf.float32),
            "target_attributes": tf.constant(expected["b"], tf.float32),
        }
        self._names = {id(variable): name for name, variable in variables.items()}
        _fix_learning_rate(trainer, float(expected["lr"]))
        self.state = [(variable, variable.numpy()) for variable in self._all_variables()]

    def pairs(self, named: Mapping[str, object]) -> list[tuple[str, np.ndarray, np.ndarray]]:
        """(name, ours, expected) of what the expected values hold."""
        return [
            (name, np.asarray(value), self.expected[name])
            for name, value in named.items()
            if name in self.expected
        ]

    def name(self, variable) -> str | None:
        """The official name of a network's variable; None for an optimiser's."""
        return self._names.get(id(variable))

    def put_back(self) -> None:
        """Gives every variable the checkpoint's value."""
        for variable, value in self.state:
            variable.assign(value)

    def _all_variables(self) -> list:
        trainer = self.trainer
        owners = (
            trainer.generator,
            trainer.discriminator,
            trainer.generator_optimizer,
            trainer.discriminator_optimizer,
        )
        return [variable for owner in owners for variable in owner.variables]


def _fix_learning_rate(trainer: STGANTrainer, rate: float) -> None:
    """Compiles the trainer with optimisers of a constant rate and the same state."""
    pairs = []
    for old in (trainer.generator_optimizer, trainer.discriminator_optimizer):
        new = FusedAdam(rate, beta_1=old.beta_1, beta_2=old.beta_2, epsilon=old.epsilon)
        pairs.append((old, new))
    trainer.compile(*(new for _, new in pairs))
    for old, new in pairs:
        new.iterations.assign(old.iterations)
        for slots in ("_momentums", "_velocities"):
            for target, source in zip(getattr(new, slots), getattr(old, slots), strict=True):
                target.assign(source)
