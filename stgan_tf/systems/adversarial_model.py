"""AdversarialModel: a generator and a discriminator as one Keras model."""

import abc
import dataclasses

import keras
import tensorflow as tf

from stgan_tf.keras_versions import build_network, is_compiled
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.critic_settings import CriticSettings
from stgan_tf.systems.iteration_batches import require_batches
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.plain_data import images_and_attributes, plain_dataset, require_plain
from stgan_tf.systems.system_trainer import SystemTrainer

#: Stream of the random numbers that shuffle targets; the gradient penalty uses 0 and 1.
_TARGETS = 2


class AdversarialModel(SystemTrainer):
    """Two networks trained against each other, as a Keras model.

    Supports `compile`, `fit`, `evaluate`, `predict`, callbacks, saving and loading.
    `model(images, labels)` edits images like the generator.

    A batch (`data`) is a dict as described in `SystemTrainer`, or plain data: a pair of images
    (K * b, H, W, 3) and attributes (K * b, A), or (K, b, H, W, 3) and (K, b, A), with
    K = `settings.batches_per_iteration`. For plain data the target attributes are each batch's
    attributes in shuffled order.

    Args:
        generator, discriminator: The networks. If not built yet, they are built with the first
            data.
        settings: Loss weights and critic updates per generator update; None: those of the paper.
        label_rule: How the generator's labels are computed; None: the rule of the settings.
        kwargs: Arguments of `SystemTrainer`. The seed also determines the targets of plain data.

    Attributes:
        evaluated_terms: Names of the terms that `evaluation_terms` returns.
    """

    evaluated_terms: tuple[str, ...]

    #: Settings class of the default settings, and of saved models.
    settings_type: type[CriticSettings]

    def __init__(
        self,
        generator,
        discriminator,
        settings: CriticSettings | None = None,
        label_rule: LabelRule | None = None,
        **kwargs,
    ):
        super().__init__(generator, **kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.settings = settings = self.settings_type() if settings is None else settings
        self.label_rule = settings.label_rule if label_rule is None else label_rule
        self._traced_shape = None
        self._means = {name: keras.metrics.Mean(name) for name in self.evaluated_terms}
        self.built = generator.built and discriminator.built

    @property
    def networks(self):
        return {"generator": self.generator, "discriminator": self.discriminator}

    @property
    def optimizers(self):
        return {
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
        }

    def compile(self, optimizer=None, discriminator_optimizer=None, **kwargs):
        """Sets both optimisers, and builds their slots if the networks are built.

        Inside strategy.run it would be too late to build them.

        Args:
            optimizer: The generator's optimiser, as a Keras optimiser, its name or its
                configuration; None: the paper's Adam (section 4: rate 2e-4, beta_1 0.5,
                beta_2 0.999).
            discriminator_optimizer: None: one like the generator's. A learning-rate schedule then
                counts the critic's own updates, of which there are several per iteration.
            kwargs: Arguments of Keras' `compile`. XLA is used only with `jit_compile=True`.
        """
        if optimizer is None:
            optimizer = FusedAdam(2e-4, beta_1=0.5, beta_2=0.999)
        optimizer = keras.optimizers.get(optimizer)
        if discriminator_optimizer is None:
            discriminator_optimizer = type(optimizer).from_config(optimizer.get_config())
        self.compile_with(
            {
                "generator_optimizer": optimizer,
                "discriminator_optimizer": discriminator_optimizer,
            },
            **kwargs,
        )
        self._build_optimizers()

    def _build_optimizers(self):
        if self.built and is_compiled(self):
            self.generator_optimizer.build(self.generator.trainable_variables)
            self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def build(self, images_shape, labels_shape=None):
        """Builds the networks that are not built, for images (B, H, W, 3) and labels (B, A).

        The shapes are given as two arguments or as a list of both; that of the images will do.
        """
        if labels_shape is None and len(images_shape) == 2:
            images_shape, labels_shape = images_shape
        attributes = labels_shape[-1] if labels_shape else self.discriminator.num_attributes
        shapes = [(None, *images_shape[1:]), (None, attributes)]
        with self.distribute_strategy.scope():
            if not self.generator.built:
                build_network(self.generator, shapes)
            if not self.discriminator.built:
                build_network(self.discriminator, shapes[0])
            self.built = True
            self.start_average(self.generator)
            self._build_optimizers()

    def call(self, images, labels=None, training=False):
        """Edits images (B, H, W, 3) in [-1, 1] with labels (B, A), as `label_rule` makes them.

        They are given as two arguments or as a list of both. Returns images of the same shape.
        """
        inputs = list(images) if labels is None else [images, labels]
        return self.generator(inputs, training=training)

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", **kwargs):
        """Keras' `fit`, which also takes plain data (see `plain_dataset`).

        Each step is one iteration; the logs of an epoch are the terms of its last iteration.

        Args:
            x: Images, or a data set of (images, attributes) or of dicts (`SystemTrainer`).
            y: Attributes, if the images are given as an array.
            batch_size: Images per update, for arrays; None: 32.
            kwargs: Arguments of Keras' `fit`. Sample and class weights are not supported.

        Raises:
            ValueError: The data do not fit the networks or an iteration.
        """
        for name in ("sample_weight", "class_weight"):
            if kwargs.pop(name, None) is not None:
                raise ValueError(f"`{name}` is not supported: the losses are not weighted.")
        split, shuffle = kwargs.pop("validation_split", 0.0), kwargs.pop("shuffle", True)
        if split:
            if y is None:
                raise ValueError(
                    "`validation_split` needs images and attributes as two arrays, `x` and `y`. "
                    "For other data pass `validation_data`."
                )
            kept = round(len(x) * (1 - split))
            kwargs["validation_data"] = (x[kept:], y[kept:])
            x, y = x[:kept], y[:kept]
        batches = self.settings.batches_per_iteration
        plain = plain_dataset(x, y, batch_size, batches, self.seed, bool(shuffle))
        if plain is not None:
            self._prepare_for(*plain.element_spec)
            x, y, batch_size = plain, None, None
        elif isinstance(x, tf.data.Dataset) and isinstance(x.element_spec, dict):
            images, attributes = (x.element_spec[name] for name in ("images", "source_attributes"))
            self._prepare_for(images, attributes)
        return super().fit(
            x, y, batch_size=batch_size, epochs=epochs, verbose=verbose, shuffle=False, **kwargs
        )

    def train_on_batch(self, x, y=None, **kwargs):
        """One iteration on plain data: images (K * b, H, W, 3) and attributes (K * b, A).

        Their values are checked (`require_plain`) whenever their shape is new.
        """
        if self._traced_shape != getattr(x, "shape", None):
            require_plain(x, y)
        self._prepare_for(x, y)
        return super().train_on_batch(x, y, **kwargs)

    def _prepare_for(self, images, attributes):
        """Builds unbuilt networks for images (..., H, W, 3) and attributes (..., A).

        A new shape gets a new graph: Keras would trace one for any number of images, which could
        not be divided into batches.
        """
        if attributes.shape[-1] != self.discriminator.num_attributes:
            raise ValueError(
                f"The discriminator predicts {self.discriminator.num_attributes} attributes. "
                f"Received: attributes of shape {tuple(attributes.shape)}."
            )
        if not self.built:
            self.build((None, *images.shape[-3:]), (None, attributes.shape[-1]))
        if self._traced_shape != tuple(images.shape):
            self._traced_shape = tuple(images.shape)
            self.train_function = None

    def iteration_batches(self, data, iteration):
        """`data`, which may be plain, as the dict described in `SystemTrainer`."""
        if not isinstance(data, dict):
            data = self._with_targets(*self._plain_batches(data), iteration)
        require_batches(data, self.settings.batches_per_iteration)
        return data

    def _plain_batches(self, data):
        """Images (K, b, H, W, 3) and attributes (K, b, A) of plain data."""
        images, attributes = images_and_attributes(data)
        if len(images.shape) == 5:
            return images, attributes
        count, batches = images.shape[0], self.settings.batches_per_iteration
        if count is None or count % batches:
            raise ValueError(
                f"An iteration takes {batches} batches, here concatenated in one array: images of "
                f"shape (n, height, width, 3), with a fixed n divisible by {batches} (for data "
                f"sets: drop_remainder=True). Received: shape {images.shape}."
            )
        rows = count // batches
        return (
            tf.reshape(images, (batches, rows, *images.shape[1:])),
            tf.reshape(attributes, (batches, rows, attributes.shape[-1])),
        )

    def _with_targets(self, images, attributes, iteration):
        shape = (attributes.shape[1], attributes.shape[0])
        drawn = self.uniform_rows(shape, iteration, self.seed, stream=_TARGETS)
        order = tf.argsort(tf.transpose(drawn), axis=1)
        return {
            "images": images,
            "source_attributes": attributes,
            "target_attributes": tf.gather(attributes, order, batch_dims=1),
        }

    def test_step(self, data):
        """Returns the means of the evaluated terms over the images, without training.

        With plain data, a pair of images (B, H, W, 3) and attributes (B, A), each image's target is
        the attributes of the next image in its batch. With the dicts of `train_step`, all K batches
        are used.
        """
        if isinstance(data, dict):
            batch = {name: _flattened(values) for name, values in data.items()}
        else:
            images, attributes = images_and_attributes(data)
            batch = {
                "images": images,
                "source_attributes": attributes,
                "target_attributes": tf.roll(attributes, -1, axis=0),
            }
        rows = tf.shape(batch["images"])[0]
        for name, value in self.evaluation_terms(batch).items():
            self._means[name].update_state(value, sample_weight=rows)
        return {name: mean.result() for name, mean in self._means.items()}

    @abc.abstractmethod
    def evaluation_terms(self, batch):
        """The terms of `evaluate` for one batch, {name: scalar}, without training."""

    def run_settings(self) -> CriticSettings:
        """Settings from which a run builds networks equal to these."""
        return self.settings

    def get_config(self):
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "settings": dataclasses.asdict(self.settings),
            "label_rule": dataclasses.asdict(self.label_rule),
        }

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        for name in ("generator", "discriminator"):
            config[name] = keras.saving.deserialize_keras_object(config[name])
        config["settings"] = cls.settings_type(**config["settings"])
        config["label_rule"] = LabelRule(**config["label_rule"])
        return cls(**config)

    def get_compile_config(self):
        return {
            name: keras.saving.serialize_keras_object(optimizer)
            for name, optimizer in (
                ("optimizer", self.generator_optimizer),
                ("discriminator_optimizer", self.discriminator_optimizer),
            )
        } | {"jit_compile": self.jit_compile}

    def compile_from_config(self, config):
        config = dict(config)
        for name in ("optimizer", "discriminator_optimizer"):
            config[name] = keras.saving.deserialize_keras_object(config[name])
        self.compile(**config)


def _flattened(values):
    """(K, b, ...) -> (K * b, ...)."""
    return tf.reshape(values, (-1, *values.shape[2:]))
