"""STGANTrainer: the paper's training iteration as a Keras `train_step`."""

import keras
import tensorflow as tf

from stgan_tf.config.network import LossConfig
from stgan_tf.losses.adversarial import ADVERSARIAL_LOSSES
from stgan_tf.losses.attribute import attribute_loss
from stgan_tf.losses.gradient_penalty import gradient_penalty, interpolate, perturb
from stgan_tf.losses.reconstruction import reconstruction_loss
from stgan_tf.optimization.accumulation import accumulated
from stgan_tf.optimization.weight_average import WeightAverage
from stgan_tf.systems.label_rule import LabelRule


class STGANTrainer(keras.Model):
    """Generator, discriminator, losses and two optimisers (paper section 3.4).

    One `train_step` is the paper's iteration: critic_steps updates of the discriminator, each on a
    fresh batch, then one of the generator, all in one graph. Its random numbers are a function of
    (seed, iteration), so a resumed run repeats them, and they are drawn for the global batch, so
    R replicas use the same ones as one device.

    Args:
        generator, discriminator: Built networks.
        loss_config: Weights of the terms.
        label_rule: What the generator is given; by default the difference.
        critic_steps: Discriminator updates per generator update.
        seed: Of the gradient penalty's interpolation weights.
        accumulation_steps: Parts in which each batch is computed, for memory (`accumulation`).
        ema_decay: Of the average of the generator's weights (`weight_average`); 0: none is kept.

    Parts can be frozen (`generator.encoder.trainable = False`): nothing of them changes then. Do it
    before the first step, and after `compile`: then the optimisers have places for all weights, and
    the checkpoints fit trainers with nothing frozen.

    A batch (`data`) is a dict, per replica, K = critic_steps + 1: images (K, b, H, W, 3) float32 in
    [-1, 1]; source_attributes and target_attributes (K, b, A) float32 in {0, 1}.
    """

    def __init__(
        self,
        generator,
        discriminator,
        loss_config=None,
        label_rule=None,
        critic_steps=5,
        seed=0,
        accumulation_steps=1,
        ema_decay=0.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.loss_config = loss_config or LossConfig()
        self.label_rule = label_rule or LabelRule()
        self.critic_steps = critic_steps
        self.seed = seed
        self.accumulation_steps = accumulation_steps
        self.weight_average = WeightAverage(generator, ema_decay) if ema_decay else None
        losses = ADVERSARIAL_LOSSES[self.loss_config.adversarial_loss]
        self._critic_adversarial_loss, self._generator_adversarial_loss = losses
        self.built = True  # the networks are; Keras cannot know without a `call`

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
        """One iteration. Returns the loss terms as scalars, means over the global batch; with
        `stop_requested`, a float32 of this worker, its mean over all replicas among them: so the
        workers learn of each other's signals without a message of their own.
        """
        iteration = self.generator_optimizer.iterations.value
        finished = []
        for k in range(self.critic_steps):
            batch = self._take_batch(data, k, finished)
            noise = self._draw_noise(batch["images"], iteration * self.critic_steps + k)
            critic_terms = self.critic_step(batch, *noise)
            # Asks for no values, only for the updates to be done.
            finished = [
                tf.raw_ops.VariableShape(input=variable.value.handle)
                for variable in self.discriminator.trainable_variables
            ]
        generator_terms = self.generator_step(self._take_batch(data, self.critic_steps, finished))
        terms = {**critic_terms, **generator_terms}
        if stop_requested is not None:
            terms["stop_requested"] = stop_requested
        return self._global_means(terms)

    @staticmethod
    def _take_batch(data, k, finished):
        """Batch k, not before `finished`: else the graph's executor runs the generator for all
        updates at once and holds all their activations.
        """
        with tf.control_dependencies(finished):
            return {name: tf.identity(values[k]) for name, values in data.items()}

    def critic_step(self, batch, alpha, beta=None):
        """One Adam step of the discriminator on one batch; returns its loss terms.

        `alpha` (b, 1, 1, 1) weighs real against fake in the gradient penalty's points; `beta`
        (b, H, W, 3) is the noise of DRAGAN's points, unused by wgan. Both uniform in [0, 1).
        """
        variables, gradients, terms = accumulated(
            self.critic_gradients, self.accumulation_steps, batch, alpha, beta
        )
        self.discriminator_optimizer.apply_gradients(zip(gradients, variables, strict=True))
        terms["critic_gradient_norm"] = self.discriminator_optimizer.take_gradient_norm()
        return terms

    def critic_gradients(self, batch, alpha, beta=None):
        """(variables, gradients of this replica's share of the loss, loss terms)."""
        # The generator's moving averages follow these batches too, as in the official code.
        fake = self._edit(batch)
        with tf.GradientTape() as tape:
            loss, terms = self._critic_loss(batch, fake, alpha, beta)
            share = loss / self._replicas()  # optimisers sum gradients over replicas
        variables = self.discriminator.trainable_variables
        return variables, tape.gradient(share, variables), terms

    def generator_step(self, batch):
        """One Adam step of the generator on one batch; returns its loss terms."""
        variables, gradients, terms = accumulated(
            self.generator_gradients, self.accumulation_steps, batch
        )
        self.generator_optimizer.apply_gradients(zip(gradients, variables, strict=True))
        if self.weight_average is not None:
            self.weight_average.update(self.generator_optimizer.iterations.value - 1)
        terms["generator_gradient_norm"] = self.generator_optimizer.take_gradient_norm()
        return terms

    def generator_gradients(self, batch):
        """(variables, gradients of this replica's share of the loss, loss terms).

        The image is encoded once and decoded twice, with the edit and with a zero one. The second
        decoding starts when the first one's gradients are there, so that only one decoder's
        activations are held at a time (peak at 128 px, batch 16: 4,018 MiB, before 4,312).
        """
        decoding_variables = self._decoding_variables()
        encoding_variables = self.generator.encoder.trainable_variables
        with tf.GradientTape() as encoder_tape:
            features = self.generator.encode(batch["images"], training=True)
        # The edit first, then the reconstruction: the decoder's moving averages take both, in the
        # official order.
        parts, terms, finished = [], {}, []
        for loss_function in (self._edit_loss, self._reconstruction_loss):
            with tf.control_dependencies(finished):
                inputs = [tf.identity(feature) for feature in features]
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                loss, new_terms, image = loss_function(batch, inputs)
                share = loss / self._replicas()
            parts.append(
                (
                    loss,
                    image,
                    tape.gradient(
                        share, [*inputs, *decoding_variables], unconnected_gradients="zero"
                    ),
                )
            )
            terms.update(new_terms)
            finished = parts[-1][2]
        (edit_loss, edited, first), (rec_loss, reconstructed, second) = parts
        sums = [a + b for a, b in zip(first, second, strict=True)]
        of_features, of_decoding = sums[: len(features)], sums[len(features) :]
        of_encoding = encoder_tape.gradient(
            features, encoding_variables, output_gradients=of_features
        )
        terms["generator_loss"] = edit_loss + rec_loss
        terms["edit_strength"] = tf.reduce_mean(tf.abs(edited - reconstructed))
        return [*encoding_variables, *decoding_variables], [*of_encoding, *of_decoding], terms

    def _decoding_variables(self):
        encoding = {id(variable) for variable in self.generator.encoder.trainable_variables}
        return [v for v in self.generator.trainable_variables if id(v) not in encoding]

    def _edit(self, batch):
        label = self.label_rule(batch["source_attributes"], batch["target_attributes"])
        return self.generator([batch["images"], label], training=True)

    def _critic_loss(self, batch, fake, alpha, beta):
        config, real, discriminator = self.loss_config, batch["images"], self.discriminator
        features = discriminator.features(tf.concat([real, fake], axis=0))
        real_features, _ = tf.split(features, 2)
        real_logits, fake_logits = tf.split(discriminator.critic(features), 2)
        if config.adversarial_loss == "wgan":
            points = interpolate(real, fake, alpha)
        else:
            points = perturb(real, alpha, beta, self._global_std(real))
        penalty = gradient_penalty(
            lambda x: discriminator.critic(discriminator.features(x)), points
        )
        adversarial = self._critic_adversarial_loss(real_logits, fake_logits)
        attribute = attribute_loss(
            batch["source_attributes"], discriminator.attributes(real_features)
        )
        loss = (
            adversarial
            + config.gradient_penalty_weight * penalty
            + config.critic_attribute_weight * attribute
        )
        return loss, {
            "critic_loss": loss,
            "critic_adversarial_loss": adversarial,
            "gradient_penalty": penalty,
            "critic_attribute_loss": attribute,
            "wasserstein_estimate": tf.reduce_mean(real_logits) - tf.reduce_mean(fake_logits),
        }

    def _edit_loss(self, batch, features):
        config, target = self.loss_config, batch["target_attributes"]
        label = self.label_rule(batch["source_attributes"], target)
        edited = self.generator.decode(features, label, training=True)
        logits, attribute_logits = self.discriminator(edited)
        adversarial = self._generator_adversarial_loss(logits)
        attribute = attribute_loss(target, attribute_logits)
        loss = adversarial + config.generator_attribute_weight * attribute
        terms = {"generator_adversarial_loss": adversarial, "generator_attribute_loss": attribute}
        return loss, terms, edited

    def _reconstruction_loss(self, batch, features):
        source = batch["source_attributes"]
        label = self.label_rule(source, source)
        reconstructed = self.generator.decode(features, label, training=True)
        reconstruction = reconstruction_loss(batch["images"], reconstructed)
        loss = self.loss_config.reconstruction_weight * reconstruction
        return loss, {"reconstruction_loss": reconstruction}, reconstructed

    def _draw_noise(self, images, number):
        """(alpha, beta) of this replica for update `number`, from one draw for all replicas."""
        context = tf.distribute.get_replica_context()
        size = images.shape[0]
        rows = size * context.num_replicas_in_sync
        start = context.replica_id_in_sync_group * size
        seed = tf.stack([tf.constant(self.seed, tf.int64), tf.cast(number, tf.int64)])
        alpha = tf.random.stateless_uniform((rows, 1, 1, 1), seed)[start : start + size]
        if self.loss_config.adversarial_loss == "wgan":
            return alpha, None
        # A different second word than any update's alpha has.
        beta_seed = tf.stack([seed[0], -1 - seed[1]])
        beta = tf.random.stateless_uniform((rows, *images.shape[1:]), beta_seed)
        return alpha, beta[start : start + size]

    def _global_std(self, images):
        """Standard deviation over all elements of the global batch."""
        mean = self._mean_over_replicas(tf.reduce_mean(images))
        return tf.sqrt(
            self._mean_over_replicas(tf.reduce_mean(tf.math.squared_difference(images, mean)))
        )

    def _global_means(self, terms):
        stacked = self._mean_over_replicas(tf.stack(list(terms.values())))
        return dict(zip(terms, tf.unstack(stacked, len(terms)), strict=True))

    def _mean_over_replicas(self, value):
        if self._replicas() == 1:
            return value
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)

    @staticmethod
    def _replicas():
        return tf.distribute.get_strategy().num_replicas_in_sync
