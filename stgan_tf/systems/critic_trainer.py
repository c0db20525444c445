"""CriticTrainer: trains a generator against a critic that also classifies attributes."""

import abc

import tensorflow as tf

from stgan_tf.keras_versions import tf_variable
from stgan_tf.losses.adversarial import ADVERSARIAL_LOSSES
from stgan_tf.losses.gradient_penalty import gradient_penalty, interpolate, perturb
from stgan_tf.losses.reconstruction import reconstruction_loss
from stgan_tf.systems.adversarial_model import AdversarialModel


class CriticTrainer(AdversarialModel):
    """Generator, discriminator, losses and two optimisers (STGAN paper, section 3.4).

    One `train_step` is an iteration of the paper: several discriminator updates, each on a fresh
    batch, and then one generator update, all in one graph. Its random numbers are a function of
    (seed, iteration), so a resumed run repeats them. They are drawn for the global batch, so R
    replicas use the same numbers as a single device.

    Batches (`data`) are described in `AdversarialModel`. The generator uses the last one, which is
    a fresh batch unless the settings reuse the last critic batch.

    Parts can be frozen (`generator.encoder.trainable = False`) and then do not change. Freeze them
    after `compile`, so that the optimisers have slots for all weights and the checkpoints fit
    trainers without frozen parts, but before the first step.

    Args:
        generator, discriminator, settings, label_rule, kwargs: See `AdversarialModel`. The
            discriminator needs the methods `features`, `critic`, `exact_critic` and `attributes`.
            The seed also determines the points of the gradient penalty.
    """

    progress_terms = {
        "W": "wasserstein_estimate",
        "gp": "gradient_penalty",
        "att": "generator_attribute_loss",
        "rec": "reconstruction_loss",
        "edit": "edit_strength",
    }
    watched_terms = {
        "identity": "edit_strength",
        "critic": "wasserstein_estimate",
        "reconstruction": "reconstruction_loss",
    }
    advice = {
        "identity": "The edits change nothing: mean |edited - reconstructed| has been {value:.2g} "
        "for {iterations} iterations. Lower --reconstruction_weight or raise "
        "--generator_attribute_weight, use a larger batch or --balance_attributes for rare "
        "attributes, and check that the attribute file belongs to the images.",
        "critic": "The critic's gap between real and edited images is diverging: {value:.3g}, "
        "after growing for {iterations} iterations. Lower --learning_rate, set "
        "--clip_gradient_norm, raise --gradient_penalty_weight, or train with "
        "--precision=float32.",
        "reconstruction": "The reconstruction is not improving: L1 loss {value:.2g} after "
        "{iterations} iterations. Raise --learning_rate or --reconstruction_weight, and check the "
        "crop and the sample grids for images that do not belong there.",
    }

    evaluated_terms = (
        "generator_loss",
        "generator_adversarial_loss",
        "generator_attribute_loss",
        "reconstruction_loss",
        "critic_attribute_loss",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        losses = ADVERSARIAL_LOSSES[self.settings.adversarial_loss]
        self.critic_adversarial_loss, self.generator_adversarial_loss = losses

    def train_step(self, data, stop_requested=None):
        iteration = tf_variable(self.iterations)
        critic_steps = self.settings.critic_steps_per_generator_step
        data = self.iteration_batches(data, iteration)
        finished = []
        for k in range(critic_steps):
            batch = self.take_batch(data, k, finished)
            noise = self._draw_noise(batch["images"], iteration * critic_steps + k)
            critic_terms = self.critic_step(batch, *noise)
            finished = self.updated(self.discriminator)
        last = self.take_batch(data, self.settings.batches_per_iteration - 1, finished)
        generator_terms = self.generator_step(last)
        return self.global_means({**critic_terms, **generator_terms}, stop_requested)

    def evaluation_terms(self, batch):
        settings, images = self.settings, batch["images"]
        source, target = batch["source_attributes"], batch["target_attributes"]
        edited = self.generator([images, self.label_rule(source, target)], training=False)
        logits, attribute_logits = self.discriminator(edited)
        adversarial = self.generator_adversarial_loss(logits)
        attribute = self.attribute_loss(target, attribute_logits)
        reconstruction = reconstruction_loss(images, self.reconstruct(batch, edited))
        return {
            "generator_loss": adversarial
            + settings.generator_attribute_weight * attribute
            + settings.reconstruction_weight * reconstruction,
            "generator_adversarial_loss": adversarial,
            "generator_attribute_loss": attribute,
            "reconstruction_loss": reconstruction,
            "critic_attribute_loss": self.attribute_loss(source, self.discriminator(images)[1]),
        }

    @abc.abstractmethod
    def reconstruct(self, batch, edited):
        """The reconstructions (B, H, W, 3) of a batch's images, without training.

        `edited` are the batch's edited images.
        """

    def critic_step(self, batch, alpha, beta=None):
        """One Adam step of the discriminator on one batch; returns its loss terms.

        `alpha` (b, 1, 1, 1) are the interpolation weights of the gradient penalty's points; `beta`
        (b, H, W, 3) is the noise of DRAGAN's points, not used by wgan. Both are uniform in [0, 1).
        """
        optimizer = self.discriminator_optimizer
        return self.update(
            optimizer, "critic_gradient_norm", self.critic_gradients, batch, alpha, beta
        )

    def critic_gradients(self, batch, alpha, beta=None):
        """Returns (variables, gradients of this replica's share of the loss, loss terms)."""
        # training=True: these batches also update the generator's moving averages, as in the
        # official code.
        fake = self._edit(batch)
        with tf.GradientTape() as tape:
            loss, terms = self._critic_loss(batch, fake, alpha, beta)
            share = loss / self.replicas()  # optimisers sum gradients over the replicas
        variables = self.discriminator.trainable_variables
        return variables, tape.gradient(share, variables), terms

    def generator_step(self, batch):
        """One Adam step of the generator on one batch; returns its loss terms."""
        optimizer = self.generator_optimizer
        terms = self.update(optimizer, "generator_gradient_norm", self.generator_gradients, batch)
        self.update_average()
        return terms

    @abc.abstractmethod
    def generator_gradients(self, batch):
        """Returns (variables, gradients of this replica's share of the loss, loss terms)."""

    def label_of_edit(self, batch):
        """The generator's label (b, A) for a training edit, at the batch's "intensities" (b, 1) if
        it has any.
        """
        source, target = batch["source_attributes"], batch["target_attributes"]
        return self.label_rule(source, target, batch.get("intensities", 1.0))

    @abc.abstractmethod
    def attribute_loss(self, attributes, logits):
        """The classification loss of logits (B, A) for attributes (B, A) in {0, 1}, a scalar."""

    def attribute_logits(self, batch, images, features):
        """The discriminator's logits (b, A) in training for `images` (b, H, W, 3), the batch's own
        or edits of them, whose features these are.
        """
        return self.discriminator.attributes(features)

    def _edit(self, batch):
        return self.generator([batch["images"], self.label_of_edit(batch)], training=True)

    def _critic_loss(self, batch, fake, alpha, beta):
        settings, real, discriminator = self.settings, batch["images"], self.discriminator
        features = discriminator.features(tf.concat([real, fake], axis=0))
        real_features, _ = tf.split(features, 2)
        real_logits, fake_logits = tf.split(discriminator.critic(features), 2)
        if settings.adversarial_loss == "wgan":
            points = interpolate(real, fake, alpha)
        else:
            points = perturb(real, alpha, beta, self._global_std(real))
        penalty = gradient_penalty(discriminator.exact_critic, points)
        adversarial = self.critic_adversarial_loss(real_logits, fake_logits)
        attribute = self.attribute_loss(
            batch["source_attributes"], self.attribute_logits(batch, real, real_features)
        )
        loss = (
            adversarial
            + settings.gradient_penalty_weight * penalty
            + settings.critic_attribute_weight * attribute
        )
        return loss, {
            "critic_loss": loss,
            "critic_adversarial_loss": adversarial,
            "gradient_penalty": penalty,
            "critic_attribute_loss": attribute,
            "wasserstein_estimate": tf.reduce_mean(real_logits) - tf.reduce_mean(fake_logits),
        }

    def _draw_noise(self, images, number):
        """This replica's (alpha, beta) of `critic_step`, for the critic update `number`."""
        alpha = self.uniform_rows((images.shape[0], 1, 1, 1), number, self.seed)
        if self.settings.adversarial_loss == "wgan":
            return alpha, None
        return alpha, self.uniform_rows(images.shape, number, self.seed, stream=1)

    def _global_std(self, images):
        """Standard deviation over all elements of the global batch."""
        mean = self.mean_over_replicas(tf.reduce_mean(images))
        return tf.sqrt(
            self.mean_over_replicas(tf.reduce_mean(tf.math.squared_difference(images, mean)))
        )
