"""One critic and one generator step from an official checkpoint equal the official code's."""

import numpy as np
import pytest
import tensorflow as tf
from official_checkpoint import load_networks

from stgan_tf.config import LossConfig
from stgan_tf.training.adam import FusedAdam
from stgan_tf.training.building import ADAM_EPSILON
from stgan_tf.training.trainer import STGANTrainer

FIXTURES = {"stgan_small": "difference", "attgan_small": "target"}


class Official:
    """A checkpoint in our trainer, its Adam state included, and the official code's results."""

    def __init__(self, folder, label_mode):
        self.expected = np.load(folder / "expected.npz")
        generator, discriminator, self.variables = load_networks(folder)
        self.trainer = STGANTrainer(generator, discriminator, LossConfig(), label_mode)
        rate = float(self.expected["lr"])
        optimizers = [FusedAdam(rate, beta_1=0.5, epsilon=ADAM_EPSILON) for _ in range(2)]
        self.trainer.compile(*optimizers)
        self._restore_adam(folder)
        self.batch = {
            "images": tf.constant(self.expected["x"]),
            "source_attributes": tf.constant(self.expected["a"], tf.float32),
            "target_attributes": tf.constant(self.expected["b"], tf.float32),
        }
        self.alpha = tf.constant(self.expected["alpha"])

    def _restore_adam(self, folder):
        reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(folder / "checkpoints"))
        names = {id(variable): name for name, variable in self.variables.items()}
        pairs = (
            (self.trainer.generator_optimizer, self.trainer.generator, "beta1_power_1"),
            (self.trainer.discriminator_optimizer, self.trainer.discriminator, "beta1_power"),
        )
        for optimizer, network, power in pairs:
            # beta1_power is beta_1^(updates done + 1)
            updates = round(float(np.log(reader.get_tensor(power)) / np.log(0.5))) - 1
            optimizer.iterations.assign(updates)
            for index, variable in enumerate(network.trainable_variables):
                name = names[id(variable)]
                optimizer._momentums[index].assign(reader.get_tensor(f"{name}/Adam"))
                optimizer._velocities[index].assign(reader.get_tensor(f"{name}/Adam_1"))

    def assert_variables_after(self, step):
        prefix = f"after_{step}_step/"
        names = [key for key in self.expected.files if key.startswith(prefix)]
        assert len(names) > 20
        for key in names:
            expected = self.expected[key]
            error = np.linalg.norm(self.variables[key.removeprefix(prefix)].numpy() - expected)
            assert error <= 1e-5 * np.linalg.norm(expected), key


@pytest.fixture(params=FIXTURES)
def official(request, official_dir):
    return Official(official_dir / request.param, FIXTURES[request.param])


def test_inference_equals_official(official):
    expected, generator = official.expected, official.trainer.generator
    features = generator.encode(expected["x"])
    for i, feature in enumerate(features):
        np.testing.assert_allclose(feature, expected[f"eval_enc_{i}"], atol=2e-6)
    label = tf.constant(expected["label_fed"])
    if generator.selective_transfer is not None:
        for i, feature in enumerate(generator.selective_transfer([features, label])):
            np.testing.assert_allclose(feature, expected[f"eval_stu_{i}"], atol=2e-6)
    np.testing.assert_allclose(generator([expected["x"], label]), expected["eval_img"], atol=2e-6)


def test_discriminator_equals_official(official):
    expected = official.expected
    for name, images in (("xa", expected["x"]), ("xb_", expected["train_xb_"])):
        logits, attribute_logits = official.trainer.discriminator(images)
        np.testing.assert_allclose(logits, expected[f"{name}_logit_gan"], atol=2e-5)
        np.testing.assert_allclose(attribute_logits, expected[f"{name}_logit_att"], atol=2e-5)


def test_critic_step_equals_official(official):
    terms = tf.function(official.trainer.critic_step)(official.batch, official.alpha)
    expected = official.expected
    for ours, theirs in (
        ("critic_adversarial_loss", "d_loss_gan"),
        ("gradient_penalty", "gp"),
        ("critic_attribute_loss", "xa_loss_att"),
        ("critic_loss", "d_loss"),
    ):
        np.testing.assert_allclose(terms[ours], expected[theirs], rtol=2e-5, atol=2e-5)
    official.assert_variables_after("d")


def test_generator_step_equals_official(official):
    terms = tf.function(official.trainer.generator_step)(official.batch)
    expected = official.expected
    for ours, theirs in (
        ("generator_adversarial_loss", "xb__loss_gan"),
        ("generator_attribute_loss", "xb__loss_att"),
        ("reconstruction_loss", "xa__loss_rec"),
        ("generator_loss", "g_loss"),
    ):
        np.testing.assert_allclose(terms[ours], expected[theirs], rtol=2e-5, atol=2e-5)
    official.assert_variables_after("g")


def test_generator_gradients_equal_official(official):
    variables, gradients, _ = official.trainer.generator_gradients(official.batch)
    names = {id(variable): name for name, variable in official.variables.items()}
    for variable, gradient in zip(variables, gradients, strict=True):
        expected = official.expected[f"grad_g/{names[id(variable)]}"]
        error = np.linalg.norm(gradient - expected)
        assert error <= 1e-4 * np.linalg.norm(expected) + 1e-6, names[id(variable)]
