"""The ablations' unit and the sum with the feature: values by hand, sharing, refusals, counts."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.convolutional_unit import ConvolutionalUnit
from stgan_tf.systems.stgan.generator import Generator
from stgan_tf.systems.stgan.selective_transfer import SelectiveTransfer
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.systems.stgan.system import STGAN
from stgan_tf.training.summary import summarize

SMALL = {"num_layers": 3, "encoder_width": 4, "decoder_width": 4, "stu_width": 4}
SMALL |= {"max_channels": 8, "shortcut_layers": 2, "inject_layers": 2, "stu_inject_layers": 2}
ABLATIONS = {
    "conv": {"skip_unit": "conv"},
    "conv_res": {"skip_unit": "conv", "skip_residual": True},
    "res": {"skip_residual": True},
    "gru_res": {"skip_residual": True, "stu_state": "gru"},
}


def set_randomly(weights, seed=1):
    """Weights that all count: biases and moving averages are 0 and 1 at first."""
    rng = np.random.default_rng(seed)
    for weight in weights:
        values = rng.uniform(0.2, 1.0, weight.shape)
        if "variance" not in weight.path:
            values *= rng.choice([-1, 1], weight.shape)
        weight.assign(values)


def inputs(batch=2, size=16, attributes=3, seed=0):
    rng = np.random.default_rng(seed)
    images = tf.constant(rng.uniform(-1, 1, (batch, size, size, 3)), tf.float32)
    labels = tf.constant(rng.choice([-1.5, -1, 0, 1], (batch, attributes)), tf.float32)
    return images, labels


def test_few_numbers_by_hand():
    """Kernel of ones, bias -30, one feature channel of ones, label (1, 2): a tap adds 1 + 1 + 2."""
    unit = ConvolutionalUnit(1)
    values = [tf.ones((1, 3, 4, 1)), tf.constant([[1.0, 2.0]])]
    unit(values)
    unit.block.convolution.kernel.assign(tf.ones((3, 3, 3, 1)))
    unit.block.convolution.bias.assign([-30.0])
    # Corners see 4 taps (16 - 30 = -14), edges 6 (24 - 30 = -6), interior pixels 9 (36 - 30 = 6);
    # leaky ReLU has slope 0.2.
    expected = [[-2.8, -1.2, -1.2, -2.8], [-1.2, 6.0, 6.0, -1.2], [-2.8, -1.2, -1.2, -2.8]]
    shared = unit(values, feature_terms=unit.feature_terms(values[0]))
    for output in (unit(values), shared):
        np.testing.assert_allclose(output[0, :, :, 0], expected, rtol=1e-6)


def convolved(x, kernel, bias):
    """Convolution of (H, W, C), stride 1, zero padding; the odd pixel of an even kernel after."""
    (height, width, _), side = x.shape, kernel.shape[0]
    before = (side - 1) // 2
    padded = np.pad(x, ((before, side - 1 - before), (before, side - 1 - before), (0, 0)))
    out = np.empty((height, width, kernel.shape[-1]))
    for i in range(height):
        for j in range(width):
            out[i, j] = np.tensordot(padded[i : i + side, j : j + side], kernel, 3)
    return out + bias


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("shared", [False, True])
def test_equals_numpy_twin(kernel_size, shared):
    """Also where the kernel is wider than the feature."""
    rng = np.random.default_rng(0)
    feature, label = rng.normal(size=(4, 6, 3)), rng.normal(size=5)
    unit = ConvolutionalUnit(4, kernel_size, dtype="float64")
    unit([feature[None], label[None]])
    set_randomly(unit.weights)
    kernel, bias = (weight.numpy() for weight in unit.block.convolution.weights)
    tiled = np.broadcast_to(label, (4, 6, 5))
    joined = convolved(np.concatenate([feature, tiled], -1), kernel, bias)
    expected = np.where(joined > 0, joined, 0.2 * joined)
    terms = unit.feature_terms(tf.constant(feature[None])) if shared else None
    output = unit([feature[None], label[None]], feature_terms=terms)
    np.testing.assert_allclose(output[0], expected, rtol=1e-7)
    assert expected.min() < 0 < expected.max()


@pytest.mark.parametrize("inject_layers", [0, 1, 2])
def test_units_are_given_the_label_as_selective_transfer_units_are(inject_layers):
    """Unit i where i <= inject_layers; no state flows, so the others are blind to it."""
    column = SelectiveTransfer(3, 4, 4, inject_layers=inject_layers, unit="conv")
    features = [tf.random.normal((1, 16 >> i, 16 >> i, 4 << i), seed=i) for i in range(4)]
    edited = column([features, tf.ones((1, 3))])
    other = column([features, tf.zeros((1, 3))])
    np.testing.assert_array_equal(edited[-1], features[-1])
    for i in range(3):
        changed = np.abs(edited[-2 - i] - other[-2 - i]).max() > 1e-3
        assert changed == (i <= inject_layers)


def test_no_state_flows():
    column = SelectiveTransfer(2, 3, 4, unit="conv")
    features = [tf.random.normal((1, 8 >> i, 8 >> i, 4 << i), seed=i) for i in range(3)]
    label = tf.ones((1, 3))
    first = column([features, label])
    second = column([[features[0], 2 * features[1], -features[2]], label])
    np.testing.assert_array_equal(first[0], second[0])
    assert np.abs(first[1] - second[1]).max() > 1e-3


@pytest.mark.parametrize("kind", [{"unit": "conv"}, {}, {"state": "gru"}, {"state": "direct"}])
def test_residual_units_without_weights_change_nothing(kind):
    column = SelectiveTransfer(2, 3, 4, residual=True, **kind)
    features = [tf.random.normal((1, 8 >> i, 8 >> i, 4 << i), seed=i) for i in range(3)]
    column([features, tf.ones((1, 3))])
    for weight in column.weights:
        weight.assign(tf.zeros_like(weight))
    for ours, feature in zip(column([features, tf.ones((1, 3))]), features, strict=True):
        np.testing.assert_array_equal(ours, feature)


@pytest.mark.parametrize("kind", [{"unit": "conv"}, {}, {"state": "gru"}, {"state": "direct"}])
def test_residual_adds_the_feature_and_leaves_the_state(kind):
    """The second unit's own output stays: the first one's state is not what the decoder gets."""
    features = [tf.random.normal((1, 8 >> i, 8 >> i, 4 << i), seed=i) for i in range(3)]
    values = [features, tf.constant([[1.0, -1.0, 0.0]])]
    plain, residual = (SelectiveTransfer(2, 3, 4, residual=sums, **kind) for sums in (False, True))
    replaced = plain(values)
    residual(values)
    for ours, theirs in zip(residual.weights, plain.weights, strict=True):
        ours.assign(theirs)
    for i, (total, feature) in enumerate(zip(residual(values), features, strict=True)):
        added = replaced[i] if i < 2 else 0.0
        np.testing.assert_allclose(total, feature + added, atol=1e-6)


@pytest.mark.parametrize("norm", ["none", "batch", "instance"])
@pytest.mark.parametrize("name", ABLATIONS)
@pytest.mark.parametrize("injected", [0, 2])
def test_edits_that_share_the_features_equal_single_ones(name, norm, injected):
    settings = {**SMALL, **ABLATIONS[name], "stu_norm": norm, "stu_inject_layers": injected}
    generator = Generator(**settings)
    images, labels = inputs()
    generator([images, labels])
    rng = np.random.default_rng(1)
    for weight in generator.weights:  # in a range in which the images are not all -1 or 1
        values = rng.uniform(0.1, 0.3, weight.shape)
        weight.assign(values if "variance" in weight.path else values * rng.choice([-1, 1]))
    encoded = generator.encode(images)
    assert len(encoded[1]) == 2
    edits = []
    for label in (labels, 0 * labels, -2 * labels):
        edits.append(generator.decode(encoded, label))
        np.testing.assert_allclose(edits[-1], generator([images, label]), atol=1e-5)
    assert np.abs(edits[0] - edits[1]).max() > 1e-3
    assert np.std(edits[0]) > 1e-3


@pytest.mark.parametrize("kind", [{}, *ABLATIONS.values()], ids=["stgan", *ABLATIONS])
def test_shared_features_in_bfloat16(kind):
    generator = Generator(**SMALL, **kind, dtype="mixed_bfloat16")
    images, labels = inputs()
    whole = generator([images, labels])
    encoded = generator.encode(images)
    assert {term.dtype for term in tf.nest.flatten(encoded[1])} == {tf.bfloat16}
    np.testing.assert_allclose(generator.decode(encoded, labels), whole, atol=0.05)


def operations(function, *shapes):
    """Names of the operations in the graph, of functions in it too."""
    specs = [tf.TensorSpec(shape, tf.float32) for shape in shapes]
    graph = tf.function(function).get_concrete_function(*specs).graph.as_graph_def()
    nodes = [*graph.node, *(node for part in graph.library.function for node in part.node_def)]
    return {node.op for node in nodes}


@pytest.mark.parametrize("name", ABLATIONS)
def test_the_graph_has_no_operation_that_stgan_has_not(name):
    """STGAN's convert to LiteRT (tests/exporting)."""

    def of(**kind):
        generator = Generator(**SMALL, **kind)
        generator.build([(None, 16, 16, 3), (None, 3)])
        return operations(lambda x, y: generator([x, y]), (1, 16, 16, 3), (1, 3))

    assert of(**ABLATIONS[name]) <= of()


@pytest.mark.parametrize("name", ABLATIONS)
def test_gradients_reach_every_variable(name):
    generator = Generator(**SMALL, **ABLATIONS[name])
    images, labels = inputs()
    generator.build([images.shape, labels.shape])
    with tf.GradientTape() as tape:
        encoded = generator.encode(images, training=True)
        loss = tf.reduce_mean(tf.square(generator.decode(encoded, labels, training=True) - images))
    variables = generator.trainable_variables
    assert len(generator.selective_transfer.trainable_variables) == (4 if "conv" in name else 16)
    for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
        assert np.abs(gradient).max() > 0, variable.path


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"skip_unit": "gru"}, "--skip_unit: must be one of stu, conv. Received: 'gru'"),
        ({"skip_unit": "conv", "use_stu": False}, "--skip_unit: needs --use_stu"),
        ({"skip_residual": True, "use_stu": False}, "--skip_residual: needs --use_stu"),
        (
            {"skip_unit": "conv", "stu_state": "gru"},
            "--stu_state: must be stu with --skip_unit=conv.*Received: 'gru'",
        ),
        (
            {"skip_residual": True, "encoder_width": 48},
            "--stu_width: must equal encoder_width = 48 .*Received: 64, .* 64 channels .* 48",
        ),
        (
            {"skip_residual": True, "encoder_width": 48, "shortcut_layers": 2},
            "Received: 64, .* 256 channels .* 192",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        STGANSettings(**settings)


def test_other_widths_are_no_obstacle_where_all_channels_are_the_limit():
    settings = STGANSettings(
        skip_residual=True, encoder_width=48, max_channels=64, shortcut_layers=3
    )
    channels = STGAN().build_editing_network(Config(settings=settings)).selective_transfer.units
    assert [unit.filters for unit in channels] == [64, 64, 64]


def test_a_column_refuses_what_it_cannot_add():
    features = [tf.zeros((1, 8, 8, 4)), tf.zeros((1, 4, 4, 6)), tf.zeros((1, 2, 2, 8))]
    with pytest.raises(ValueError, match="Received: 8 for unit 0, 6 for its feature"):
        SelectiveTransfer(2, 3, 4, residual=True)([features, tf.zeros((1, 3))])
    with pytest.raises(ValueError, match="`unit` must be one of stu, conv. Received: 'lstm'"):
        SelectiveTransfer(2, 3, 4, unit="lstm")


@pytest.mark.slow
def test_parameters_and_memory_in_the_dry_run():
    """Paper's size: units of 512, 256, 128 and 64 channels, given as many and 13 attributes."""
    of = {
        name: summarize(Config(settings=STGANSettings(**kind)))
        for name, kind in {"stgan": {}, **ABLATIONS}.items()
    }
    count = sum((9 * (channels + 13) + 1) * channels for channels in (512, 256, 128, 64))
    assert count == 3_246_720
    assert of["conv"]["selective_transfer_parameters"] == count
    assert of["conv_res"]["selective_transfer_parameters"] == count
    for name in ("res", "gru_res"):
        assert of[name]["generator_parameters"] == of["stgan"]["generator_parameters"]
    # Values of a unit's output: 64 channels at 64 px, then a half each: 64^3 (1 + 1/2 + 1/4 + 1/8).
    outputs = 64**3 * 15 / 8
    values = {
        name: STGAN().generator_values(Config(settings=STGANSettings(**kind)))
        for name, kind in {"none": {"use_stu": False}, "stgan": {}, **ABLATIONS}.items()
    }
    more = {name: (value - values["none"]) / outputs for name, value in values.items()}
    assert more == {"none": 0, "stgan": 6, "conv": 1, "conv_res": 2, "res": 7, "gru_res": 7}


def test_defaults_are_the_network_of_before():
    """Names and shapes of variables, and settings of earlier runs."""
    generator = Generator(**SMALL)
    generator.build([(None, 16, 16, 3), (None, 3)])
    unit = [
        variable.path.split("unit_1/")[1]
        for variable in generator.variables
        if "unit_1/" in variable.path
    ]
    blocks = ("upsampling", "reset_gate", "update_gate", "candidate")
    assert unit == [f"{block}/convolution/{of}" for block in blocks for of in ("kernel", "bias")]
    known = dataclasses.asdict(STGANSettings())
    assert (known.pop("skip_unit"), known.pop("skip_residual")) == ("stu", False)
    assert STGANSettings(**known) == STGANSettings()
