"""FaderNetTrainer: trains an auto-encoder whose latent does not reveal the attributes."""

import tensorflow as tf

from stgan_tf.keras_versions import tf_variable
from stgan_tf.systems.fadernet.losses import attributes_loss, binary_loss
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.iteration_batches import require_batches
from stgan_tf.systems.system_trainer import SystemTrainer

#: Streams of `uniform_rows`, one for each draw in an update.
_LATENT_DROPOUT, _DROPOUT, _WRONG, _LABELS, _DROPOUT_OF_EDITS, _PATCH_LABELS = range(6)


class FaderNetTrainer(SystemTrainer):
    """FaderNet (Lample et al., NIPS 2017, section 3; official training.py).

    In one `train_step` each update uses a fresh batch. The latent discriminator learns to predict
    the attributes of images from their latents, the optional patch discriminator to distinguish
    photos from edits for random labels, and the optional classifier to predict the attributes of
    photos. Then the auto-encoder learns to reconstruct images, to make the latent discriminator
    predict a wrong value of each category, and to make edits for random labels look like photos
    with these labels. All its loss weights except that of the reconstruction ramp up from 0.

    Batches (`data`) are described in `SystemTrainer`; K is 2 plus the updates of the patch
    discriminator and the classifier. Target attributes are not used.

    Args:
        auto_encoder, latent_discriminator: Built networks.
        settings: Loss weights, dropout rates, numbers of updates and the ramp.
        patch_discriminator, classifier: Built networks, or None.
        kwargs: Arguments of `SystemTrainer`. The seed determines dropout and random labels.
    """

    progress_terms = {
        "rec": "reconstruction_loss",
        "dis": "latent_discriminator_loss",
        "flip": "flipped_attributes_loss",
        "patch": "patch_loss",
        "att": "edited_attributes_loss",
    }
    watched_terms = {"reconstruction": "reconstruction_loss"}
    advice = {
        "reconstruction": "The reconstruction is not improving: squared error {value:.2g} after "
        "{iterations} iterations. Raise --learning_rate, lower --latent_weight, and check the crop "
        "and the sample grids for images that are not faces."
    }

    def __init__(
        self,
        auto_encoder,
        latent_discriminator,
        settings: FaderNetSettings,
        patch_discriminator=None,
        classifier=None,
        **kwargs,
    ):
        super().__init__(auto_encoder, **kwargs)
        self.auto_encoder = auto_encoder
        self.latent_discriminator = latent_discriminator
        self.settings = settings
        self.patch_discriminator = patch_discriminator
        self.classifier = classifier

    @property
    def networks(self):
        networks = {
            "auto_encoder": self.auto_encoder,
            "latent_discriminator": self.latent_discriminator,
            "patch_discriminator": self.patch_discriminator,
            "classifier": self.classifier,
        }
        return {name: network for name, network in networks.items() if network is not None}

    @property
    def optimizers(self):
        return {f"{name}_optimizer": getattr(self, f"{name}_optimizer") for name in self.networks}

    def compile(self, *optimizers, **kwargs):
        """Sets an optimiser, any of Keras', for each of `networks` and builds their slots, for
        which it would be too late inside strategy.run.
        """
        names = [f"{name}_optimizer" for name in self.networks]
        self.compile_with(dict(zip(names, optimizers, strict=True)), **kwargs)
        for name, network in zip(names, self.networks.values(), strict=True):
            getattr(self, name).build(network.trainable_variables)

    def train_step(self, data, stop_requested=None):
        number = tf.identity(tf.cast(tf_variable(self.iterations), tf.int64))
        updates = [(self.discriminator_step, self.latent_discriminator, 1)]
        if self.patch_discriminator is not None:
            updates.append((self.patch_step, self.patch_discriminator, self.settings.patch_steps))
        if self.classifier is not None:
            updates.append((self.classifier_step, self.classifier, self.settings.classifier_steps))
        require_batches(data, 1 + sum(times for _, _, times in updates))
        terms, k, finished = {}, 0, []
        for step, network, times in updates:
            for i in range(times):
                batch = self.take_batch(data, k, finished)
                terms |= step(batch, number * times + i)
                finished = self.updated(network)
                k += 1
        terms |= self.auto_encoder_step(self.take_batch(data, k, finished), number)
        return self.global_means(terms, stop_requested)

    @property
    def categories(self):
        """The `Categories` of the auto-encoder's labels."""
        return self.auto_encoder.categories

    def ramp(self, number):
        """The factor, 0 to 1, of the ramped loss weights in iteration `number`, which is counted
        from 0 (official get_lambda).
        """
        ramp = self.settings.latent_ramp_iterations
        if not ramp:
            return tf.constant(1.0, self._dtype)
        return tf.minimum(tf.cast(number, self._dtype), ramp) / ramp

    @property
    def _dtype(self):
        return self.auto_encoder.variable_dtype

    def _keep(self, shapes, rate, number, stream):
        """Dropout factors, 0 or 1 / (1 - rate), from one draw for all layers of an update."""
        if not rate:
            return ()
        sizes = [int(shape[1] * shape[2] * shape[3]) for shape in shapes]
        drawn = self.uniform_rows((shapes[0][0], sum(sizes)), number, self.seed, stream)
        factors = tf.cast(drawn >= rate, self._dtype) / (1 - rate)
        parts = tf.split(factors, sizes, axis=1)
        return tuple(tf.reshape(p, s) for p, s in zip(parts, shapes, strict=True))

    def wrong_columns(self, columns, number):
        """Columns (b, C) that differ from `columns` in all categories, for update `number`."""
        drawn = None
        if max(self.categories.sizes) > 2:
            shape = columns.shape[0], len(self.categories.sizes)
            drawn = self.uniform_rows(shape, number, self.seed, _WRONG)
        return self.categories.wrong(columns, drawn)

    def random_columns(self, count, number, stream):
        """Random columns (count, C)."""
        shape = count, len(self.categories.sizes)
        drawn = self.uniform_rows(shape, number, self.seed, stream)
        return self.categories.random(tf.cast(drawn, self._dtype))

    def discriminator_step(self, batch, number):
        """One Adam step of the latent discriminator; returns its loss terms."""
        latents = self.auto_encoder.latent(self.auto_encoder.encode(batch["images"]))
        shapes = self.latent_discriminator.keep_shapes(latents.shape)
        keep = self._keep(shapes, self.settings.latent_dropout, number, _LATENT_DROPOUT)
        return self.update(
            self.latent_discriminator_optimizer,
            "latent_discriminator_gradient_norm",
            self.discriminator_gradients,
            batch,
            latents,
            *keep,
        )

    def discriminator_gradients(self, batch, latents, *keep):
        """Returns (variables, gradients of this replica's share of the loss, loss terms).

        `latents` are those of the batch's images, from the auto-encoder in inference mode.
        """
        return self._attributes_gradients(
            self.latent_discriminator, "latent_discriminator_loss", batch, latents, keep=keep
        )

    def patch_step(self, batch, number):
        """One Adam step of the patch discriminator; returns its loss terms."""
        random = self.random_columns(batch["images"].shape[0], number, _PATCH_LABELS)
        return self.update(
            self.patch_discriminator_optimizer,
            "patch_discriminator_gradient_norm",
            self.patch_gradients,
            batch,
            random,
        )

    def patch_gradients(self, batch, random_columns):
        """Returns (variables, gradients of this replica's share of the loss, loss terms).

        The auto-encoder makes the edits in inference mode.
        """
        real = batch["images"]
        edited = self.auto_encoder.decode_columns(self.auto_encoder.encode(real), random_columns)
        smooth = self.settings.smooth_label
        variables = self.patch_discriminator.trainable_variables
        with tf.GradientTape() as tape:
            # Separate calls, so that photos and edits have their own batch statistics.
            loss = binary_loss(1 - smooth, self.patch_discriminator(real, training=True))
            loss += binary_loss(smooth, self.patch_discriminator(edited, training=True))
            share = loss / self.replicas()
        return variables, tape.gradient(share, variables), {"patch_discriminator_loss": loss}

    def classifier_step(self, batch, number):
        """One Adam step of the classifier; returns its loss terms."""
        return self.update(
            self.classifier_optimizer,
            "classifier_gradient_norm",
            self.classifier_gradients,
            batch,
        )

    def classifier_gradients(self, batch):
        """Returns (variables, gradients of this replica's share of the loss, loss terms)."""
        return self._attributes_gradients(
            self.classifier, "classifier_loss", batch, batch["images"]
        )

    def _attributes_gradients(self, network, term, batch, inputs, keep=()):
        variables = network.trainable_variables
        columns = self.categories.one_hot(batch["source_attributes"])
        with tf.GradientTape() as tape:
            logits = network(inputs, training=True, keep=keep)
            loss = attributes_loss(columns, logits, self.categories.sizes)
            share = loss / self.replicas()  # optimisers sum gradients over the replicas
        return variables, tape.gradient(share, variables), {term: loss}

    @property
    def _edits_count(self):
        """Whether the auto-encoder's objective includes edits for random labels."""
        return bool(self.settings.patch_weight or self.settings.classifier_weight)

    def auto_encoder_step(self, batch, number):
        """One Adam step of the auto-encoder; returns its loss terms."""
        settings, images = self.settings, batch["images"]
        shapes = self.auto_encoder.dropout_shapes(images.shape)
        keep = self._keep(shapes, settings.decoder_dropout, number, _DROPOUT)
        columns = self.categories.one_hot(batch["source_attributes"])
        batch = {
            "images": images,
            "columns": columns,
            "wrong_columns": self.wrong_columns(columns, number),
        }
        if self._edits_count:
            batch["random_columns"] = self.random_columns(images.shape[0], number, _LABELS)
            keep += self._keep(shapes, settings.decoder_dropout, number, _DROPOUT_OF_EDITS)
        ramp = self.ramp(number)
        terms = self.update(
            self.auto_encoder_optimizer,
            "auto_encoder_gradient_norm",
            lambda part, *keep: self.auto_encoder_gradients(part, ramp, *keep),
            batch,
            *keep,
        )
        self.update_average()
        return {**terms, "latent_weight": settings.latent_weight * ramp}

    def auto_encoder_gradients(self, batch, ramp, *keep):
        """Returns (variables, gradients of this replica's share of the loss, loss terms).

        Args:
            batch: images; columns, wrong_columns and, for edits, random_columns, each (b, C).
            ramp: Factor of the ramped loss weights.
            keep: Dropout factors of the reconstruction's layers, then of the edits' layers.
        """
        settings, images = self.settings, batch["images"]
        of_edits = len(keep) // 2 if self._edits_count else len(keep)
        variables = self.auto_encoder.trainable_variables
        with tf.GradientTape() as tape:
            encoded = self.auto_encoder.encode(images, training=True)
            decoded = self.auto_encoder.decode_columns(
                encoded, batch["columns"], training=True, keep=keep[:of_edits]
            )
            reconstruction = tf.reduce_mean(tf.math.squared_difference(images, decoded))
            logits = self.latent_discriminator(self.auto_encoder.latent(encoded), training=False)
            flipped = attributes_loss(batch["wrong_columns"], logits, self.categories.sizes)
            loss = settings.reconstruction_weight * reconstruction
            loss += settings.latent_weight * ramp * flipped
            terms = {"reconstruction_loss": reconstruction, "flipped_attributes_loss": flipped}
            if self._edits_count:
                edited = self.auto_encoder.decode_columns(
                    encoded, batch["random_columns"], training=True, keep=keep[of_edits:]
                )
                of_edited, more = self._edits_loss(edited, batch["random_columns"])
                loss += ramp * of_edited
                terms |= more
            share = loss / self.replicas()
        return variables, tape.gradient(share, variables), {**terms, "auto_encoder_loss": loss}

    def _edits_loss(self, edited, columns):
        """The loss of edits for random labels, and its terms."""
        settings, loss, terms = self.settings, 0.0, {}
        if settings.patch_weight:
            probabilities = self.patch_discriminator(edited, training=False)
            terms["patch_loss"] = binary_loss(1 - settings.smooth_label, probabilities)
            loss += settings.patch_weight * terms["patch_loss"]
        if settings.classifier_weight:
            logits = self.classifier(edited, training=False)
            attributes = attributes_loss(columns, logits, self.categories.sizes)
            terms["edited_attributes_loss"] = attributes
            loss += settings.classifier_weight * attributes
        return loss, terms
