"""Our networks, losses and one training step against values written by the official code.

An expected.npz holds what the official code computes from a checkpoint on one batch: x (B, H, W, 3)
in [-1, 1], source and target attributes a and b, the label fed, the gradient penalty's weights
alpha, then activations, losses, gradients, and every variable after one Adam step of the
discriminator and, from the same start, of the generator.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.losses.gradient_penalty import interpolate, perturb
from stgan_tf.official.checkpoint_files import OfficialCheckpoint, OfficialCheckpointError
from stgan_tf.official.classifier_import import import_classifier, is_classifier
from stgan_tf.official.classifier_verification import verify_classifier
from stgan_tf.official.comparison import (
    GRADIENT,
    UPDATED,
    Comparison,
    absolute,
    relative,
    relative_l2,
    same_names,
)
from stgan_tf.official.importing import import_model
from stgan_tf.official.variables import Named
from stgan_tf.training.adam import FusedAdam
from stgan_tf.training.trainer import STGANTrainer

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


def read_expected(path: Path | str) -> dict[str, np.ndarray]:
    """The arrays of an expected.npz; OfficialCheckpointError where it is none."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError) as error:
        raise OfficialCheckpointError(f"{path} is no .npz of expected values: {error}.") from error


class Verification:
    """Compares a trainer that holds an official checkpoint with expected values.

    Args:
        trainer: Networks and optimisers, filled; they are changed while comparing, and put back.
        variables: {official name: our variable} of both networks.
        expected: Arrays of an expected.npz.
    """

    def __init__(self, trainer: STGANTrainer, variables: Named, expected: Mapping[str, np.ndarray]):
        needed = ("x", "a", "b", "label_fed", "alpha", "lr")
        if missing := [name for name in needed if name not in expected]:
            raise OfficialCheckpointError(
                f"The expected values lack {', '.join(missing)}: they are not of an STGAN or "
                "AttGAN checkpoint."
            )
        self._trainer = trainer
        self._variables = variables
        self._expected = expected
        self._names = {id(variable): name for name, variable in variables.items()}
        self._x = tf.constant(expected["x"], tf.float32)
        self._label = tf.constant(expected["label_fed"], tf.float32)
        self._batch = {
            "images": self._x,
            "source_attributes": tf.constant(expected["a"], tf.float32),
            "target_attributes": tf.constant(expected["b"], tf.float32),
        }
        _fix_learning_rate(trainer, float(expected["lr"]))
        self._state = [(variable, variable.numpy()) for variable in self._all_variables()]

    def run(self) -> list[Comparison]:
        """All comparisons the expected values allow."""
        rows = []
        for compare in (
            self._inference,
            self._training_mode,
            self._discriminator,
            self._critic,
            self._generator,
        ):
            rows += compare()
            self._put_back()
        return rows

    def _inference(self) -> list[Comparison]:
        generator = self._trainer.generator
        features = generator.encode(self._x)
        rows = self._features("inference", "eval", features, training=False)
        image = generator.decode(features, self._label)
        return rows + absolute("inference: image", self._pairs({"eval_img": image}))

    def _training_mode(self) -> list[Comparison]:
        generator, rule = self._trainer.generator, self._trainer.label_rule
        source, target = self._batch["source_attributes"], self._batch["target_attributes"]
        rows = absolute("label", self._pairs({"label_fed": rule(source, target)}))
        features = generator.encode(self._x, training=True)
        rows += self._features("training", "train", features, training=True)
        edited = generator.decode(features, rule(source, target), training=True)
        reconstructed = generator.decode(features, rule(source, source), training=True)
        images = {"train_xb_": edited, "train_xa_": reconstructed}
        return rows + absolute("training: edit, reconstruction", self._pairs(images))

    def _features(self, title, prefix, features, training) -> list[Comparison]:
        named = {f"{prefix}_enc_{i}": feature for i, feature in enumerate(features)}
        rows = absolute(f"{title}: encoder", self._pairs(named))
        transfer = self._trainer.generator.selective_transfer
        if transfer is not None:
            selected = transfer([features, self._label], training=training)
            # Units above the last used skip connection are not ours to compute.
            first = len(selected) - 1 - transfer.num_units
            named = {f"{prefix}_stu_{i}": selected[i] for i in range(first, len(selected))}
            rows += absolute(f"{title}: transfer units", self._pairs(named))
        return rows

    def _discriminator(self) -> list[Comparison]:
        images = {
            "xa_logit": self._expected["x"],
            "xb__logit": self._expected.get("train_xb_"),
            "d_logit": self._expected.get("eval_img"),
        }
        named = {}
        for name, batch in images.items():
            if batch is not None:
                suffix = "_on_eval_img" if name == "d_logit" else ""
                heads = self._trainer.discriminator(tf.constant(batch))
                for head, logits in zip(("gan", "att"), heads, strict=True):
                    named[f"{name}_{head}{suffix}"] = logits
        return absolute("discriminator: logits", self._pairs(named))

    def _critic(self) -> list[Comparison]:
        noise = self._noise()
        rows = self._penalty(*noise)
        variables, gradients, terms = self._trainer.critic_gradients(self._batch, *noise)
        rows += relative(
            "critic: losses", self._pairs({_CRITIC_TERMS[n]: terms[n] for n in _CRITIC_TERMS})
        )
        rows += self._gradients("critic", "grad_d", variables, gradients, GRADIENT)
        self._put_back()
        self._trainer.critic_step(self._batch, *noise)
        return rows + self._after_step("critic", "d", GRADIENT)

    def _generator(self) -> list[Comparison]:
        variables, gradients, terms = self._trainer.generator_gradients(self._batch)
        rows = relative(
            "generator: losses",
            self._pairs({_GENERATOR_TERMS[n]: terms[n] for n in _GENERATOR_TERMS}),
        )
        allowed = GRADIENT + self._flipped_signs()
        rows += self._gradients("generator", "grad_g", variables, gradients, allowed)
        self._put_back()
        self._trainer.generator_step(self._batch)
        return rows + self._after_step("generator", "g", allowed)

    def _flipped_signs(self) -> float:
        """What the L1 loss adds to the gradients' error: it jumps where a pixel's reconstruction
        is exact, so rounding flips the sign of some (1 of 98,304 in a 128 px batch of two).
        """
        self._put_back()
        source, rule = self._batch["source_attributes"], self._trainer.label_rule
        expected = self._expected.get("train_xa_")
        if expected is None:
            return 0.0
        again = self._trainer.generator([self._x, rule(source, source)], training=True)
        signs = [np.sign(self._expected["x"] - images) for images in (again.numpy(), expected)]
        # Relative L2 distance of two vectors of signs; the loss' gradient is their image.
        return 2 * float(np.sqrt(np.mean(signs[0] != signs[1])))

    def _penalty(self, alpha, beta) -> list[Comparison]:
        """The penalty's points, and the critic's gradients there."""
        if "gp_x" not in self._expected:
            return []
        discriminator = self._trainer.discriminator
        if beta is None:
            points = interpolate(self._x, self._edit(), alpha)
        else:
            points = perturb(self._x, alpha, beta, tf.math.reduce_std(self._x))
        with tf.GradientTape() as tape:
            tape.watch(points)
            logits = discriminator(points)[0]
        gradients = tape.gradient(logits, points)
        norms = tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=(1, 2, 3)))
        named = {"gp_x": points, "gp_grad": gradients, "gp_norm": norms}
        return relative("gradient penalty: points, gradients", self._pairs(named))

    def _edit(self) -> tf.Tensor:
        fake = self._trainer.generator([self._x, self._label], training=True)
        self._put_back()
        return fake

    def _noise(self) -> tuple[tf.Tensor, tf.Tensor | None]:
        """(alpha, beta) of the penalty's points; beta, of DRAGAN's, may be given as the points."""
        alpha = tf.constant(self._expected["alpha"], tf.float32)
        alpha = tf.reshape(alpha, (-1, 1, 1, 1))
        if self._trainer.loss_config.adversarial_loss == "wgan":
            return alpha, None
        if "beta" in self._expected:
            return alpha, tf.constant(self._expected["beta"], tf.float32)
        if "gp_x" not in self._expected:
            raise OfficialCheckpointError(
                "The expected values lack beta and gp_x, the noise of the gradient penalty."
            )
        moved = tf.constant(self._expected["gp_x"], tf.float32) - self._x
        return alpha, moved / (alpha * 0.5 * tf.math.reduce_std(self._x))

    def _gradients(self, title, prefix, variables, gradients, allowed) -> list[Comparison]:
        named = {
            f"{prefix}/{self._name(variable)}": gradient
            for variable, gradient in zip(variables, gradients, strict=True)
        }
        rows = [(*pair, allowed) for pair in self._pairs(named)]
        return relative_l2(f"{title}: gradients", rows)

    def _after_step(self, title, letter, allowed) -> list[Comparison]:
        rows = []
        before = {id(variable): value for variable, value in self._state}
        for name, variable in self._variables.items():
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
                self._name(variable)
                for variable, before in self._state
                if id(variable) in self._names and not np.array_equal(variable.numpy(), before)
            }
            theirs = {str(name) for name in self._expected[key]} & set(self._variables)
            rows.append(same_names(f"{title}: variables changed", ours, theirs))
        return rows

    def _pairs(self, named: Mapping[str, object]) -> list[tuple[str, np.ndarray, np.ndarray]]:
        """(name, ours, expected) of what the expected values hold."""
        return [
            (name, np.asarray(value), self._expected[name])
            for name, value in named.items()
            if name in self._expected
        ]

    def _name(self, variable) -> str:
        return self._names[id(variable)]

    def _all_variables(self) -> list:
        trainer = self._trainer
        owners = (
            trainer.generator,
            trainer.discriminator,
            trainer.generator_optimizer,
            trainer.discriminator_optimizer,
        )
        return [variable for owner in owners for variable in owner.variables]

    def _put_back(self) -> None:
        for variable, value in self._state:
            variable.assign(value)


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


def verify_checkpoint(checkpoint: OfficialCheckpoint, path: Path | str) -> list[Comparison]:
    """Reads a checkpoint, of a generator or the attribute classifier, and compares what our code
    makes of it with the expected values of the file `path`.
    """
    expected = read_expected(path)
    if is_classifier(checkpoint):
        return verify_classifier(import_classifier(checkpoint)[0], expected)
    model = import_model(checkpoint)
    return Verification(model.trainer, model.variables, expected).run()
