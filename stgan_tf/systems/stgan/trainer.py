"""STGANTrainer: the paper's generator objective."""

import dataclasses

import keras
import tensorflow as tf

from stgan_tf.keras_versions import tf_variable
from stgan_tf.losses.attribute import attribute_loss
from stgan_tf.losses.reconstruction import reconstruction_loss
from stgan_tf.systems.critic_trainer import CriticTrainer
from stgan_tf.systems.stgan.settings import STGANSettings

#: Streams of the random numbers; 0 and 1 are those of the gradient penalty, 2 that of shuffled
#: targets.
_INTENSITIES, _ATTRIBUTE_NOISE = 3, 4


@keras.saving.register_keras_serializable(package="stgan_tf")
class STGANTrainer(CriticTrainer):
    """Trains STGAN (paper section 3.4), or AttGAN with another generator and label rule.

    Args: See `CriticTrainer`; `settings` are `STGANSettings`.

        trainer = STGANTrainer(Generator(), Discriminator(num_attributes=13))
        trainer.compile("adam")
        trainer.fit(images, attributes, batch_size=16, epochs=20)
        edited = trainer(images, differences)
    """

    settings_type = STGANSettings

    def run_settings(self):
        """The trainer's settings, with those of its networks and its label rule."""
        networks = {
            **dataclasses.asdict(self.generator.settings),
            "discriminator_layers": self.discriminator.num_layers,
            "discriminator_width": self.discriminator.width,
            "discriminator_fc_units": self.discriminator.fc_units,
        }
        return dataclasses.replace(
            self.settings,
            **networks,
            label_mode=self.label_rule.mode,
            label_scale=self.label_rule.scale,
        )

    def take_batch(self, data, k, finished=()):
        """Batch k of the iteration (`SystemTrainer.take_batch`), with an intensity for each edit if
        `least_intensity` is below 1, and with noise for each image if `attribute_noise` is above 0.
        """
        batch = dict(super().take_batch(data, k, finished))
        least, deviation = self.settings.least_intensity, self.settings.attribute_noise
        number = tf_variable(self.iterations) * self.settings.batches_per_iteration + k
        shape = batch["images"].shape
        if least < 1:
            uniform = self.uniform_rows((shape[0], 1), number, self.seed, stream=_INTENSITIES)
            batch["intensities"] = least + (1 - least) * uniform
        if deviation > 0:
            noise = self.normal_rows(shape, number, self.seed, stream=_ATTRIBUTE_NOISE)
            batch["attribute_noise"] = deviation * noise
        return batch

    def attribute_logits(self, batch, images, features):
        """See `CriticTrainer.attribute_logits`; of noisy images if the batch has noise for them."""
        if "attribute_noise" in batch:
            features = self.discriminator.features(images + batch["attribute_noise"])
        return super().attribute_logits(batch, images, features)

    def reconstruct(self, batch, edited):
        """The images, edited with the source attributes as target."""
        source = batch["source_attributes"]
        return self.generator([batch["images"], self.label_rule(source, source)], training=False)

    @staticmethod
    def attribute_loss(attributes, logits):
        """Cross entropy, a scalar: the mean over images and attributes."""
        return attribute_loss(attributes, logits)

    def generator_gradients(self, batch):
        """Returns (variables, gradients of this replica's share of the loss, loss terms).

        The images are encoded once and decoded twice, for the edit and for the reconstruction. The
        second decoding starts when the gradients of the first are complete, so only one decoder's
        activations are in memory (peak at 128 px, batch 16: 4,018 MiB instead of 4,312).
        """
        variables = self.generator.trainable_variables
        decoding_variables = self._decoding_variables()
        with tf.GradientTape() as encoder_tape:
            encoded = self.generator.encode(batch["images"], training=True)
        shared = tf.nest.flatten(encoded)
        # The edit first, then the reconstruction: both update the decoder's moving averages, in the
        # order of the official code.
        parts, terms, finished = [], {}, []
        for loss_function in (self._edit_loss, self._reconstruction_loss):
            with tf.control_dependencies(finished):
                inputs = [tf.identity(tensor) for tensor in shared]
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                loss, new_terms, image = loss_function(
                    batch, tf.nest.pack_sequence_as(encoded, inputs)
                )
                share = loss / self.replicas()
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
        of_shared, of_decoding = sums[: len(shared)], sums[len(shared) :]
        gradients = {
            id(v): gradient for v, gradient in zip(decoding_variables, of_decoding, strict=True)
        }
        # The gates' kernels have gradients from both: they are convolved with the features here and
        # with the states while decoding.
        of_encoding = encoder_tape.gradient(shared, variables, output_gradients=of_shared)
        for variable, gradient in zip(variables, of_encoding, strict=True):
            if gradient is not None:
                before = gradients.get(id(variable))
                gradients[id(variable)] = gradient if before is None else before + gradient
        terms["generator_loss"] = edit_loss + rec_loss
        terms["edit_strength"] = tf.reduce_mean(tf.abs(edited - reconstructed))
        return variables, [gradients[id(variable)] for variable in variables], terms

    def _decoding_variables(self):
        encoding = {id(variable) for variable in self.generator.encoder.trainable_variables}
        return [v for v in self.generator.trainable_variables if id(v) not in encoding]

    def _edit_loss(self, batch, encoded):
        target = batch["target_attributes"]
        label = self.label_of_edit(batch)
        edited = self.generator.decode(encoded, label, training=True)
        features = self.discriminator.features(edited)
        adversarial = self.generator_adversarial_loss(self.discriminator.critic(features))
        attribute = self.attribute_loss(target, self.attribute_logits(batch, edited, features))
        loss = adversarial + self.settings.generator_attribute_weight * attribute
        terms = {"generator_adversarial_loss": adversarial, "generator_attribute_loss": attribute}
        return loss, terms, edited

    def _reconstruction_loss(self, batch, encoded):
        source = batch["source_attributes"]
        label = self.label_rule(source, source)
        reconstructed = self.generator.decode(encoded, label, training=True)
        reconstruction = reconstruction_loss(batch["images"], reconstructed)
        loss = self.settings.reconstruction_weight * reconstruction
        return loss, {"reconstruction_loss": reconstruction}, reconstructed
