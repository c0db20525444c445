"""The paper's ablations: a convolution in the unit's place, and residual forms."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.options import ConfigError
from stgan_tf.systems.stgan.convolutional_unit import ConvolutionalUnit
from stgan_tf.systems.stgan.generator import Generator
from stgan_tf.systems.stgan.selective_transfer import SelectiveTransfer
from stgan_tf.systems.stgan.settings import STGANSettings

SIZES = {
    "num_layers": 3,
    "shortcut_layers": 2,
    "inject_layers": 2,
    "stu_inject_layers": 2,
    "encoder_width": 4,
    "decoder_width": 4,
    "stu_width": 4,
}


def test_the_convolution_by_hand():
    """A kernel of ones over a feature of ones and a label of 2: 9 pixels inside, 6 at an edge and 4
    in a corner, since both are padded with zeros.
    """
    unit = ConvolutionalUnit(1)
    unit.build([(1, 4, 4, 1), (1, 1)])
    kernel = np.ones((3, 3, 2, 1), np.float32)
    kernel[:, :, 1] = -1
    unit.block.convolution.kernel.assign(kernel)
    unit.block.convolution.bias.assign([0.5])
    found = unit([tf.ones((1, 4, 4, 1)), tf.constant([[2.0]])]).numpy()[0, :, :, 0]
    # pixels * (1 - 2) + 0.5, below 0, times the slope of 0.2
    assert found[1, 1] == pytest.approx(0.2 * (-9 + 0.5))
    assert found[0, 1] == pytest.approx(0.2 * (-6 + 0.5))
    assert found[0, 0] == pytest.approx(0.2 * (-4 + 0.5))
    alone = unit([tf.ones((1, 4, 4, 1)), tf.constant([[0.0]])]).numpy()[0, :, :, 0]
    assert alone[1, 1] == pytest.approx(9.5) and alone[0, 0] == pytest.approx(4.5)


@pytest.mark.parametrize("unit", ["stu", "conv"])
def test_what_is_added_to_the_feature(unit):
    """The feature and the other form's output, whatever flows between units."""
    plain = SelectiveTransfer(2, 3, 4, unit=unit)
    residual = SelectiveTransfer(2, 3, 4, unit=unit, residual=True)
    rng = np.random.default_rng(0)
    shapes = [(2, 8, 8, 4), (2, 4, 4, 8), (2, 2, 2, 16)]
    features = [tf.constant(rng.normal(size=shape), tf.float32) for shape in shapes]
    labels = tf.constant([[1.0, 0, -1], [0, 0, 1]])
    for layer in (plain, residual):
        layer.build([shapes, (2, 3)])
    for target, source in zip(residual.variables, plain.variables, strict=True):
        target.assign(source)
    selected, added = plain([features, labels]), residual([features, labels])
    for i in (0, 1):
        expected = features[i].numpy() + selected[i].numpy()
        np.testing.assert_allclose(added[i].numpy(), expected, atol=1e-6)
    assert added[2] is features[2]


@pytest.mark.parametrize(
    "kind",
    [
        {"skip_unit": "conv"},
        {"skip_unit": "conv", "skip_residual": True, "stu_norm": "instance"},
        {"skip_residual": True},
        {"skip_residual": True, "stu_state": "gru"},
    ],
    ids=["conv", "conv_res", "res", "gru_res"],
)
def test_what_edits_share_changes_nothing(kind):
    generator = Generator(**SIZES, **kind)
    rng = np.random.default_rng(0)
    images = tf.constant(rng.uniform(-1, 1, (2, 16, 16, 3)), tf.float32)
    encoded = None
    for label in ([[1.0, 0], [0, -1]], [[0.0, 0], [0, 0]]):
        whole = generator([images, tf.constant(label)])
        encoded = encoded or generator.encode(images)
        shared = generator.decode(encoded, tf.constant(label))
        np.testing.assert_allclose(shared.numpy(), whole.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"skip_unit": "conv", "use_stu": False}, "--skip_unit: needs --use_stu"),
        ({"skip_residual": True, "use_stu": False}, "--skip_residual: needs --use_stu"),
        ({"skip_unit": "conv", "stu_state": "gru"}, "--stu_state: must be stu with"),
        ({"skip_residual": True, "stu_width": 32}, "--stu_width: must be encoder_width = 64"),
        ({"skip_unit": "gru"}, "--skip_unit: must be one of stu, conv"),
    ],
)
def test_what_cannot_be_is_named(settings, message):
    with pytest.raises(ConfigError, match=message):
        STGANSettings(**settings)


def test_parameters_of_the_papers_size():
    """conv: a kernel of 3x3 over feature (64 << i) and 13 attributes, and a bias, for each skip."""
    layer = SelectiveTransfer(4, 5, unit="conv")
    shapes = [(None, 64 >> i, 64 >> i, 64 << i) for i in range(5)]
    layer.build([shapes, (None, 13)])
    expected = sum(9 * ((64 << i) + 13) * (64 << i) + (64 << i) for i in range(4))
    assert layer.count_params() == expected
