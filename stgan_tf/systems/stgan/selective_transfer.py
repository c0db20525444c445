"""The column of selective transfer units between encoder and decoder (official Gstu)."""

import keras

from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.systems.stgan.selective_transfer_unit import SelectiveTransferUnit


@keras.saving.register_keras_serializable(package="stgan_tf")
class SelectiveTransfer(keras.layers.Layer):
    """Replaces the encoder features of the skip connections by the units' outputs.

    Unit i works at the size of feature n-2-i (0 = deepest). Its incoming state is the deepest
    feature with the attributes for unit 0, the previous unit's state after that, with the
    attributes again while i <= inject_layers. Units above the last used skip are not built: the
    official code builds them, but they get no gradient.

    Args:
        num_units: Units, at most encoder layers - 1.
        width: Channels of the unit at the shallowest feature; doubled a layer up to max_channels.
        max_channels: 1024 in the paper.
        inject_layers: Units after the first that are given the attributes (unit 0 always is).
        kernel_size, norm, state, batch_norm: As in SelectiveTransferUnit.

    Call arguments:
        inputs: [features (list, shallowest first), attributes (B, A)].
        training: Passed to the units.
        feature_terms: `feature_terms` of the features, where several calls share them.

    Returns: the features' list with the last num_units skip features replaced.
    """

    def __init__(
        self,
        num_units,
        num_features,
        width=64,
        max_channels=1024,
        inject_layers=4,
        kernel_size=3,
        norm="none",
        state="stu",
        batch_norm=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if not 1 <= num_units < num_features:
            raise ValueError(
                f"`num_units` must be between 1 and num_features - 1 = {num_features - 1}. "
                f"Received: num_units={num_units}."
            )
        self.num_units = num_units
        self.num_features = num_features
        self.width = width
        self.max_channels = max_channels
        self.inject_layers = inject_layers
        self.kernel_size = kernel_size
        self.norm = norm
        self.state = state
        self.batch_norm = batch_norm
        self.injection = AttributeInjection(dtype=self.dtype_policy, name="injection")
        self.units = [
            SelectiveTransferUnit(
                min(width * 2 ** (num_features - 2 - i), max_channels),
                kernel_size,
                norm,
                state,
                batch_norm,
                dtype=self.dtype_policy,
                name=f"unit_{i}",
            )
            for i in range(num_units)
        ]

    def _is_injected(self, i):
        return i <= self.inject_layers

    def build(self, input_shape):
        feature_shapes, attribute_shape = input_shape
        state_shape = tuple(feature_shapes[-1])
        for i, unit in enumerate(self.units):
            if self._is_injected(i):
                joined = [state_shape, attribute_shape]
                self.injection.build(joined)
                state_shape = self.injection.compute_output_shape(joined)
            feature_shape = tuple(feature_shapes[-2 - i])
            unit.build([feature_shape, state_shape])
            _, state_shape = unit.compute_output_shape([feature_shape, state_shape])

    def feature_terms(self, features):
        """`SelectiveTransferUnit.feature_terms` of every unit, a list."""
        return [unit.feature_terms(features[-2 - i]) for i, unit in enumerate(self.units)]

    def call(self, inputs, training=False, feature_terms=None):
        features, attributes = inputs
        terms = feature_terms or [None] * self.num_units
        selected = list(features)
        state = features[-1]
        for i, unit in enumerate(self.units):
            if self._is_injected(i):
                state = self.injection([state, attributes])
            selected[-2 - i], state = unit(
                [features[-2 - i], state], training=training, feature_terms=terms[i]
            )
        return selected

    def compute_output_shape(self, input_shape):
        shapes = [tuple(shape) for shape in input_shape[0]]
        for i, unit in enumerate(self.units):
            shapes[-2 - i] = (*shapes[-2 - i][:-1], unit.filters)
        return shapes

    def get_config(self):
        return {
            **super().get_config(),
            "num_units": self.num_units,
            "num_features": self.num_features,
            "width": self.width,
            "max_channels": self.max_channels,
            "inject_layers": self.inject_layers,
            "kernel_size": self.kernel_size,
            "norm": self.norm,
            "state": self.state,
            "batch_norm": self.batch_norm,
        }
