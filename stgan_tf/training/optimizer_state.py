"""What checkpoints hold of the optimisers, in formats that do not depend on Keras' version."""

import tensorflow as tf

from stgan_tf.keras_versions import Variable, named_variables, tf_variable
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.system_trainer import SystemTrainer

#: Format of the checkpoints that are written. In format 2 the moments have the names of their
#: variables. In format 1, of versions up to 0.2.0, they are numbered in the order of training.
FORMAT = 2
#: Key of the format in a checkpoint; format 1 has none.
FORMAT_KEY = "format"


def format_of(path: str) -> int:
    """The format of the checkpoint with the prefix `path`."""
    reader = tf.train.load_checkpoint(path)
    key = f"{FORMAT_KEY}/.ATTRIBUTES/VARIABLE_VALUE"
    return int(reader.get_tensor(key)) if reader.has_tensor(key) else 1


def saved_optimizers(trainer: SystemTrainer, checkpoint_format: int = FORMAT) -> dict:
    """{name: what a tf.train.Checkpoint of this format holds} of the trainer's optimisers.

    Optimisers other than `FusedAdam` are saved by Keras, and open only with the same version of it.
    """
    state = _numbered_state if checkpoint_format == 1 else _named_state
    names = {
        id(variable): f"{name}/{path}"
        for name, network in trainer.networks.items()
        for path, variable in named_variables(network).items()
    }
    return {
        name: state(optimizer, names) if isinstance(optimizer, FusedAdam) else optimizer
        for name, optimizer in trainer.optimizers.items()
    }


def _named_state(adam: FusedAdam, names: dict[int, str]) -> dict[str, tf.Variable]:
    moments = {
        f"{names.get(id(variable), i)}/{slot}": tf_variable(moment)
        for slot, of_slot in (("momentum", adam._momentums), ("velocity", adam._velocities))
        for i, (variable, moment) in enumerate(zip(adam._trainable_variables, of_slot, strict=True))
    }
    return {"iterations": tf_variable(adam.iterations)} | _rate(adam, "learning_rate") | moments


def _numbered_state(adam: FusedAdam, names: dict[int, str]) -> dict:
    moments = {
        "_momentums": [tf_variable(moment) for moment in adam._momentums],
        "_velocities": [tf_variable(moment) for moment in adam._velocities],
    }
    return {"_iterations": tf_variable(adam.iterations)} | _rate(adam, "_learning_rate") | moments


def _rate(adam: FusedAdam, key: str) -> dict[str, tf.Variable]:
    rate = adam._learning_rate  # a variable unless it follows a schedule
    return {key: tf_variable(rate)} if isinstance(rate, Variable) else {}
