"""StarGANTrainer: STGAN's training iteration with StarGAN's generator loss."""

import tensorflow as tf

from stgan_tf.losses.attribute import attribute_loss
from stgan_tf.losses.reconstruction import reconstruction_loss
from stgan_tf.systems.critic_trainer import CriticTrainer


class StarGANTrainer(CriticTrainer):
    """StarGAN (Choi et al., CVPR 2018, equations 1-6; official solver.py) as a `CriticTrainer`.

    The critic's part is the same: WGAN-GP and the classification of real images. The generator's
    reconstruction is the cycle: the edited image, edited back to the source attributes.
    """

    def generator_batch(self, critic_steps):
        """`StarGANSettings.generator_batch`."""
        return critic_steps - (self.settings.generator_batch == "critic")

    def attribute_loss(self, attributes, logits):
        """Cross entropy, the mean over images: of each attribute, summed over them, or of one
        domain out of all (`StarGANSettings.attribute_softmax`).
        """
        if self.settings.attribute_softmax:
            losses = tf.nn.softmax_cross_entropy_with_logits(labels=attributes, logits=logits)
            return tf.reduce_mean(losses)
        return attributes.shape[-1] * attribute_loss(attributes, logits)

    def generator_gradients(self, batch):
        """(variables, gradients of this replica's share of the loss, loss terms)."""
        settings, images = self.settings, batch["images"]
        source, target = batch["source_attributes"], batch["target_attributes"]
        variables = self.generator.trainable_variables
        with tf.GradientTape() as tape:
            edited = self.generator([images, self.label_rule(source, target)], training=True)
            features = self.discriminator.features(edited)
            adversarial = self.generator_adversarial_loss(self.discriminator.critic(features))
            attribute = self.attribute_loss(target, self.discriminator.attributes(features))
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
