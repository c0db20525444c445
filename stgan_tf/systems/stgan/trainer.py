"""STGANTrainer: the paper's objective of the generator."""

import tensorflow as tf

from stgan_tf.losses.attribute import attribute_loss
from stgan_tf.losses.reconstruction import reconstruction_loss
from stgan_tf.systems.critic_trainer import CriticTrainer


class STGANTrainer(CriticTrainer):
    """STGAN's iteration (paper section 3.4); AttGAN's is the same with another generator and label.

    Arguments: see `CriticTrainer`; `settings` are `STGANSettings`.
    """

    @staticmethod
    def attribute_loss(attributes, logits):
        """Cross entropy, the mean over images and attributes."""
        return attribute_loss(attributes, logits)

    def generator_gradients(self, batch):
        """(variables, gradients of this replica's share of the loss, loss terms).

        The image is encoded once and decoded twice, with the edit and with a zero one. The second
        decoding starts when the first one's gradients are there, so that only one decoder's
        activations are held at a time (peak at 128 px, batch 16: 4,018 MiB, before 4,312).
        """
        decoding_variables = self._decoding_variables()
        encoding_variables = self.generator.encoder.trainable_variables
        with tf.GradientTape() as encoder_tape:
            features = self.generator.encoder(batch["images"], training=True)
        # The edit first, then the reconstruction: the decoder's moving averages take both, in the
        # official order.
        parts, terms, finished = [], {}, []
        for loss_function in (self._edit_loss, self._reconstruction_loss):
            with tf.control_dependencies(finished):
                inputs = [tf.identity(feature) for feature in features]
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                loss, new_terms, image = loss_function(batch, inputs)
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

    def _edit_loss(self, batch, features):
        target = batch["target_attributes"]
        label = self.label_rule(batch["source_attributes"], target)
        edited = self.generator.decode((features, []), label, training=True)
        logits, attribute_logits = self.discriminator(edited)
        adversarial = self.generator_adversarial_loss(logits)
        attribute = self.attribute_loss(target, attribute_logits)
        loss = adversarial + self.settings.generator_attribute_weight * attribute
        terms = {"generator_adversarial_loss": adversarial, "generator_attribute_loss": attribute}
        return loss, terms, edited

    def _reconstruction_loss(self, batch, features):
        source = batch["source_attributes"]
        label = self.label_rule(source, source)
        reconstructed = self.generator.decode((features, []), label, training=True)
        reconstruction = reconstruction_loss(batch["images"], reconstructed)
        loss = self.settings.reconstruction_weight * reconstruction
        return loss, {"reconstruction_loss": reconstruction}, reconstructed
