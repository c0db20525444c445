"""FaderNetTrainer: an auto-encoder whose latent does not tell the attributes."""

import tensorflow as tf

from stgan_tf.systems.fadernet.auto_encoder import DROPOUT_LAYERS
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.system import SystemTrainer


def attributes_loss(attributes, logits):
    """Softmax cross entropy of each attribute's two logits, summed over the attributes, the mean
    over images (official get_attr_loss).

    Args:
        attributes: (B, A) in {0, 1}.
        logits: (B, 2A).
    """
    pairs = tf.reshape(logits, (-1, attributes.shape[-1], 2))
    targets = tf.stack([1 - attributes, attributes], axis=-1)
    losses = tf.nn.softmax_cross_entropy_with_logits(labels=targets, logits=pairs)
    return tf.reduce_mean(tf.reduce_sum(losses, axis=-1))


class FaderNetTrainer(SystemTrainer):
    """FaderNet (Lample et al., NIPS 2017, section 3; official training.py).

    One `train_step`: the latent discriminator learns to tell the attributes of a fresh batch's
    latents, then the auto-encoder, on another, to reconstruct images and to make it take each
    attribute for its opposite; the weight of that rises from 0.

    Args:
        auto_encoder, latent_discriminator: Built networks.
        settings: Weights, dropout and the ramp.
        kwargs: `SystemTrainer`'s; the seed is that of the dropout.

    A batch (`data`): see `SystemTrainer`; K = 2. Targets are not used.
    """

    progress_terms = {
        "rec": "reconstruction_loss",
        "dis": "latent_discriminator_loss",
        "flip": "flipped_attributes_loss",
    }
    watched_terms = {"reconstruction": "reconstruction_loss"}
    advice = {
        "reconstruction": "The reconstruction does not improve: squared error {value:.2g} after "
        "{iterations} iterations. Raise --learning_rate, lower --latent_weight, and check the crop "
        "and the sample grids for images that are not faces."
    }

    def __init__(
        self,
        auto_encoder,
        latent_discriminator,
        settings: FaderNetSettings,
        **kwargs,
    ):
        super().__init__(auto_encoder, **kwargs)
        self.auto_encoder = auto_encoder
        self.latent_discriminator = latent_discriminator
        self.settings = settings

    @property
    def networks(self):
        return {
            "auto_encoder": self.auto_encoder,
            "latent_discriminator": self.latent_discriminator,
        }

    @property
    def optimizers(self):
        return {
            "auto_encoder_optimizer": self.auto_encoder_optimizer,
            "latent_discriminator_optimizer": self.latent_discriminator_optimizer,
        }

    def compile(self, auto_encoder_optimizer, latent_discriminator_optimizer, **kwargs):
        """Takes both optimisers (FusedAdam: it tells the norm of the gradients) and builds their
        slots: inside strategy.run is too late.
        """
        super().compile(**kwargs)
        self.auto_encoder_optimizer = auto_encoder_optimizer
        self.latent_discriminator_optimizer = latent_discriminator_optimizer
        auto_encoder_optimizer.build(self.auto_encoder.trainable_variables)
        latent_discriminator_optimizer.build(self.latent_discriminator.trainable_variables)

    def train_step(self, data, stop_requested=None):
        number = tf.identity(tf.cast(self.auto_encoder_optimizer.iterations.value, tf.int64))
        terms = self.discriminator_step(self.take_batch(data, 0), number)
        batch = self.take_batch(data, 1, self.updated(self.latent_discriminator))
        terms |= self.auto_encoder_step(batch, number)
        return self.global_means(terms, stop_requested)

    def latent_weight(self, number):
        """The weight of the flipped attributes in iteration `number`, from 0."""
        ramp = self.settings.latent_ramp_iterations
        if not ramp:
            return tf.constant(self.settings.latent_weight, self._dtype)
        share = tf.minimum(tf.cast(number, self._dtype), ramp) / ramp
        return self.settings.latent_weight * share

    @property
    def _dtype(self):
        return self.auto_encoder.variable_dtype

    def _keep(self, shapes, rate, number, stream):
        """Dropout's factors, 0 or 1 / (1 - rate), one draw for all layers of an update."""
        if not rate:
            return ()
        sizes = [int(shape[1] * shape[2] * shape[3]) for shape in shapes]
        drawn = self.uniform_rows((shapes[0][0], sum(sizes)), number, self.seed, stream)
        factors = tf.cast(drawn >= rate, self._dtype) / (1 - rate)
        parts = tf.split(factors, sizes, axis=1)
        return tuple(tf.reshape(p, s) for p, s in zip(parts, shapes, strict=True))

    def discriminator_step(self, batch, number):
        """One Adam step of the latent discriminator; returns its loss terms."""
        latents = self.auto_encoder.latent(self.auto_encoder.encode(batch["images"]))
        shapes = self.latent_discriminator.keep_shapes(latents.shape)
        keep = self._keep(shapes, self.settings.latent_dropout, number, stream=0)
        return self.update(
            self.latent_discriminator_optimizer,
            "latent_discriminator_gradient_norm",
            self.discriminator_gradients,
            batch,
            latents,
            *keep,
        )

    def discriminator_gradients(self, batch, latents, *keep):
        """(variables, gradients of this replica's share of the loss, loss terms); `latents` of the
        batch's images, from the auto-encoder with its moving averages.
        """
        variables = self.latent_discriminator.trainable_variables
        with tf.GradientTape() as tape:
            logits = self.latent_discriminator(latents, training=True, keep=keep)
            loss = attributes_loss(batch["source_attributes"], logits)
            share = loss / self.replicas()  # optimisers sum gradients over replicas
        return variables, tape.gradient(share, variables), {"latent_discriminator_loss": loss}

    def auto_encoder_step(self, batch, number):
        """One Adam step of the auto-encoder; returns its loss terms."""
        images = batch["images"]
        shapes, shape = [], self.auto_encoder.latent_shape(images.shape)
        for block in self.auto_encoder.decoder_blocks[:-1][:DROPOUT_LAYERS]:
            shape = block.compute_output_shape(shape)
            shapes.append(shape)
        keep = self._keep(shapes, self.settings.decoder_dropout, number, stream=1)
        weight = self.latent_weight(number)
        terms = self.update(
            self.auto_encoder_optimizer,
            "auto_encoder_gradient_norm",
            lambda part, *keep: self.auto_encoder_gradients(part, weight, *keep),
            batch,
            *keep,
        )
        self.update_average()
        return {**terms, "latent_weight": weight}

    def auto_encoder_gradients(self, batch, latent_weight, *keep):
        """(variables, gradients of this replica's share of the loss, loss terms)."""
        images, attributes = batch["images"], batch["source_attributes"]
        variables = self.auto_encoder.trainable_variables
        with tf.GradientTape() as tape:
            encoded = self.auto_encoder.encode(images, training=True)
            decoded = self.auto_encoder.decode(encoded, attributes, training=True, keep=keep)
            reconstruction = tf.reduce_mean(tf.math.squared_difference(images, decoded))
            logits = self.latent_discriminator(self.auto_encoder.latent(encoded), training=False)
            flipped = attributes_loss(1 - attributes, logits)
            loss = self.settings.reconstruction_weight * reconstruction + latent_weight * flipped
            share = loss / self.replicas()
        terms = {
            "reconstruction_loss": reconstruction,
            "flipped_attributes_loss": flipped,
            "auto_encoder_loss": loss,
        }
        return variables, tape.gradient(share, variables), terms
