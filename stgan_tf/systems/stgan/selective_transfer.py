"""The column of units between encoder and decoder (official Gstu), and ablations of it."""

import keras

from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.systems.stgan.convolutional_unit import ConvolutionalUnit
from stgan_tf.systems.stgan.selective_transfer_unit import SelectiveTransferUnit
from stgan_tf.systems.stgan.settings import SKIP_UNITS


@keras.saving.register_keras_serializable(package="stgan_tf")
class SelectiveTransfer(keras.layers.Layer):
    """Replaces the encoder features of the skip connections by the units' outputs.

    Unit i works at the size of feature n-2-i (0 = deepest). Its incoming state is the deepest
    feature with the attributes for unit 0, the previous unit's state after that, with the
    attributes again while i <= inject_layers. Units above the last used skip are not built: the
    official code builds them, but they get no gradient.

    Convolutional units, and the sum of feature and unit, are our re-derivations of the paper's
    ablations STGAN-conv, -res, -gru-res and -conv-res; no code of these was released. With
    convolutional units no state flows: unit i is given the feature, and the attributes while
    i <= inject_layers.

    Args:
        num_units: Units, at most encoder layers - 1.
        width: Channels of the unit at the shallowest feature; doubled a layer up to max_channels.
        max_channels: 1024 in the paper.
        inject_layers: Units after the first that are given the attributes (unit 0 always is).
        kernel_size, norm, state, batch_norm: As in SelectiveTransferUnit.
        unit: "stu", or "conv" for ConvolutionalUnit, which has no state.
        residual: Replace each feature by its sum with the unit's output, for which both need the
            same channels. What a unit passes to the next one stays its own.

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
        unit="stu",
        residual=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if not 1 <= num_units < num_features:
            raise ValueError(
                f"`num_units` must be between 1 and num_features - 1 = {num_features - 1}. "
                f"Received: num_units={num_units}."
            )
        if unit not in SKIP_UNITS:
            raise ValueError(f"`unit` must be one of {', '.join(SKIP_UNITS)}. Received: {unit!r}.")
        self.num_units = num_units
        self.num_features = num_features
        self.width = width
        self.max_channels = max_channels
        self.inject_layers = inject_layers
        self.kernel_size = kernel_size
        self.norm = norm
        self.state = state
        self.batch_norm = batch_norm
        self.unit = unit
        self.residual = residual
        self.injection = AttributeInjection(dtype=self.dtype_policy, name="injection")
        self.units = [self._make_unit(i) for i in range(num_units)]

    def _make_unit(self, i):
        filters = min(self.width * 2 ** (self.num_features - 2 - i), self.max_channels)
        options = {
            "kernel_size": self.kernel_size,
            "norm": self.norm,
            "batch_norm": self.batch_norm,
            "dtype": self.dtype_policy,
            "name": f"unit_{i}",
        }
        if self.unit == "conv":
            return ConvolutionalUnit(filters, **options)
        return SelectiveTransferUnit(filters, state=self.state, **options)

    def _is_injected(self, i):
        return i <= self.inject_layers

    def build(self, input_shape):
        feature_shapes, attribute_shape = input_shape
        state_shape = tuple(feature_shapes[-1])
        for i, unit in enumerate(self.units):
            feature_shape = tuple(feature_shapes[-2 - i])
            if self.residual and feature_shape[-1] != unit.filters:
                raise ValueError(
                    "`residual` adds a unit's output to its feature: both need the same number of "
                    f"channels. Received: {unit.filters} of unit {i}, {feature_shape[-1]} of its "
                    "feature; give the units the encoder's width."
                )
            if self.unit == "conv":
                unit.build([feature_shape, *self._labels_of(i, attribute_shape)])
                continue
            if self._is_injected(i):
                joined = [state_shape, attribute_shape]
                self.injection.build(joined)
                state_shape = self.injection.compute_output_shape(joined)
            unit.build([feature_shape, state_shape])
            _, state_shape = unit.compute_output_shape([feature_shape, state_shape])

    def _labels_of(self, i, attributes):
        """What convolutional unit i is given besides the feature; of shapes too."""
        return [attributes] if self._is_injected(i) else []

    def feature_terms(self, features):
        """`feature_terms` of every unit, a list."""
        return [unit.feature_terms(features[-2 - i]) for i, unit in enumerate(self.units)]

    def call(self, inputs, training=False, feature_terms=None):
        features, attributes = inputs
        terms = feature_terms or [None] * self.num_units
        selected = list(features)
        state = features[-1]
        for i, unit in enumerate(self.units):
            feature, options = features[-2 - i], {"training": training, "feature_terms": terms[i]}
            if self.unit == "conv":
                output = unit([feature, *self._labels_of(i, attributes)], **options)
            else:
                if self._is_injected(i):
                    state = self.injection([state, attributes])
                output, state = unit([feature, state], **options)
            selected[-2 - i] = feature + output if self.residual else output
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
            "unit": self.unit,
            "residual": self.residual,
        }
