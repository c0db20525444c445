"""Batch normalisation as Torch7 computes it and the official code initialises it."""

import keras

from stgan_tf.layers.batch_normalization import BatchNormalization

#: What the gammas are drawn from at the start: N(1, 0.02), the official weights_init of generator
#: and discriminator, or U(0, 1), Torch7's default, which the encoders keep.
GAMMA_STARTS = {
    "near_one": lambda: keras.initializers.RandomNormal(1.0, 0.02),
    "uniform": lambda: keras.initializers.RandomUniform(0.0, 1.0),
}


@keras.saving.register_keras_serializable(package="stgan_tf")
class TorchBatchNormalization(BatchNormalization):
    """`BatchNormalization` with Torch7's constants and random gammas, for vectors too.

    Args:
        gamma_start: A key of GAMMA_STARTS.
        momentum: Share of the old moving average that is kept (Torch7 calls 0.1 what is not).
        epsilon: Added to the variance (Torch7 1e-5).
        synchronized: As in `BatchNormalization`.

    Call arguments:
        inputs: (B, H, W, C) or (B, C).
        training: As in `BatchNormalization`.
    """

    def __init__(
        self, gamma_start="near_one", momentum=0.9, epsilon=1e-5, synchronized=False, **kwargs
    ):
        super().__init__(momentum, epsilon, synchronized, **kwargs)
        if gamma_start not in GAMMA_STARTS:
            raise ValueError(
                f"`gamma_start` must be one of {', '.join(GAMMA_STARTS)}. "
                f"Received: {gamma_start!r}."
            )
        self.gamma_start = gamma_start

    def add_weight(self, *args, **options):
        if options.get("name") == "gamma":
            options["initializer"] = GAMMA_STARTS[self.gamma_start]()
        return super().add_weight(*args, **options)

    def call(self, inputs, training=False):
        if len(inputs.shape) == 4:
            return super().call(inputs, training=training)
        if not training or not self.trainable:
            return self._scale_and_shift(inputs)
        return super().call(inputs[:, None, None, :], training=True)[:, 0, 0, :]

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "gamma_start": self.gamma_start}
