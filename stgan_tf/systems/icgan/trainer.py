"""IcGANTrainer: runs the stages of the training one after another."""

import tensorflow as tf

from stgan_tf.keras_versions import tf_variable
from stgan_tf.optimization.applying import apply_gradients
from stgan_tf.systems.icgan.losses import cross_entropy, signs, squared_error
from stgan_tf.systems.icgan.settings import IcGANSettings
from stgan_tf.systems.icgan.stage_plan import (
    ATTRIBUTE_ENCODER,
    CGAN,
    LATENT_ENCODER,
    STAGES,
    STATISTICS,
    StagePlan,
)
from stgan_tf.systems.icgan.wrong_labels import choose_wrong_labels
from stgan_tf.systems.iteration_batches import require_batches
from stgan_tf.systems.system_trainer import SystemTrainer


class IcGANTrainer(SystemTrainer):
    """IcGAN (Perarnau et al., 2016; official trainGAN.lua, generateEncoderDataset.lua and
    trainEncoder.lua), with all stages in one run (`StagePlan`):

    cgan: a step of the discriminator, then one of the generator on the same images.
    statistics: a forward pass of the generator in training mode, only for its moving averages.
    latent_encoder: a step of Ez on images from the fixed generator.
    attribute_encoder: a step of Ey on real images.

    As in the official code, generated images have the labels of random training images (here the
    batch's in shuffled order: the targets), z is drawn from N(0, 1), and both encoders' losses are
    means over all elements. Differences: Ez sees new images in every iteration instead of a stored
    set, the encoders use all training images instead of 66 %, and Ey sees mirrored images with
    --horizontal_flip.

    The official Lua code could not be run (Torch7 does not support current systems). Unlike those
    of other systems, the losses and networks are only verified against values computed by hand and
    parameter counts.

    Args:
        editor: A built `IcGANEditor`: generator, Ez and Ey.
        discriminator: The built discriminator.
        settings: Only `wrong_labels` is used.
        plan: When each stage ends.
        kwargs: Arguments of `SystemTrainer`. The seed determines z. With accumulation, the
            generator's activations of all parts stay in memory until its step, the discriminator's
            do not. The average covers the editor, so the fixed generator's average converges to it.

    Batches (`data`) are described in `SystemTrainer`; K = 1.
    """

    progress_terms = {
        "stage": "stage",
        "D": "discriminator_loss",
        "G": "generator_loss",
        "z": "latent_loss",
        "y": "attribute_loss",
    }

    def __init__(
        self,
        editor,
        discriminator,
        settings: IcGANSettings,
        plan: StagePlan,
        **kwargs,
    ):
        super().__init__(editor, **kwargs)
        self.editor = editor
        self.discriminator = discriminator
        self.settings = settings
        self.plan = plan

    @property
    def networks(self):
        return {"editor": self.editor, "discriminator": self.discriminator}

    @property
    def optimizers(self):
        """The generator's optimiser counts all iterations, including those without gradients."""
        return {
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
            "latent_encoder_optimizer": self.latent_encoder_optimizer,
            "attribute_encoder_optimizer": self.attribute_encoder_optimizer,
        }

    def compile(
        self,
        generator_optimizer,
        discriminator_optimizer,
        latent_encoder_optimizer,
        attribute_encoder_optimizer,
        **kwargs,
    ):
        """Sets the optimisers, any of Keras', and builds their slots, for which it would be too
        late inside strategy.run.
        """
        self.compile_with(
            {
                "generator_optimizer": generator_optimizer,
                "discriminator_optimizer": discriminator_optimizer,
                "latent_encoder_optimizer": latent_encoder_optimizer,
                "attribute_encoder_optimizer": attribute_encoder_optimizer,
            },
            **kwargs,
        )
        self.generator_optimizer.build(self.editor.generator.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)
        self.latent_encoder_optimizer.build(self.editor.latent_encoder.trainable_variables)
        self.attribute_encoder_optimizer.build(self.editor.attribute_encoder.trainable_variables)

    def phase(self):
        """The stage of the next iteration."""
        with tf.init_scope():  # for the count's value even while a graph is being traced
            return self.plan.stage(int(self.iterations.numpy()))

    def train_step(self, data, stop_requested=None, phase=None):
        """One iteration of the stage `phase`; None: that of `phase()` when the graph is traced, so
        a single graph, such as that of `fit`, stays in its first stage.
        """
        require_batches(data, 1)
        stage = phase or self.phase()
        count = tf_variable(self.iterations)
        number = tf.identity(tf.cast(count, tf.int64))
        step = {
            CGAN: self.cgan_step,
            STATISTICS: self.statistics_step,
            LATENT_ENCODER: self.latent_encoder_step,
            ATTRIBUTE_ENCODER: self.attribute_encoder_step,
        }[stage]
        terms = step(self.take_batch(data, 0), number)
        if stage != CGAN:
            apply_gradients(self.generator_optimizer, [], [])
        self.update_average()
        stage_term = tf.constant(float(STAGES.index(stage)))
        return self.global_means({"stage": stage_term, **terms}, stop_requested)

    def cgan_step(self, batch, number):
        """One Adam step of the discriminator, then one of the generator with the updated
        discriminator, on the same images; returns the loss terms.
        """
        labels = signs(batch["source_attributes"])
        wrong, counts = self._wrong_labels(labels)
        parts = {
            "images": batch["images"],
            "labels": labels,
            "wrong_labels": wrong,
            "wrong_counts": counts,
            "fake_labels": signs(batch["target_attributes"]),
        }
        made = []

        def of_discriminator(part, latents):
            with tf.GradientTape() as tape:
                fakes = self.editor.generator([latents, part["fake_labels"]], training=True)
            made.append((tape, fakes))
            return self.discriminator_gradients(part, fakes)

        terms = self.update(
            self.discriminator_optimizer,
            "discriminator_gradient_norm",
            of_discriminator,
            parts,
            self.draw_latents(labels, number),
        )

        remembered = iter(made)

        def of_generator(part):
            return self.generator_gradients(part, *next(remembered))

        optimizer = self.generator_optimizer
        return terms | self.update(optimizer, "generator_gradient_norm", of_generator, parts)

    def discriminator_gradients(self, batch, fakes):
        """Returns (variables, gradients of this replica's share of the loss, loss terms).

        `batch` has images; labels, wrong_labels and fake_labels (b, A), each -1 or 1; wrong_counts
        (b,), 0 for images without a wrong label. `fakes` are the images made for fake_labels.
        """
        variables = self.discriminator.trainable_variables
        with tf.GradientTape() as tape:
            real_loss = cross_entropy(
                self.discriminator([batch["images"], batch["labels"]], training=True), 1.0
            )
            wrong_loss, weight = tf.zeros_like(real_loss), 1.0
            if self.settings.wrong_labels:
                weight = 0.5
                logits = self.discriminator([batch["images"], batch["wrong_labels"]], training=True)
                wrong_loss = cross_entropy(logits, 0.0, batch["wrong_counts"])
            fake_loss = cross_entropy(
                self.discriminator([fakes, batch["fake_labels"]], training=True), 0.0
            )
            loss = real_loss + weight * (wrong_loss + fake_loss)
            share = loss / self.replicas()  # optimisers sum gradients over the replicas
        terms = {
            "discriminator_real_loss": real_loss,
            "discriminator_wrong_loss": wrong_loss,
            "discriminator_fake_loss": fake_loss,
            "discriminator_loss": loss,
        }
        return variables, tape.gradient(share, variables), terms

    def generator_gradients(self, batch, tape, fakes):
        """Returns (variables, gradients of this replica's share of the loss, loss terms).

        `fakes` are the images made for the batch's fake_labels while `tape` watched the generator.
        """
        variables = self.editor.generator.trainable_variables
        with tf.GradientTape() as discriminator_tape:
            discriminator_tape.watch(fakes)
            logits = self.discriminator([fakes, batch["fake_labels"]], training=True)
            loss = cross_entropy(logits, 1.0)
            share = loss / self.replicas()
        of_fakes = discriminator_tape.gradient(share, fakes)
        gradients = tape.gradient(fakes, variables, output_gradients=of_fakes)
        return variables, gradients, {"generator_loss": loss}

    def statistics_step(self, batch, number):
        """A forward pass of the generator in training mode."""
        labels = signs(batch["target_attributes"])
        self.editor.generator([self.draw_latents(labels, number), labels], training=True)
        return {}

    def latent_encoder_step(self, batch, number):
        """One Adam step of Ez on images that the generator makes from random z in inference mode;
        returns the loss terms.
        """
        parts = {"labels": signs(batch["target_attributes"])}
        return self.update(
            self.latent_encoder_optimizer,
            "encoder_gradient_norm",
            self.latent_encoder_gradients,
            parts,
            self.draw_latents(parts["labels"], number),
        )

    def latent_encoder_gradients(self, batch, latents):
        """Returns (variables, gradients of this replica's share of the loss, loss terms) for labels
        (b, A), -1 or 1, and z (b, Z).
        """
        encoder = self.editor.latent_encoder
        images = self.editor.generator([latents, batch["labels"]], training=False)
        variables = encoder.trainable_variables
        with tf.GradientTape() as tape:
            loss = squared_error(encoder(images, training=True), latents)
            share = loss / self.replicas()
        return variables, tape.gradient(share, variables), {"latent_loss": loss}

    def attribute_encoder_step(self, batch, number):
        """One Adam step of Ey on real images; returns the loss terms."""
        parts = {"images": batch["images"], "labels": signs(batch["source_attributes"])}
        return self.update(
            self.attribute_encoder_optimizer,
            "encoder_gradient_norm",
            self.attribute_encoder_gradients,
            parts,
        )

    def attribute_encoder_gradients(self, batch):
        """Returns (variables, gradients of this replica's share of the loss, loss terms) for images
        and their labels (b, A), -1 or 1.
        """
        encoder = self.editor.attribute_encoder
        variables = encoder.trainable_variables
        with tf.GradientTape() as tape:
            seen = encoder(batch["images"], training=True)
            loss = squared_error(seen, batch["labels"])
            share = loss / self.replicas()
        right = tf.reduce_mean(tf.cast((seen > 0) == (batch["labels"] > 0), loss.dtype))
        terms = {"attribute_loss": loss, "attribute_accuracy": right}
        return variables, tape.gradient(share, variables), terms

    def draw_latents(self, labels, number):
        """This replica's z (b, Z) for iteration `number`, one for each row of `labels`."""
        return self.normal_rows((labels.shape[0], self.editor.latent_size), number, self.seed)

    def _wrong_labels(self, labels):
        """This replica's rows of `choose_wrong_labels` for the labels of all replicas."""
        if self.replicas() == 1:
            return choose_wrong_labels(labels)
        context, rows = tf.distribute.get_replica_context(), labels.shape[0]
        everyones = context.all_gather(labels, axis=0)
        everyones = tf.ensure_shape(everyones, (rows * self.replicas(), labels.shape[1]))
        start = context.replica_id_in_sync_group * rows
        return [
            tf.ensure_shape(values[start : start + rows], (rows, *values.shape[1:]))
            for values in choose_wrong_labels(everyones)
        ]
