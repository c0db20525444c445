"""What every layer and network must hold: constructor = config, save and load, gradients."""

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.layers.batch_normalization import BatchNormalization
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.layers.instance_normalization import InstanceNormalization
from stgan_tf.layers.upsampling_block import UpsamplingBlock
from stgan_tf.systems.cyclegan.discriminator import PatchDiscriminator
from stgan_tf.systems.cyclegan.generator import ReflectingResidualBlock, ResnetGenerator
from stgan_tf.systems.cyclegan.layers import (
    DoublingConv2D,
    LeakyReLU,
    PaddedConv2D,
    ReflectionPadding2D,
)
from stgan_tf.systems.cyclegan.translator import Translator
from stgan_tf.systems.fadernet.auto_encoder import AutoEncoder
from stgan_tf.systems.fadernet.latent_discriminator import LatentDiscriminator
from stgan_tf.systems.fadernet.patch_discriminator import FaderNetPatchDiscriminator
from stgan_tf.systems.icgan.discriminator import IcGANDiscriminator
from stgan_tf.systems.icgan.editing_network import IcGANEditor
from stgan_tf.systems.icgan.encoders import IcGANEncoder
from stgan_tf.systems.icgan.generator import IcGANGenerator
from stgan_tf.systems.stargan.discriminator import StarGANDiscriminator
from stgan_tf.systems.stargan.generator import ResidualBlock, StarGANGenerator
from stgan_tf.systems.stgan.convolutional_unit import ConvolutionalUnit
from stgan_tf.systems.stgan.decoder import Decoder
from stgan_tf.systems.stgan.discriminator import Discriminator
from stgan_tf.systems.stgan.encoder import Encoder
from stgan_tf.systems.stgan.generator import GENERATOR_SETTINGS, Generator
from stgan_tf.systems.stgan.selective_transfer import SelectiveTransfer
from stgan_tf.systems.stgan.selective_transfer_unit import SelectiveTransferUnit

SMALL = {"num_layers": 3, "shortcut_layers": 2, "inject_layers": 2}
GENERATOR = {**SMALL, "encoder_width": 4, "decoder_width": 4, "stu_width": 4, "max_channels": 8}

#: Every class, with arguments that differ from the defaults where that is possible.
MAKERS = [
    lambda: AttributeInjection(),
    lambda: BatchNormalization(0.5, 0.1, True, keras.initializers.RandomNormal(1.0, 0.1, 3)),
    lambda: InstanceNormalization(epsilon=0.1, affine=False),
    lambda: ConvBlock(4, 3, 1, True, "instance", "relu", {"momentum": 0.5}, 0.1),
    lambda: SelectiveTransferUnit(4, 5, "batch", "gru", {"momentum": 0.5}),
    lambda: ConvolutionalUnit(4, 5, "batch", {"momentum": 0.5}),
    lambda: SelectiveTransfer(2, 3, 4, 8, 1, 5, "instance", "direct", {"momentum": 0.5}),
    lambda: SelectiveTransfer(2, 3, unit="conv", residual=True),
    lambda: Encoder(3, 4, 8, 2, {"momentum": 0.5}),
    lambda: Decoder(3, 4, 8, 1, 2, 5, {"momentum": 0.5}),
    lambda: Generator(**GENERATOR, stu_state="gru", stu_norm="batch", extra_conv_kernel=3),
    lambda: Generator(**GENERATOR, decoder_upsampling="upsampling", edit_mask=True),
    lambda: Generator(**GENERATOR, decoder_upsampling="pixelshuffle"),
    lambda: Generator(**GENERATOR, skip_unit="conv", skip_residual=True),
    lambda: Discriminator(3, 2, 4, 8, 16),
    lambda: ResidualBlock(4),
    lambda: StarGANGenerator(4, 2),
    lambda: StarGANDiscriminator(3, 2, 4, 8),
    lambda: PaddedConv2D(4, 3, 2, 1),
    lambda: DoublingConv2D(4, 5, 4),
    lambda: ReflectionPadding2D(3),
    lambda: LeakyReLU(0.1),
    lambda: ReflectingResidualBlock(4),
    lambda: ResnetGenerator(4, 2),
    lambda: Translator(4, 2),
    lambda: PatchDiscriminator(2, 4),
    lambda: UpsamplingBlock(4, "pixelshuffle", "instance", "tanh", {"momentum": 0.5}, 0.1),
    lambda: AutoEncoder(3, 4, 8, 2, "upsampling", "instance", True, ((1, 2), (0,))),
    lambda: FaderNetPatchDiscriminator(2, 8, True),
    lambda: LatentDiscriminator(3, 2, 4, 8, 5, True),
    lambda: IcGANGenerator(32, 3, True),
    lambda: IcGANDiscriminator(32, 3, True),
    lambda: IcGANEncoder(32, 7, 5, 3, True),
    lambda: IcGANEditor(32, 4, 7, 3, 5, 6, 8, True),
    lambda: AttributeClassifier(3, 64, 4, 8),
]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: type(make()).__name__)
def test_config_holds_every_argument(make):
    layer = make()
    config = layer.get_config()
    arguments = set(inspect.signature(type(layer).__init__).parameters) - {"self", "kwargs"}
    if isinstance(layer, Generator):  # by name, so that a file can be read without the class
        arguments = arguments - {"settings"} | set(GENERATOR_SETTINGS)
    assert arguments <= set(config)
    assert type(layer).from_config(config).get_config() == config


def inputs(batch=2, size=16, attributes=3):
    rng = np.random.default_rng(0)
    images = tf.constant(rng.uniform(-1, 1, (batch, size, size, 3)), tf.float32)
    labels = tf.constant(rng.integers(-1, 2, (batch, attributes)), tf.float32)
    return [images, labels]


VARIANTS = {
    "stgan": {},
    "gru": {"stu_state": "gru"},
    "direct": {"stu_state": "direct"},
    "norm_batch": {"stu_norm": "batch"},
    "norm_instance": {"stu_norm": "instance"},
    "kernel_5": {"stu_kernel_size": 5},
    "no_injection": {"inject_layers": 0, "stu_inject_layers": 0},
    "one_skip": {"shortcut_layers": 1},
    "multi_inputs": {"multi_inputs": 3},
    "extra_conv": {"extra_conv_kernel": 5},
    "wide_units": {"stu_width": 6},
    "conv": {"skip_unit": "conv"},
    "conv_norm": {"skip_unit": "conv", "stu_norm": "batch", "stu_width": 6},
    "conv_res": {"skip_unit": "conv", "skip_residual": True, "stu_norm": "instance"},
    "res": {"skip_residual": True},
    "gru_res": {"skip_residual": True, "stu_state": "gru"},
    "attgan_ed": {"use_stu": False, "shortcut_layers": 0, "inject_layers": 1},
    "attgan": {"use_stu": False, "shortcut_layers": 1, "inject_layers": 1},
    "attgan_unet": {"use_stu": False, "inject_layers": 1},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_generator_saves_loads_and_learns_everywhere(variant, tmp_path):
    generator = Generator(**{**GENERATOR, **VARIANTS[variant]})
    batch = inputs()
    with tf.GradientTape() as tape:
        images = generator(batch, training=True)
        loss = tf.reduce_mean(tf.square(images - batch[0]))
    assert images.shape == batch[0].shape
    assert images.dtype == tf.float32
    gradients = tape.gradient(loss, generator.trainable_variables)
    for variable, gradient in zip(generator.trainable_variables, gradients, strict=True):
        assert gradient is not None, variable.path
        assert np.abs(gradient).max() > 0, variable.path

    path = tmp_path / "generator.keras"
    generator.save(path)
    again = keras.saving.load_model(path)
    np.testing.assert_array_equal(again(batch), generator(batch))


def test_discriminator_saves_and_loads(tmp_path):
    discriminator = Discriminator(3, 2, 4, 8, 16)
    images = inputs()[0]
    expected = discriminator(images)
    path = tmp_path / "discriminator.keras"
    discriminator.save(path)
    for ours, theirs in zip(keras.saving.load_model(path)(images), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_bfloat16_generator_returns_float32():
    generator = Generator(**GENERATOR, dtype="mixed_bfloat16")
    exact = Generator(**GENERATOR)
    batch = inputs()
    exact(batch)
    images = generator(batch)
    for ours, theirs in zip(generator.weights, exact.weights, strict=True):
        ours.assign(theirs)
    assert images.dtype == tf.float32
    assert np.abs(generator(batch) - exact(batch)).max() < 0.05


@pytest.mark.parametrize("size", [8, 24, 40])
@pytest.mark.parametrize("attributes", [1, 40])
def test_any_divisible_size_and_number_of_attributes(size, attributes):
    batch = inputs(1, size, attributes)
    assert Generator(**GENERATOR)(batch).shape == (1, size, size, 3)


def test_indivisible_size_is_an_error():
    with pytest.raises(ValueError, match=r"divisible by 2\^num_layers = 8.*20"):
        Generator(**GENERATOR).build([(None, 20, 20, 3), (None, 3)])


def test_label_reaches_only_the_decoding_side():
    generator = Generator(**GENERATOR)
    images, labels = inputs()
    whole = generator([images, labels])
    features = generator.encode(images)
    edited = generator.decode(features, labels)
    # What edits share is summed in another order.
    np.testing.assert_allclose(edited, whole, atol=1e-6)
    assert np.abs(edited - generator.decode(features, tf.zeros_like(labels))).max() > 1e-3


@pytest.mark.parametrize("inject_layers", [0, 1, 2])
def test_units_injected_as_in_the_official_code(inject_layers):
    """Gstu concatenates the label before unit 0, and after unit i while inject_layers > i."""
    generator = Generator(
        **{**GENERATOR, "num_layers": 4, "shortcut_layers": 3, "stu_inject_layers": inject_layers}
    )
    batch = inputs(attributes=5)
    generator(batch)
    states = [8, 8, 8]  # channels: encoder's deepest, then the units' (max_channels)
    for i, unit in enumerate(generator.selective_transfer.units):
        label = 5 if i == 0 or inject_layers > i - 1 else 0
        assert unit.upsampling.convolution.kernel.shape[-1] == states[i] + label


@pytest.mark.parametrize(
    ("make", "shapes", "expected"),
    [
        (lambda: Generator(**GENERATOR), [(5, 16, 24, 3), (5, 4)], (5, 16, 24, 3)),
        (lambda: StarGANGenerator(4, 2), [(5, 16, 24, 3), (5, 4)], (5, 16, 24, 3)),
        (
            lambda: Decoder(3, 4, 8, 1, 2),
            [[(5, 8, 12, 4), (5, 4, 6, 8), (5, 2, 3, 8)], (5, 4)],
            (5, 16, 24, 3),
        ),
        (lambda: Discriminator(4, 2, 4, 8, 16), (5, 16, 24, 3), ((5, 1), (5, 4))),
        (lambda: StarGANDiscriminator(4, 2, 4, 8), (5, 16, 24, 3), ((5, 4, 6, 1), (5, 4))),
    ],
)
def test_shapes_are_known_before_the_call(make, shapes, expected):
    assert make().compute_output_shape(shapes) == expected


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: Generator(**GENERATOR), [(None, 16, 16, 3), (None, 3)]),
        (lambda: StarGANGenerator(4, 2), [(None, 16, 16, 3), (None, 3)]),
        (lambda: Discriminator(3, 2, 4, 8, 16), (None, 16, 16, 3)),
        (lambda: StarGANDiscriminator(3, 2, 4, 8), (None, 16, 16, 3)),
    ],
)
def test_building_a_network_builds_every_part(make, shape):
    """Those without weights too: Keras' `fit` refuses a model with one that is not."""
    network = make()
    network.build(shape)
    assert [layer.path for layer in network._flatten_layers() if not layer.built] == []


def test_every_part_of_a_bfloat16_network_computes_in_bfloat16():
    """But for the normalisations: what is left in float32 is cast there and back, unseen."""
    for network in (
        Generator(**GENERATOR, stu_norm="batch", dtype="mixed_bfloat16"),
        StarGANGenerator(4, 2, dtype="mixed_bfloat16"),
    ):
        for layer in network._flatten_layers():
            wanted = "float32" if layer.name == "normalization" else "mixed_bfloat16"
            assert layer.dtype_policy.name == wanted, layer.path


def test_networks_are_float32_whatever_keras_default_is():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        networks = [
            Generator(**GENERATOR),
            Discriminator(3, 2, 4, 8, 16),
            StarGANGenerator(4, 2),
            StarGANDiscriminator(3, 2, 4, 8),
        ]
    finally:
        keras.config.set_dtype_policy("float32")
    for network in networks:
        for layer in network._flatten_layers():
            assert layer.dtype_policy.name == "float32", layer.path


@pytest.mark.parametrize("wrong", [{"activation": "swish"}, {"norm": "layer"}])
def test_a_block_of_no_known_kind_is_refused(wrong):
    [(name, value)] = wrong.items()
    with pytest.raises(ValueError, match=rf"`{name}` must be .*Received: .*{value!r}"):
        ConvBlock(4, **wrong)
