"""CriticTrainer: a generator against a critic that also tells the attributes."""

import abc

import tensorflow as tf

from stgan_tf.losses.adversarial import ADVERSARIAL_LOSSES
from stgan_tf.losses.gradient_penalty import gradient_penalty, interpolate, perturb
from stgan_tf.systems.critic_settings import CriticSettings
from stgan_tf.systems.system import SystemTrainer


class CriticTrainer(SystemTrainer):
    """Generator, discriminator, losses and two optimisers (STGAN's paper, section 3.4).

    One `train_step` is the paper's iteration: critic steps updates of the discriminator, each on a
    fresh batch, then one of the generator, all in one graph. Its random numbers are a function of
    (seed, iteration), so a resumed run repeats them, and they are drawn for the global batch, so
    R replicas use the same ones as one device.

    Args:
        generator, discriminator: Built networks; the discriminator has `features`, `critic` and
            `attributes`.
        settings: Weights of the terms, and the critic's updates per generator update.
        label_rule: What the generator is given.
        kwargs: `SystemTrainer`'s; the seed is that of the gradient penalty's points.

    Parts can be frozen (`generator.encoder.trainable = False`): nothing of them changes then. Do it
    before the first step, and after `compile`: then the optimisers have places for all weights, and
    the checkpoints fit trainers with nothing frozen.

    A batch (`data`): see `SystemTrainer`; K = critic steps + 1.
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

    def __init__(
        self,
        generator,
        discriminator,
        settings: CriticSettings,
        label_rule,
        **kwargs,
    ):
        super().__init__(generator, **kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.settings = settings
        self.label_rule = label_rule
        losses = ADVERSARIAL_LOSSES[settings.adversarial_loss]
        self.critic_adversarial_loss, self.generator_adversarial_loss = losses

    @property
    def networks(self):
        return {"generator": self.generator, "discriminator": self.discriminator}

    @property
    def optimizers(self):
        return {
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
        }

    def compile(self, generator_optimizer, discriminator_optimizer, **kwargs):
        """Takes both optimisers (FusedAdam: it tells the norm of the gradients) and builds their
        slots: inside strategy.run is too late.
        """
        super().compile(**kwargs)
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        generator_optimizer.build(self.generator.trainable_variables)
        discriminator_optimizer.build(self.discriminator.trainable_variables)

    def train_step(self, data, stop_requested=None):
        iteration = self.generator_optimizer.iterations.value
        critic_steps = self.settings.critic_steps_per_generator_step
        finished = []
        for k in range(critic_steps):
            batch = self.take_batch(data, k, finished)
            noise = self._draw_noise(batch["images"], iteration * critic_steps + k)
            critic_terms = self.critic_step(batch, *noise)
            finished = self.updated(self.discriminator)
        last = self.take_batch(data, self.generator_batch(critic_steps), finished)
        generator_terms = self.generator_step(last)
        return self.global_means({**critic_terms, **generator_terms}, stop_requested)

    def generator_batch(self, critic_steps):
        """The number of the generator's batch: a fresh one, after those of the critic."""
        return critic_steps

    def critic_step(self, batch, alpha, beta=None):
        """One Adam step of the discriminator on one batch; returns its loss terms.

        `alpha` (b, 1, 1, 1) weighs real against fake in the gradient penalty's points; `beta`
        (b, H, W, 3) is the noise of DRAGAN's points, unused by wgan. Both uniform in [0, 1).
        """
        optimizer = self.discriminator_optimizer
        return self.update(
            optimizer, "critic_gradient_norm", self.critic_gradients, batch, alpha, beta
        )

    def critic_gradients(self, batch, alpha, beta=None):
        """(variables, gradients of this replica's share of the loss, loss terms)."""
        # The generator's moving averages follow these batches too, as in the official code.
        fake = self._edit(batch)
        with tf.GradientTape() as tape:
            loss, terms = self._critic_loss(batch, fake, alpha, beta)
            share = loss / self.replicas()  # optimisers sum gradients over replicas
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
        """(variables, gradients of this replica's share of the loss, loss terms)."""

    @abc.abstractmethod
    def attribute_loss(self, attributes, logits):
        """How wrong attribute logits (B, A) are, a scalar."""

    def _edit(self, batch):
        label = self.label_rule(batch["source_attributes"], batch["target_attributes"])
        return self.generator([batch["images"], label], training=True)

    def _critic_loss(self, batch, fake, alpha, beta):
        settings, real, discriminator = self.settings, batch["images"], self.discriminator
        features = discriminator.features(tf.concat([real, fake], axis=0))
        real_features, _ = tf.split(features, 2)
        real_logits, fake_logits = tf.split(discriminator.critic(features), 2)
        if settings.adversarial_loss == "wgan":
            points = interpolate(real, fake, alpha)
        else:
            points = perturb(real, alpha, beta, self._global_std(real))
        penalty = gradient_penalty(
            lambda x: discriminator.critic(discriminator.features(x)), points
        )
        adversarial = self.critic_adversarial_loss(real_logits, fake_logits)
        attribute = self.attribute_loss(
            batch["source_attributes"], discriminator.attributes(real_features)
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
        """(alpha, beta) of this replica for update `number` (`critic_step`)."""
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
