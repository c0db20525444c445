"""The generator: encoder, selective transfer, decoder."""

import dataclasses

import keras
import tensorflow as tf

from stgan_tf.systems.stgan.decoder import Decoder
from stgan_tf.systems.stgan.edit_mask import blend_by_mask
from stgan_tf.systems.stgan.encoder import Encoder
from stgan_tf.systems.stgan.generator_settings import PER_LAYER, GeneratorSettings
from stgan_tf.systems.stgan.selective_transfer import SelectiveTransfer

#: Names of the settings, which are also arguments of the constructor.
GENERATOR_SETTINGS = tuple(field.name for field in dataclasses.fields(GeneratorSettings))


@keras.saving.register_keras_serializable(package="stgan_tf")
class Generator(keras.Model):
    """Edits images as an attribute vector says (paper section 3.3).

    What the vector means depends on the training (`LabelRule`): for STGAN it is the difference
    target - source in {-1, 0, 1}, for AttGAN-like models the target as (2t - 1) / 2. The variants
    of AttGAN have use_stu=False and shortcut_layers 0 (ED), 1, 2 or 4 (UNet).

    Args:
        settings: `GeneratorSettings`, or `STGANSettings`, which include them; None: the settings
            are given by name.
        synchronized: Whether batch normalisation uses statistics over all replicas
            (`BatchNormalization`).
        dtype: Keras dtype or policy ("mixed_bfloat16"); None: float32, whatever Keras' default is.
        kwargs: Settings by name, as in `Generator(num_layers=4, encoder_width=16)`, and Keras'
            arguments of a model. Settings that are not given have the paper's values, with no more
            skip connections and injections than there are layers for.

    Call arguments:
        inputs: [images (B, H, W, 3) float32 in [-1, 1], labels (B, A) float32].
        training: Whether to use batch statistics and update the moving averages.

    Returns: images (B, H, W, 3) float32 in [-1, 1].

    Raises: ConfigError (a ValueError) for settings that cannot work, TypeError for settings given
        both ways, ValueError for images whose sides are not divisible by 2^num_layers.
    """

    def __init__(
        self,
        settings: GeneratorSettings | None = None,
        *,
        synchronized: bool = False,
        dtype=None,
        **kwargs,
    ):
        given = {name: kwargs.pop(name) for name in GENERATOR_SETTINGS if name in kwargs}
        # The layers cast their inputs themselves; a mask needs the images as they came.
        super().__init__(dtype=dtype or "float32", autocast=False, **kwargs)
        self.settings = settings = _settings(settings, given)
        self.synchronized = synchronized
        shared = {
            "batch_norm": {
                "momentum": settings.batch_norm_momentum,
                "synchronized": synchronized,
            },
            "dtype": self.dtype_policy,
        }
        self.encoder = Encoder(
            settings.num_layers,
            settings.encoder_width,
            settings.max_channels,
            settings.multi_inputs,
            name="encoder",
            **shared,
        )
        self.selective_transfer = None
        if settings.use_stu:
            self.selective_transfer = SelectiveTransfer(
                settings.shortcut_layers,
                settings.num_layers,
                settings.stu_width,
                settings.max_channels,
                settings.stu_inject_layers,
                settings.stu_kernel_size,
                settings.stu_norm,
                settings.stu_state,
                unit=settings.skip_unit,
                residual=settings.skip_residual,
                name="selective_transfer",
                **shared,
            )
        self.decoder = Decoder(
            settings.num_layers,
            settings.decoder_width,
            settings.max_channels,
            settings.shortcut_layers,
            settings.inject_layers,
            settings.extra_conv_kernel,
            settings.edit_mask,
            settings.decoder_upsampling,
            name="decoder",
            **shared,
        )

    def build(self, input_shape):
        image_shape, label_shape = (tuple(shape) for shape in input_shape)
        step = 2**self.settings.num_layers
        for side in image_shape[1:3]:
            if side is not None and side % step:
                raise ValueError(
                    f"Image sides must be divisible by 2^num_layers = {step}. "
                    f"Received: image shape {image_shape}."
                )
        self.encoder.build(image_shape)
        feature_shapes = self.encoder.compute_output_shape(image_shape)
        if self.selective_transfer is not None:
            self.selective_transfer.build([feature_shapes, label_shape])
            feature_shapes = self.selective_transfer.compute_output_shape(
                [feature_shapes, label_shape]
            )
        self.decoder.build([feature_shapes, label_shape])
        self.built = True

    def encode(self, images, training=False):
        """The features of images (B, H, W, 3), and what all edits of them compute from these.

        The second part is for selective transfer units, a sixth of the work of decoding (measured
        at 64 px on a CPU). With a mask there is a third, the images themselves.
        """
        features = self.encoder(images, training=training)
        terms = []
        if self.selective_transfer is not None:
            terms = self.selective_transfer.feature_terms(features)
        return features, terms, *self._kept(images)

    def _kept(self, images):
        """What decoding needs of the images."""
        return [tf.cast(images, self.variable_dtype)] if self.settings.edit_mask else []

    def decode(self, encoded, labels, training=False):
        """The edited images (B, H, W, 3), from the result of `encode` and labels (B, A)."""
        features, feature_terms, *kept = encoded
        if self.selective_transfer is not None:
            features = self.selective_transfer(
                [features, labels], training=training, feature_terms=feature_terms
            )
        outputs = tf.cast(self.decoder([features, labels], training=training), self.variable_dtype)
        return blend_by_mask(outputs, *kept) if kept else outputs

    def call(self, inputs, training=False):
        images, labels = inputs
        features = self.encoder(images, training=training)
        return self.decode((features, [], *self._kept(images)), labels, training)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[0])

    def get_config(self):
        return {
            **super().get_config(),
            **dataclasses.asdict(self.settings),
            "synchronized": self.synchronized,
        }

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        # Version 0.1 saved the arguments of batch normalisation, or None for its defaults.
        for name, value in (config.pop("batch_norm", None) or {}).items():
            config["batch_norm_momentum" if name == "momentum" else name] = value
        return cls(**config)


def _settings(settings: GeneratorSettings | None, given: dict) -> GeneratorSettings:
    """The generator's part of `settings`, or the settings given by name."""
    if settings is not None:
        if given:
            raise TypeError(
                "The generator takes either `settings` or individual settings by name. Received: "
                f"`settings` and {', '.join(given)}."
            )
        return GeneratorSettings(**{name: getattr(settings, name) for name in GENERATOR_SETTINGS})
    layers = given.get("num_layers", GeneratorSettings.num_layers)
    if type(layers) is int:
        for name in PER_LAYER:
            given.setdefault(name, min(getattr(GeneratorSettings, name), max(layers - 1, 0)))
    return GeneratorSettings(**given)
