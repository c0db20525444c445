"""Trainers whose iterations are of several kinds: a graph for each, and terms of its own."""

import keras
import numpy as np
import tensorflow as tf

from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.system_trainer import SystemTrainer
from stgan_tf.training.loop import compile_step


class TwoPhaseTrainer(SystemTrainer):
    """Two iterations of `first`, then `second`; how often each is traced is counted."""

    def __init__(self):
        super().__init__()
        self.traced = []
        self.network = keras.Sequential([keras.layers.Dense(1)])
        self.network.build((None, 1))
        self.optimizer_of_all = FusedAdam(0.1)
        self.optimizer_of_all.build(self.network.trainable_variables)
        self.built = True

    @property
    def networks(self):
        return {"network": self.network}

    @property
    def optimizers(self):
        return {"optimizer": self.optimizer_of_all}

    def phase(self):
        return "first" if self.iterations.numpy() < 2 else "second"

    def train_step(self, data, stop_requested=None, phase=None):
        self.traced.append(phase)
        variables = self.network.trainable_variables
        self.optimizer_of_all.apply_gradients([(tf.zeros_like(each), each) for each in variables])
        return self.global_means({f"{phase}_loss": data}, stop_requested)


class OnePhaseTrainer(TwoPhaseTrainer):
    """As all other systems: no argument `phase`."""

    def phase(self):
        return SystemTrainer.phase(self)

    def train_step(self, data, stop_requested=None):
        return super().train_step(data, stop_requested)


def run(trainer, strategy):
    step = compile_step(trainer, strategy)
    return [step(tf.constant(float(number))) for number in range(5)]


def test_each_phase_is_traced_once_and_has_its_terms():
    trainer = TwoPhaseTrainer()
    terms = run(trainer, tf.distribute.get_strategy())
    assert trainer.traced == ["first", "second"]
    assert terms == [
        {"first_loss": 0.0},
        {"first_loss": 1.0},
        {"second_loss": 2.0},
        {"second_loss": 3.0},
        {"second_loss": 4.0},
    ]


def test_replicas_are_in_one_phase(mirrored):
    with mirrored.scope():
        trainer = TwoPhaseTrainer()
    terms = run(trainer, mirrored)
    assert trainer.traced == ["first"] * 2 + ["second"] * 2
    assert [list(found) for found in terms] == [["first_loss"]] * 2 + [["second_loss"]] * 3
    np.testing.assert_array_equal(trainer.iterations.numpy(), 5)


def test_others_are_not_asked():
    trainer = OnePhaseTrainer()
    terms = run(trainer, tf.distribute.get_strategy())
    assert trainer.traced == [None]
    assert terms[-1] == {"None_loss": 4.0}
