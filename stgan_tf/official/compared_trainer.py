"""A trainer with the state of an official checkpoint, and the official code's values to compare."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.variables import Named
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.stgan.trainer import STGANTrainer


class ComparedTrainer:
    """The common part of all comparisons of a trainer with expected values.

    Args:
        trainer: A trainer with the checkpoint's state. Its optimisers get the learning rate of the
            expected values.
        variables: {official name: our variable} of both networks.
        expected: The arrays of an expected.npz.

    Attributes:
        batch, label: The batch of the expected values for the trainer (`batch["images"]` is x), and
            the generator's label.
        state: (variable, value) of all variables, with the values of the checkpoint.

    Raises:
        OfficialCheckpointError: The expected values are not those of an STGAN or AttGAN checkpoint.
    """

    def __init__(self, trainer: STGANTrainer, variables: Named, expected: Mapping[str, np.ndarray]):
        needed = ("x", "a", "b", "label_fed", "alpha", "lr")
        if missing := [name for name in needed if name not in expected]:
            raise OfficialCheckpointError(
                f"The expected values lack {', '.join(missing)}: they are not those of an STGAN or "
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
        """(name, ours, expected) for the names that the expected values include."""
        return [
            (name, np.asarray(value), self.expected[name])
            for name, value in named.items()
            if name in self.expected
        ]

    def name(self, variable) -> str | None:
        """The official name of a network variable; None for an optimiser's variable."""
        return self._names.get(id(variable))

    def put_back(self) -> None:
        """Resets every variable to the checkpoint's value."""
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
    """Compiles the trainer with optimisers that have a constant rate and the same state."""
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
