"""Compares a training step of each network with the official one: losses, gradients, variables."""

from collections.abc import Collection

import numpy as np
import tensorflow as tf

from stgan_tf.losses.gradient_penalty import interpolate, perturb
from stgan_tf.official.branches import Unit, explain, pinned, units_at_kinks, units_that_differ
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.compared_trainer import ComparedTrainer
from stgan_tf.official.comparison import (
    GRADIENT,
    UPDATED,
    Comparison,
    relative,
    relative_l2,
    same_names,
)

_CRITIC_TERMS = {
    "critic_adversarial_loss": "d_loss_gan",
    "gradient_penalty": "gp",
    "critic_attribute_loss": "xa_loss_att",
    "critic_loss": "d_loss",
}
_GENERATOR_TERMS = {
    "generator_adversarial_loss": "xb__loss_gan",
    "generator_attribute_loss": "xb__loss_att",
    "reconstruction_loss": "xa__loss_rec",
    "generator_loss": "g_loss",
}


class _StepVerification:
    """The common part of both networks' comparisons."""

    def __init__(self, compared: ComparedTrainer):
        self._compared = compared
        self._trainer = compared.trainer
        self._expected = compared.expected
        self._x = compared.batch["images"]
        self._pairs = compared.pairs

    def _recorded(self, compute) -> list[np.ndarray]:
        """The inputs of all rectifiers while `compute` runs."""
        inputs = []
        with pinned((), inputs):
            compute()
        self._compared.put_back()
        return inputs

    def _losses(self, title, terms, names) -> list[Comparison]:
        return relative(f"{title}: losses", self._pairs({names[n]: terms[n] for n in names}))

    def _gradients(self, title, prefix, variables, gradients, allowed) -> list[Comparison]:
        named = {
            f"{prefix}/{self._compared.name(variable)}": gradient
            for variable, gradient in zip(variables, gradients, strict=True)
        }
        rows = [(*pair, allowed) for pair in self._pairs(named)]
        return relative_l2(f"{title}: gradients", rows)

    def _after_step(self, title, letter, allowed) -> list[Comparison]:
        rows = []
        before = {id(variable): value for variable, value in self._compared.state}
        for name, variable in self._compared.variables.items():
            for key, ours, expected in self._pairs({f"after_{letter}_step/{name}": variable}):
                step = float(np.linalg.norm(ours - before[id(variable)]))
                size = float(np.linalg.norm(expected)) or 1.0
                rows.append(
                    (key, ours, expected, UPDATED + allowed * step / size * variable.trainable)
                )
        rows = relative_l2(f"{title}: variables after a step", rows)
        key = f"changed_by_{letter}_step"
        if key in self._expected:
            ours = {
                self._compared.name(variable)
                for variable, value in self._compared.state
                if self._compared.name(variable) and not np.array_equal(variable.numpy(), value)
            }
            theirs = {str(name) for name in self._expected[key]} & set(self._compared.variables)
            rows.append(same_names(f"{title}: variables changed", ours, theirs))
        self._compared.put_back()
        return rows


class CriticVerification(_StepVerification):
    """Compares a step of the discriminator, and the gradients inside the gradient penalty.

    The official values do not include the discriminator's activations, so both branches of units
    at a kink are tried.
    """

    def run(self) -> list[Comparison]:
        """All rows; the trainer is left unchanged."""
        self._noise = self._read_noise()
        batch, trainer = self._compared.batch, self._trainer
        # The generator's rectifiers come first; no gradient of this step passes through them.
        first = len(self._recorded(self._edit))
        inputs = self._recorded(lambda: trainer.critic_gradients(batch, *self._noise))
        rows = []
        if "gp_x" in self._expected:
            of_penalty = units_at_kinks(self._recorded(lambda: self._penalty(())), first)
            rows += explain("gradient penalty", self._penalty, of_penalty)
        return rows + explain("critic", self._step, units_at_kinks(inputs, first))

    def _step(self, units: Collection[Unit]) -> list[Comparison]:
        batch = self._compared.batch
        with pinned(units):
            variables, gradients, terms = self._trainer.critic_gradients(batch, *self._noise)
        rows = self._losses("critic", terms, _CRITIC_TERMS)
        rows += self._gradients("critic", "grad_d", variables, gradients, GRADIENT)
        self._compared.put_back()
        with pinned(units):
            self._trainer.critic_step(batch, *self._noise)
        return rows + self._after_step("critic", "d", GRADIENT)

    def _penalty(self, units: Collection[Unit]) -> list[Comparison]:
        """Compares the penalty's points and the critic's gradients there."""
        discriminator = self._trainer.discriminator
        alpha, beta = self._noise
        with pinned(units):
            fake = self._edit()
            if beta is None:
                points = interpolate(self._x, fake, alpha)
            else:
                points = perturb(self._x, alpha, beta, tf.math.reduce_std(self._x))
            with tf.GradientTape() as tape:
                tape.watch(points)
                logits = discriminator.critic(discriminator.features(points))
        gradients = tape.gradient(logits, points)
        norms = tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=(1, 2, 3)))
        named = {"gp_x": points, "gp_grad": gradients, "gp_norm": norms}
        return relative("gradient penalty: points, gradients", self._pairs(named))

    def _edit(self) -> tf.Tensor:
        fake = self._trainer.generator([self._x, self._compared.label], training=True)
        self._compared.put_back()
        return fake

    def _read_noise(self) -> tuple[tf.Tensor, tf.Tensor | None]:
        """(alpha, beta) of the penalty's points; DRAGAN's beta may be given as the points."""
        alpha = tf.constant(self._expected["alpha"], tf.float32)
        alpha = tf.reshape(alpha, (-1, 1, 1, 1))
        if self._trainer.settings.adversarial_loss == "wgan":
            return alpha, None
        if "beta" in self._expected:
            return alpha, tf.constant(self._expected["beta"], tf.float32)
        if "gp_x" not in self._expected:
            raise OfficialCheckpointError(
                "The expected values lack beta and gp_x, the noise of the gradient penalty."
            )
        moved = tf.constant(self._expected["gp_x"], tf.float32) - self._x
        return alpha, moved / (alpha * 0.5 * tf.math.reduce_std(self._x))


class GeneratorVerification(_StepVerification):
    """Compares a step of the generator.

    The official values show the encoder's branches; those of units at a kink in the decoder and
    the discriminator are tried.
    """

    def run(self) -> list[Comparison]:
        """All rows; the trainer is left unchanged."""
        self._allowed = GRADIENT + self._flipped_signs()
        inputs = self._recorded(lambda: self._trainer.generator_gradients(self._compared.batch))
        names = [f"train_enc_{i}" for i in range(self._trainer.generator.settings.num_layers)]
        if any(name not in self._expected for name in names):
            return explain("generator", self._step, units_at_kinks(inputs))
        shown = [
            unit
            for call, name in enumerate(names)
            for unit in units_that_differ(call, inputs[call], self._expected[name])
        ]
        return explain("generator", self._step, units_at_kinks(inputs, len(names)), shown)

    def _step(self, units: Collection[Unit]) -> list[Comparison]:
        batch, allowed = self._compared.batch, self._allowed
        with pinned(units):
            variables, gradients, terms = self._trainer.generator_gradients(batch)
        rows = self._losses("generator", terms, _GENERATOR_TERMS)
        rows += self._gradients("generator", "grad_g", variables, gradients, allowed)
        self._compared.put_back()
        with pinned(units):
            self._trainer.generator_step(batch)
        return rows + self._after_step("generator", "g", allowed)

    def _flipped_signs(self) -> float:
        """The L1 loss's contribution to the gradients' error.

        Its gradient jumps where a pixel's reconstruction is exact, so rounding flips the sign of
        some pixels (1 of 98,304 in a 128 px batch of two).
        """
        expected = self._expected.get("train_xa_")
        if expected is None:
            return 0.0
        source, rule = self._compared.batch["source_attributes"], self._trainer.label_rule
        again = self._trainer.generator([self._x, rule(source, source)], training=True)
        self._compared.put_back()
        signs = [np.sign(self._expected["x"] - images) for images in (again.numpy(), expected)]
        # Relative L2 distance of two vectors of signs, which the loss's gradient is linear in.
        return 2 * float(np.sqrt(np.mean(signs[0] != signs[1])))
