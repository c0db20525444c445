"""StarGANTrainer: STGAN's training iteration with StarGAN's generator loss."""

import keras
import tensorflow as tf

from stgan_tf.losses.attribute import attribute_loss
from stgan_tf.losses.reconstruction import reconstruction_loss
from stgan_tf.systems.critic_trainer import CriticTrainer
from stgan_tf.systems.stargan.settings import StarGANSettings


@keras.saving.register_keras_serializable(package="stgan_tf")
class StarGANTrainer(CriticTrainer):
    """StarGAN (Choi et al., CVPR 2018, equations 1-6; official solver.py) as a `CriticTrainer`.

    The critic's loss is the same as STGAN's: WGAN-GP and the classification of real images. The
    generator's reconstruction is a cycle: the edited image is edited back to the source attributes.

    Args: See `CriticTrainer`; `settings` are `StarGANSettings`.
    """

    settings_type = StarGANSettings

    def reconstruct(self, batch, edited):
        """The edited images, edited back to the source attributes."""
        label = self.label_rule(batch["target_attributes"], batch["source_attributes"])
        return self.generator([edited, label], training=False)

    def attribute_loss(self, attributes, logits):
        """Cross entropy, a scalar: the mean over images, summed over the attributes.

        With `StarGANSettings.attribute_softmax` it is that of a softmax over the attributes.
        """
        if self.settings.attribute_softmax:
            losses = tf.nn.softmax_cross_entropy_with_logits(labels=attributes, logits=logits)
            return tf.reduce_mean(losses)
        return attributes.shape[-1] * attribute_loss(attributes, logits)

    def generator_gradients(self, batch):
        """Returns (variables, gradients of this replica's share of the loss, loss terms)."""
        settings, images = self.settings, batch["images"]
        source, target = batch["source_attributes"], batch["target_attributes"]
        variables = self.generator.trainable_variables
        with tf.GradientTape() as tape:
            edited = self.generator([images, self.label_rule(source, target)], training=True)
            features = self.discriminator.features(edited)
            adversarial = self.generator_adversarial_loss(self.discriminator.critic(features))
            attribute = self.attribute_loss(target, self.attribute_logits(batch, edited, features))
            back = self.generator([edited, self.label_rule(target, source)], training=True)
            cycle = reconstruction_loss(images, back)
            loss = (
                adversarial
                + settings.generator_attribute_weight * attribute
                + settings.reconstruction_weight * cycle
            )
            share = loss / self.replicas()
        terms = {
            "generator_adversarial_loss": adversarial,
            "generator_attribute_loss": attribute,
            "reconstruction_loss": cycle,
            "generator_loss": loss,
            "edit_strength": tf.reduce_mean(tf.abs(edited - images)),
        }
        return variables, tape.gradient(share, variables), terms
