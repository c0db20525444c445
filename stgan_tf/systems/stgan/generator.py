"""The generator: encoder, selective transfer, decoder."""

import keras
import tensorflow as tf

from stgan_tf.systems.stgan.decoder import Decoder
from stgan_tf.systems.stgan.encoder import Encoder
from stgan_tf.systems.stgan.selective_transfer import SelectiveTransfer
from stgan_tf.systems.stgan.settings import STGANSettings


@keras.saving.register_keras_serializable(package="stgan_tf")
class Generator(keras.Model):
    """Edits images by an attribute vector (paper section 3.3).

    Which vector it wants depends on how it was trained (`LabelRule`): STGAN the difference
    target - source in {-1, 0, 1}, AttGAN-like models the target as (2t - 1) / 2.
    AttGAN's variants are configurations: use_stu=False, shortcut_layers 0 (ED), 1, 2 or 4 (UNet).

    Args:
        num_layers, encoder_width, decoder_width, max_channels, shortcut_layers, inject_layers,
        use_stu, stu_width, stu_inject_layers, stu_kernel_size, stu_norm, stu_state, skip_unit,
        skip_residual, multi_inputs, extra_conv_kernel: As in `STGANSettings`.
        batch_norm: Arguments of BatchNormalization (momentum, synchronized) as a dict.
        dtype: Keras' dtype or policy ("mixed_bfloat16"); None: float32, whatever Keras' default.

    Call arguments:
        inputs: [images (B, H, W, 3) float32 in [-1, 1], labels (B, A) float32].
        training: Batch statistics and moving-average updates in the normalisations.

    Returns: images (B, H, W, 3) float32 in [-1, 1].
    """

    def __init__(
        self,
        num_layers=5,
        encoder_width=64,
        decoder_width=64,
        max_channels=1024,
        shortcut_layers=4,
        inject_layers=4,
        use_stu=True,
        stu_width=64,
        stu_inject_layers=4,
        stu_kernel_size=3,
        stu_norm="none",
        stu_state="stu",
        skip_unit="stu",
        skip_residual=False,
        multi_inputs=1,
        extra_conv_kernel=0,
        batch_norm=None,
        dtype=None,
        **kwargs,
    ):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.num_layers = num_layers
        self.encoder_width = encoder_width
        self.decoder_width = decoder_width
        self.max_channels = max_channels
        self.shortcut_layers = shortcut_layers
        self.inject_layers = inject_layers
        self.use_stu = use_stu
        self.stu_width = stu_width
        self.stu_inject_layers = stu_inject_layers
        self.stu_kernel_size = stu_kernel_size
        self.stu_norm = stu_norm
        self.stu_state = stu_state
        self.skip_unit = skip_unit
        self.skip_residual = skip_residual
        self.multi_inputs = multi_inputs
        self.extra_conv_kernel = extra_conv_kernel
        self.batch_norm = batch_norm
        shared = {"batch_norm": batch_norm, "dtype": self.dtype_policy}
        self.encoder = Encoder(
            num_layers, encoder_width, max_channels, multi_inputs, name="encoder", **shared
        )
        self.selective_transfer = None
        if use_stu:
            self.selective_transfer = SelectiveTransfer(
                min(shortcut_layers, num_layers - 1),
                num_layers,
                stu_width,
                max_channels,
                stu_inject_layers,
                stu_kernel_size,
                stu_norm,
                stu_state,
                unit=skip_unit,
                residual=skip_residual,
                name="selective_transfer",
                **shared,
            )
        self.decoder = Decoder(
            num_layers,
            decoder_width,
            max_channels,
            shortcut_layers,
            inject_layers,
            extra_conv_kernel,
            name="decoder",
            **shared,
        )

    @classmethod
    def from_settings(cls, settings: STGANSettings, synchronized=False, dtype=None):
        """The generator of a run's configuration; `synchronized` as in BatchNormalization."""
        return cls(
            num_layers=settings.num_layers,
            encoder_width=settings.encoder_width,
            decoder_width=settings.decoder_width,
            max_channels=settings.max_channels,
            shortcut_layers=settings.shortcut_layers,
            inject_layers=settings.inject_layers,
            use_stu=settings.use_stu,
            stu_width=settings.stu_width,
            stu_inject_layers=settings.stu_inject_layers,
            stu_kernel_size=settings.stu_kernel_size,
            stu_norm=settings.stu_norm,
            stu_state=settings.stu_state,
            skip_unit=settings.skip_unit,
            skip_residual=settings.skip_residual,
            multi_inputs=settings.multi_inputs,
            extra_conv_kernel=settings.extra_conv_kernel,
            batch_norm={
                "momentum": settings.batch_norm_momentum,
                "synchronized": synchronized,
            },
            dtype=dtype,
            name="generator",
        )

    def build(self, input_shape):
        image_shape, label_shape = (tuple(shape) for shape in input_shape)
        step = 2**self.num_layers
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

    def encode(self, images, training=False):
        """For `decode`: the features of the images, and what every edit of them would compute again
        from these: with units, a sixth of a decoding's work (measured at 64 px on a CPU). That
        second part is left out in training, where every image is edited once.
        """
        features = self.encoder(images, training=training)
        if training or self.selective_transfer is None:
            return features, []
        return features, self.selective_transfer.feature_terms(features)

    def decode(self, encoded, labels, training=False):
        """Images from `encode`'s result and labels (B, A)."""
        features, feature_terms = encoded
        if self.selective_transfer is not None:
            features = self.selective_transfer(
                [features, labels], training=training, feature_terms=feature_terms
            )
        images = self.decoder([features, labels], training=training)
        return tf.cast(images, self.variable_dtype)

    def call(self, inputs, training=False):
        images, labels = inputs
        return self.decode((self.encoder(images, training=training), []), labels, training)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[0])

    def get_config(self):
        return {
            **super().get_config(),
            "num_layers": self.num_layers,
            "encoder_width": self.encoder_width,
            "decoder_width": self.decoder_width,
            "max_channels": self.max_channels,
            "shortcut_layers": self.shortcut_layers,
            "inject_layers": self.inject_layers,
            "use_stu": self.use_stu,
            "stu_width": self.stu_width,
            "stu_inject_layers": self.stu_inject_layers,
            "stu_kernel_size": self.stu_kernel_size,
            "stu_norm": self.stu_norm,
            "stu_state": self.stu_state,
            "skip_unit": self.skip_unit,
            "skip_residual": self.skip_residual,
            "multi_inputs": self.multi_inputs,
            "extra_conv_kernel": self.extra_conv_kernel,
            "batch_norm": self.batch_norm,
        }
