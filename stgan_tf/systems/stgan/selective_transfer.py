"""The column of units between encoder and decoder (official Gstu), and its ablations."""

import keras

from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.systems.stgan.convolutional_unit import ConvolutionalUnit
from stgan_tf.systems.stgan.generator_settings import SKIP_UNITS
from stgan_tf.systems.stgan.selective_transfer_unit import SelectiveTransferUnit


@keras.saving.register_keras_serializable(package="stgan_tf")
class SelectiveTransfer(keras.layers.Layer):
    """Replaces the encoder features on the skip connections with the units' outputs.

    Unit i works at the size of feature n-2-i of n features (unit 0 is the deepest). Its incoming
    state is the deepest feature for unit 0 and the previous unit's state for the others, in both
    cases with the label if i <= inject_layers. Units above the last used skip connection are not
    built: the official code builds them, but they receive no gradient.

    Convolutional units, and the sum of feature and unit, are our re-derivations of the paper's
    ablations STGAN-conv, -res, -gru-res and -conv-res, for which no code was released.
    Convolutional units have no state: unit i receives the feature, and the label if
    i <= inject_layers.

    Args:
        num_units: Number of units, from 1 to num_features - 1.
        num_features: Number of encoder features.
        width: Channels of the unit at the shallowest feature; doubled in each deeper one up to
            max_channels.
        max_channels: Maximum number of channels (1024 in the paper).
        inject_layers: Number of units after the first that receive the label (unit 0 always does).
        kernel_size, norm, state, batch_norm: As in SelectiveTransferUnit.
        unit: "stu", or "conv" for ConvolutionalUnit, which has no state.
        residual: Whether a unit's output is added to its feature instead of replacing it; both
            need the same number of channels. The state passed to the next unit does not change.

    Call arguments:
        inputs: [features (list, shallowest first), label (B, A)].
        training: Passed to the units.
        feature_terms: The result of `feature_terms` for the features, if several calls share them.

    Returns: the list of features, in which num_units skip features are replaced.

    Raises: ValueError for an unknown unit, too many units, or channels that cannot be added.
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
                    "`residual` adds a unit's output to its feature, so both need the same number "
                    f"of channels. Received: {unit.filters} for unit {i}, {feature_shape[-1]} for "
                    "its feature. Set the units' width to that of the encoder."
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
        self.built = True

    def _labels_of(self, i, attributes):
        """The inputs of convolutional unit i besides the feature; also called with shapes."""
        return [attributes] if self._is_injected(i) else []

    def feature_terms(self, features):
        """The `feature_terms` of all units, a list."""
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
