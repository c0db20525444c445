"""CycleGANTrainer: trains two generators and two discriminators in turn."""

import tensorflow as tf

from stgan_tf.keras_versions import tf_variable
from stgan_tf.losses.adversarial import ADVERSARIAL_LOSSES
from stgan_tf.losses.reconstruction import reconstruction_loss
from stgan_tf.systems.cyclegan.image_pool import ImagePool
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.iteration_batches import require_batches
from stgan_tf.systems.system_trainer import SystemTrainer


class CycleGANTrainer(SystemTrainer):
    """CycleGAN (Zhu et al., ICCV 2017; official cycle_gan_model.py).

    One `train_step` is an update of both generators together, followed by one of both
    discriminators. The discriminators see the edits made before the generators' update, some of
    them swapped with earlier ones (`ImagePool`).

    Batches (`data`) are described in `SystemTrainer`; K = 2, images of domain A and of domain B.

    Args:
        translator: A built `Translator`, with generator_a (A -> B) and generator_b (B -> A).
        discriminator_a, discriminator_b: Built discriminators for images of domain B and domain A.
            As in the official code, they are named after the generators whose edits they see.
        settings: Loss weights and the size of the pools.
        image_size: Side of the images in pixels.
        seed: Seed of the pools' choices.
        kwargs: Arguments of `SystemTrainer`.
    """

    progress_terms = {
        "D": "discriminator_loss",
        "G": "generator_adversarial_loss",
        "cyc": "cycle_loss",
        "idt": "identity_loss",
        "edit": "edit_strength",
    }
    watched_terms = {"identity": "edit_strength", "reconstruction": "cycle_loss"}
    advice = {
        "identity": "The edits change nothing: mean |edited - image| has been {value:.2g} for "
        "{iterations} iterations. Lower --identity_weight, --cycle_weight_a and --cycle_weight_b, "
        "and check that the attribute file belongs to the images.",
        "reconstruction": "The cycle loss is not improving: L1 loss {value:.2g} after "
        "{iterations} iterations. Raise --learning_rate, or --cycle_weight_a and "
        "--cycle_weight_b, and check the crop and the sample grids.",
    }

    def __init__(
        self,
        translator,
        discriminator_a,
        discriminator_b,
        settings: CycleGANSettings,
        image_size,
        seed=0,
        **kwargs,
    ):
        super().__init__(translator, seed, **kwargs)
        self.translator = translator
        self.discriminator_a = discriminator_a
        self.discriminator_b = discriminator_b
        self.settings = settings
        losses = ADVERSARIAL_LOSSES[settings.adversarial_loss]
        self._discriminator_adversarial_loss, self._generator_adversarial_loss = losses
        shape, dtype = (image_size, image_size, 3), translator.variable_dtype
        #: For edits of images of domain A and of domain B (official fake_B_pool, fake_A_pool).
        self.pool_a = ImagePool(settings.pool_size, shape, seed, 0, dtype)
        self.pool_b = ImagePool(settings.pool_size, shape, seed, 1, dtype)

    @property
    def networks(self):
        return {
            "translator": self.translator,
            "discriminator_a": self.discriminator_a,
            "discriminator_b": self.discriminator_b,
        }

    @property
    def optimizers(self):
        return {
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
        }

    @property
    def saved_state(self):
        """The contents of the image pools."""
        if not self.settings.pool_size:
            return {}
        pools = {"pool_a": self.pool_a, "pool_b": self.pool_b}
        images = {f"{name}_images": pool.images for name, pool in pools.items()}
        return images | {f"{name}_stored": pool.stored for name, pool in pools.items()}

    @property
    def generator_variables(self):
        """The trainable variables of both generators, which one optimiser updates."""
        return self.translator.trainable_variables

    @property
    def discriminator_variables(self):
        """The trainable variables of both discriminators, which one optimiser updates."""
        return [
            *self.discriminator_a.trainable_variables,
            *self.discriminator_b.trainable_variables,
        ]

    def compile(self, generator_optimizer, discriminator_optimizer, **kwargs):
        """Sets both optimisers, any of Keras', and builds their slots.

        Inside strategy.run it would be too late to build them.
        """
        self.compile_with(
            {
                "generator_optimizer": generator_optimizer,
                "discriminator_optimizer": discriminator_optimizer,
            },
            **kwargs,
        )
        self.generator_optimizer.build(self.generator_variables)
        self.discriminator_optimizer.build(self.discriminator_variables)

    def train_step(self, data, stop_requested=None):
        require_batches(data, 2)
        iteration = tf_variable(self.iterations)
        real_a, real_b = (self.take_batch(data, k)["images"] for k in range(2))
        number = tf.identity(tf.cast(iteration, tf.int64))
        (fake_b, fake_a), terms = self.generator_step(real_a, real_b)
        shown_b = self.pool_a.exchange(fake_b, number)
        shown_a = self.pool_b.exchange(fake_a, number)
        with tf.control_dependencies(self.updated(self.translator)):
            shown_b, shown_a = tf.identity(shown_b), tf.identity(shown_a)
        terms |= self.discriminator_step(real_a, real_b, shown_b, shown_a)
        return self.global_means(terms, stop_requested)

    def generator_step(self, real_a, real_b):
        """One Adam step of both generators, on images (b, H, W, 3) of each domain.

        Returns ([edits in domain B, edits in domain A], loss terms), both from before the step.
        """
        edits = []

        def compute(batch):
            variables, gradients, made, terms = self.generator_gradients(batch["a"], batch["b"])
            edits.append(made)
            return variables, gradients, terms

        batch = {"a": real_a, "b": real_b}
        terms = self.update(self.generator_optimizer, "generator_gradient_norm", compute, batch)
        self.update_average()
        return [tf.concat(parts, axis=0) for parts in zip(*edits, strict=True)], terms

    def generator_gradients(self, real_a, real_b):
        """Returns (variables, gradients of this replica's share of the loss, (edits in B, edits in
        A), loss terms).
        """
        settings = self.settings
        a_to_b, b_to_a = self.translator.generator_a, self.translator.generator_b
        variables = self.generator_variables
        with tf.GradientTape() as tape:
            fake_b, fake_a = a_to_b(real_a), b_to_a(real_b)
            cycle_a = reconstruction_loss(real_a, b_to_a(fake_b))
            cycle_b = reconstruction_loss(real_b, a_to_b(fake_a))
            adversarial_a = self._generator_adversarial_loss(self.discriminator_a(fake_b))
            adversarial_b = self._generator_adversarial_loss(self.discriminator_b(fake_a))
            # Generators should not change images that are already in their target domain.
            identity_a = identity_b = tf.zeros((), fake_b.dtype)
            if settings.identity_weight:
                identity_a = reconstruction_loss(real_b, a_to_b(real_b))
                identity_b = reconstruction_loss(real_a, b_to_a(real_a))
            cycle = settings.cycle_weight_a * cycle_a + settings.cycle_weight_b * cycle_b
            # The official code weights generator_a's identity loss with the cycle weight of B.
            identity = settings.cycle_weight_b * identity_a + settings.cycle_weight_a * identity_b
            loss = adversarial_a + adversarial_b + cycle + settings.identity_weight * identity
            share = loss / self.replicas()  # optimisers sum gradients over the replicas
        terms = {
            "generator_adversarial_loss_a": adversarial_a,
            "generator_adversarial_loss_b": adversarial_b,
            "generator_adversarial_loss": adversarial_a + adversarial_b,
            "cycle_loss_a": cycle_a,
            "cycle_loss_b": cycle_b,
            "cycle_loss": (cycle_a + cycle_b) / 2,
            "identity_loss_a": identity_a,
            "identity_loss_b": identity_b,
            "identity_loss": (identity_a + identity_b) / 2,
            "generator_loss": loss,
            "edit_strength": (
                reconstruction_loss(fake_b, real_a) + reconstruction_loss(fake_a, real_b)
            )
            / 2,
        }
        return variables, tape.gradient(share, variables), (fake_b, fake_a), terms

    def discriminator_step(self, real_a, real_b, shown_b, shown_a):
        """One Adam step of both discriminators; returns the loss terms.

        All images are (b, H, W, 3): `real_a` and `real_b` of both domains, `shown_b` edits in
        domain B, `shown_a` edits in domain A.
        """
        batch = {"real_a": real_a, "real_b": real_b, "shown_b": shown_b, "shown_a": shown_a}
        return self.update(
            self.discriminator_optimizer,
            "discriminator_gradient_norm",
            self.discriminator_gradients,
            batch,
        )

    def discriminator_gradients(self, batch):
        """Returns (variables, gradients of this replica's share of the losses, loss terms).

        `batch` has the images of `discriminator_step` by name.
        """
        variables = self.discriminator_variables
        with tf.GradientTape() as tape:
            loss_a = self._discriminator_loss(
                self.discriminator_a, batch["real_b"], batch["shown_b"]
            )
            loss_b = self._discriminator_loss(
                self.discriminator_b, batch["real_a"], batch["shown_a"]
            )
            # The sum, since each loss depends only on its own discriminator.
            share = (loss_a + loss_b) / self.replicas()
        return (
            variables,
            tape.gradient(share, variables),
            {
                "discriminator_loss_a": loss_a,
                "discriminator_loss_b": loss_b,
                "discriminator_loss": loss_a + loss_b,
            },
        )

    def _discriminator_loss(self, discriminator, real, fake):
        """Half the loss on real images plus half the loss on edits."""
        return 0.5 * self._discriminator_adversarial_loss(discriminator(real), discriminator(fake))
