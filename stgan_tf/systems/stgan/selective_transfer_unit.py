"""The selective transfer unit (paper section 3.2, equations 1-6)."""

import keras

from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.layers.recomputation import segment
from stgan_tf.systems.stgan.generator_settings import STU_STATES
from stgan_tf.systems.stgan.split_convolution import feature_term, joined_outputs


@keras.saving.register_keras_serializable(package="stgan_tf")
class SelectiveTransferUnit(keras.layers.Layer):
    """GRU-like cell that selects which parts of an encoder feature reach the decoder.

    With s the upsampled deeper state and f the encoder feature of the same size:

        s = transposed convolution(state), r = sigmoid(conv([f, s])), u = sigmoid(conv([f, s]))
        reset state = r * s,  c = tanh(conv([f, reset state])),  output = (1 - u) * s + u * c

    Args:
        filters: Channels of s, of the gates and of the output.
        kernel_size: Side of the kernels of the three gates (official 3); the upsampling uses 4.
        norm: Normalisation of the three gates: "none" (official), "batch" or "instance". The
            upsampling is never normalised.
        state: What the next (shallower) unit receives: "stu" the reset state (paper), "gru" the
            output, "direct" s.
        batch_norm: Arguments of BatchNormalization (momentum, synchronized) as a dict.

    Call arguments:
        inputs: [f (B, H, W, C), state (B, H/2, W/2, C')]. If the unit receives the label, the
            caller concatenates it to the state.
        training: Passed to batch normalisation.
        feature_terms: The result of `feature_terms` for f, if several calls share f.

    Returns: (output, next state), both (B, H, W, filters).

    Raises: ValueError for an unknown `state` or `norm`.
    """

    def __init__(self, filters, kernel_size=3, norm="none", state="stu", batch_norm=None, **kwargs):
        super().__init__(**kwargs)
        if state not in STU_STATES:
            raise ValueError(
                f"`state` must be one of {', '.join(STU_STATES)}. Received: {state!r}."
            )
        self.filters = filters
        self.kernel_size = kernel_size
        self.norm = norm
        self.state = state
        self.batch_norm = batch_norm
        self.upsampling = ConvBlock(
            filters,
            transposed=True,
            norm="none",
            activation="linear",
            dtype=self.dtype_policy,
            name="upsampling",
        )
        self.reset_gate = self._gate("sigmoid", "reset_gate")
        self.update_gate = self._gate("sigmoid", "update_gate")
        self.candidate = self._gate("tanh", "candidate")

    def _gate(self, activation, name):
        return ConvBlock(
            self.filters,
            self.kernel_size,
            strides=1,
            norm=self.norm,
            activation=activation,
            batch_norm=self.batch_norm,
            dtype=self.dtype_policy,
            name=name,
        )

    @property
    def _gates(self):
        return self.reset_gate, self.update_gate, self.candidate

    def build(self, input_shape):
        feature_shape, state_shape = input_shape
        self.upsampling.build(state_shape)
        joined = (*feature_shape[:-1], feature_shape[-1] + self.filters)
        for gate in self._gates:
            gate.build(joined)
        self.built = True

    def feature_terms(self, feature):
        """The feature's contributions to the three gates, (B, H, W, filters) each.

        All edits of an image share them, since conv([f, s]) is the sum of a part for f and one for
        s.
        """
        return [feature_term(gate, feature) for gate in self._gates]

    def call(self, inputs, training=False, feature_terms=None):
        return segment(
            lambda feature, state, *terms: self._outputs(feature, state, terms, training),
            *inputs,
            *(feature_terms or ()),
        )

    def _outputs(self, feature, deeper_state, terms, training):
        state = self.upsampling(deeper_state)
        terms = terms or [None] * len(self._gates)
        reset = joined_outputs(self.reset_gate, feature, state, terms[0], training)
        update = joined_outputs(self.update_gate, feature, state, terms[1], training)
        reset_state = reset * state
        candidate = joined_outputs(self.candidate, feature, reset_state, terms[2], training)
        output = (1.0 - update) * state + update * candidate
        passed_on = {"stu": reset_state, "gru": output, "direct": state}[self.state]
        return output, passed_on

    def compute_output_shape(self, input_shape):
        shape = (*input_shape[0][:-1], self.filters)
        return shape, shape

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "norm": self.norm,
            "state": self.state,
            "batch_norm": self.batch_norm,
        }
