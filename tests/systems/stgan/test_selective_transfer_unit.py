"""The unit's equations against a numpy twin, and its gates at their extremes."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.systems.stgan.selective_transfer_unit import SelectiveTransferUnit


def conv_same(x, kernel, bias):
    """3x3 convolution of (H, W, C), stride 1, zero padding; kernel (3, 3, C, F)."""
    height, width, _ = x.shape
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    out = np.zeros((height, width, kernel.shape[-1]))
    for i in range(height):
        for j in range(width):
            out[i, j] = np.tensordot(padded[i : i + 3, j : j + 3], kernel, 3)
    return out + bias


def upsample(x, kernel, bias):
    """4x4 transposed convolution of (H, W, C), stride 2, SAME; kernel (4, 4, F, C)."""
    height, width, _ = x.shape
    out = np.zeros((2 * height + 2, 2 * width + 2, kernel.shape[2]))
    for i in range(height):
        for j in range(width):
            out[2 * i : 2 * i + 4, 2 * j : 2 * j + 4] += kernel @ x[i, j]
    return out[1:-1, 1:-1] + bias


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.fixture
def case():
    rng = np.random.default_rng(0)
    feature, state = rng.normal(size=(1, 4, 6, 3)), rng.normal(size=(1, 2, 3, 5))
    return [tf.constant(feature, tf.float32), tf.constant(state, tf.float32)]


@pytest.mark.parametrize("state", ["stu", "gru", "direct"])
def test_equals_numpy_twin(case, state):
    unit = SelectiveTransferUnit(4, state=state)
    output, passed_on = unit(case)
    feature, deeper = (value[0].numpy() for value in case)

    def weights(block):
        return [weight.numpy() for weight in block.convolution.weights]

    s = upsample(deeper, *weights(unit.upsampling))
    joined = np.concatenate([feature, s], -1)
    r = sigmoid(conv_same(joined, *weights(unit.reset_gate)))
    u = sigmoid(conv_same(joined, *weights(unit.update_gate)))
    c = np.tanh(conv_same(np.concatenate([feature, r * s], -1), *weights(unit.candidate)))
    expected = (1 - u) * s + u * c
    np.testing.assert_allclose(output[0], expected, atol=1e-5)
    np.testing.assert_allclose(
        passed_on[0], {"stu": r * s, "gru": expected, "direct": s}[state], atol=1e-5
    )


@pytest.mark.parametrize(("bias", "selected"), [(-50.0, "state"), (50.0, "candidate")])
def test_update_gate_selects(case, bias, selected):
    unit = SelectiveTransferUnit(4, state="direct")
    unit(case)
    unit.update_gate.convolution.kernel.assign(tf.zeros_like(unit.update_gate.convolution.kernel))
    unit.update_gate.convolution.bias.assign([bias] * 4)
    output, state = unit(case)
    if selected == "state":
        np.testing.assert_allclose(output, state, atol=1e-6)
    else:
        assert np.abs(output).max() <= 1.0  # a tanh
        assert np.abs(output - state).max() > 0.01


def test_closed_reset_gate_hides_state_from_candidate(case):
    unit = SelectiveTransferUnit(4)
    unit(case)
    unit.reset_gate.convolution.kernel.assign(tf.zeros_like(unit.reset_gate.convolution.kernel))
    unit.reset_gate.convolution.bias.assign([-50.0] * 4)
    _, reset_state = unit(case)
    np.testing.assert_allclose(reset_state, np.zeros_like(reset_state), atol=1e-6)


def test_unknown_state_is_an_error():
    with pytest.raises(ValueError, match="stu, gru, direct.*'lstm'"):
        SelectiveTransferUnit(4, state="lstm")


@pytest.mark.parametrize("norm", ["none", "batch", "instance"])
@pytest.mark.parametrize("state", ["stu", "gru", "direct"])
def test_a_shared_feature_changes_nothing(case, state, norm):
    """conv([f, s]) = conv(f) + conv(s): the first part once for several states."""
    unit = SelectiveTransferUnit(4, state=state, norm=norm)
    unit(case)
    rng = np.random.default_rng(1)
    for weight in unit.weights:  # biases and moving averages that count
        weight.assign(rng.uniform(0.2, 1.0, weight.shape) * rng.choice([-1, 1], weight.shape))
        if "variance" in weight.path:
            weight.assign(np.abs(weight))
    feature, deeper_state = case
    terms = unit.feature_terms(feature)
    for deeper in (deeper_state, -2 * deeper_state):
        expected = unit([feature, deeper])
        for ours, whole in zip(unit([feature, deeper], feature_terms=terms), expected, strict=True):
            np.testing.assert_allclose(ours, whole, atol=2e-5)
            assert np.std(whole) > 0.05
