"""IcGAN's networks: parameter counts and shapes, layers by hand, the edit of y, saving."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.systems.icgan.batch_normalization import uniform_norm
from stgan_tf.systems.icgan.discriminator import IcGANDiscriminator
from stgan_tf.systems.icgan.editing_network import IcGANEditor
from stgan_tf.systems.icgan.encoders import IcGANEncoder
from stgan_tf.systems.icgan.generator import IcGANGenerator

SMALL = {"generator_width": 4, "encoder_width": 2, "attribute_encoder_units": 6}


@pytest.fixture
def editor():
    """At 16 px, 3 attributes, z of 5 numbers, none of its norms neutral."""
    keras.utils.set_random_seed(3)
    editor = IcGANEditor(16, 3, 5, **SMALL)
    editor.build([(None, 16, 16, 3), (None, 3)])
    rng = np.random.default_rng(0)
    for variable in editor.variables:
        if variable.path.split("/")[-1] in ("gamma", "beta", "moving_mean", "moving_variance"):
            variable.assign(rng.uniform(0.6, 1.4, variable.shape))
        else:
            variable.assign(rng.normal(0, 0.3, variable.shape))
    return editor


def noise_images(count=2, size=16, seed=0):
    rng = np.random.default_rng(seed)
    return tf.constant(rng.uniform(-1, 1, (count, size, size, 3)), tf.float32)


def count(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


@pytest.mark.parametrize(
    ("size", "attributes", "expected"),
    [
        (64, 18, (3_725_123, 2_803_393, 18_278_244, 3_186_962)),
        (64, 13, (3_684_163, 2_793_153, 18_278_244, 3_184_397)),
        (128, 18, (13_083_459, 11_203_265, 271_202_148, 9_478_418)),
    ],
)
def test_published_networks_have_the_official_parameters(size, attributes, expected):
    """Generator, discriminator, Ez, Ey; built without values, which at 128 px are a gigabyte."""
    networks = (
        IcGANGenerator(size),
        IcGANDiscriminator(size),
        IcGANEncoder(size, 100),
        IcGANEncoder(size, attributes, 512),
    )
    images, labels = (None, size, size, 3), (None, attributes)
    shapes = ([(None, 100), labels], [images, labels], images, images)
    with keras.StatelessScope(initialize_variables=False):
        for network, shape, number in zip(networks, shapes, expected, strict=True):
            network.build(shape)
            assert count(network) == number, network.name


def test_shapes_of_the_published_generator_and_discriminator():
    generator, discriminator = IcGANGenerator(64), IcGANDiscriminator(64)
    generator.build([(None, 100), (None, 18)])
    discriminator.build([(None, 64, 64, 3), (None, 18)])
    kernels = [tuple(layer.kernel.shape) for layer in generator.convolutions]
    # Of transposed convolutions: (height, width, out, in).
    assert kernels == [(4, 4, 512, 118), (4, 4, 256, 512), (4, 4, 128, 256), (4, 4, 64, 128)]
    kernels = [tuple(layer.kernel.shape) for layer in discriminator.convolutions]
    assert kernels == [(4, 4, 3, 64), (4, 4, 82, 128), (4, 4, 128, 256), (4, 4, 256, 512)]
    assert tuple(discriminator.logit.kernel.shape) == (4, 4, 512, 1)


@pytest.mark.parametrize(("size", "mapped"), [(64, 4 * 4 * 256), (128, 8 * 8 * 256)])
def test_shapes_of_the_published_encoders(size, mapped):
    """At 128 px by the same formulas: the same convolutions, a larger last map. Ez has as many
    hidden units as that has values, Ey 512.
    """
    latent, attributes = IcGANEncoder(size, 100), IcGANEncoder(size, 18, 512)
    with keras.StatelessScope(initialize_variables=False):
        for network, hidden, outputs in ((latent, mapped, 100), (attributes, 512, 18)):
            network.build((None, size, size, 3))
            shapes = [tuple(weight.shape) for weight in network.trainable_weights]
            assert [shape for shape in shapes if len(shape) == 4] == [
                *((5, 5, 3, 32), (5, 5, 32, 64)),
                *((5, 5, 64, 128), (5, 5, 128, 256)),
            ]
            dense = [shape for shape in shapes if len(shape) == 2]
            assert dense == [(mapped, hidden), (hidden, outputs)]


@pytest.mark.parametrize("size", [16, 32, 64])
def test_any_power_of_two_and_number_of_attributes(size):
    generator, discriminator = IcGANGenerator(size, 2), IcGANDiscriminator(size, 2)
    encoder = IcGANEncoder(size, 7, 4, 2)
    labels = tf.ones((3, 1))
    images = generator([tf.ones((3, 5)), labels])
    assert images.shape == (3, size, size, 3)
    assert discriminator([images, labels]).shape == (3,)
    assert encoder(images).shape == (3, 7)


def test_first_values_are_the_official_ones():
    """G and D: N(0, 0.02), gammas N(1, 0.02); encoders as Torch7: within 1 / sqrt(inputs), also the
    biases, gammas U(0, 1).
    """
    keras.utils.set_random_seed(0)
    generator, discriminator = IcGANGenerator(64, 16), IcGANDiscriminator(64, 16)
    generator.build([(None, 100), (None, 18)])
    discriminator.build([(None, 64, 64, 3), (None, 18)])
    for network in (generator, discriminator):
        for variable in network.trainable_variables:
            values, name = variable.numpy(), variable.path.split("/")[-1]
            if name in ("bias", "beta"):
                assert not values.any(), variable.path
            else:
                mean = 1 if name == "gamma" else 0
                assert abs(values.mean() - mean) < 0.01, variable.path
                assert 0.012 < values.std() < 0.028, variable.path
    encoder = IcGANEncoder(64, 100, 64, 8)
    encoder.build((None, 64, 64, 3))
    inputs = {"convolution_0": 75, "convolution_1": 200, "hidden": 1024, "outputs": 64}
    for name, number in inputs.items():
        [layer] = [found for found in encoder._flatten_layers() if found.name == name]
        for variable in (layer.kernel, layer.bias):
            size = np.abs(variable.numpy()).max() * np.sqrt(number)
            assert 0.6 < size <= 1 + 1e-6, variable.path
    gammas = np.concatenate([norm.gamma.numpy() for norm in encoder.norms])
    assert 0 <= gammas.min() < 0.2 and 0.8 < gammas.max() <= 1


def test_batch_normalisation_of_vectors_by_hand():
    """Columns (1, 3) and (2, 10): means 2 and 6, biased variances 1 and 16, unbiased 2 and 32."""
    norm = uniform_norm(False, "norm")
    norm.build((None, 2))
    norm.gamma.assign([1.0, 2.0])
    norm.beta.assign([0.0, 5.0])
    inputs = tf.constant([[1.0, 2.0], [3.0, 10.0]])
    np.testing.assert_allclose(norm(inputs, training=True), [[-1, 3], [1, 7]], atol=2e-5)
    np.testing.assert_allclose(norm.moving_mean, [0.2, 0.6], rtol=1e-6)
    np.testing.assert_allclose(norm.moving_variance, [0.9 + 0.2, 0.9 + 3.2], rtol=1e-6)
    scale = np.array([1, 2]) / np.sqrt(np.array([1.1, 4.1]) + 1e-5)
    np.testing.assert_allclose(
        norm(inputs), (inputs - [0.2, 0.6]) * scale + [0, 5], rtol=1e-5, atol=1e-6
    )


def test_encoder_convolutions_pad_two_on_every_side():
    """A single lit pixel in the corner, kernel of distinct numbers: Torch's k5 s2 p2."""
    encoder = IcGANEncoder(16, 2, 3, 1)
    encoder.build((None, 16, 16, 3))
    kernel = np.arange(25.0, dtype=np.float32).reshape(5, 5)
    first = encoder.convolutions[0]
    first.kernel.assign(np.stack([kernel, 0 * kernel, 0 * kernel], -1)[..., None])
    first.bias.assign([0.0])
    images = np.zeros((1, 16, 16, 3), np.float32)
    images[0, 0, 0, 0] = 1
    found = first(encoder.padding(tf.constant(images)))[0, ..., 0].numpy()
    assert found.shape == (8, 8)
    # Output (i, j) looks at rows 2i - 2 to 2i + 2: pixel 0 is row 2 - 2i of its kernel.
    np.testing.assert_array_equal(found[:2, :2], [[12, 10], [2, 0]])
    assert not found[2:].any() and not found[:, 2:].any()


def test_the_discriminator_takes_attributes_behind_its_first_convolution():
    """Features first, then a map for each attribute: with zeros for the image's, an inner position
    sees 16 times the second attribute.
    """
    discriminator = IcGANDiscriminator(16, 2)
    discriminator.build([(None, 16, 16, 3), (None, 2)])
    first, second = discriminator.convolutions
    assert tuple(second.kernel.shape) == (4, 4, 2 + 2, 4)
    kernel = np.zeros((4, 4, 4, 4), np.float32)
    kernel[:, :, 3, 0] = 1 / 16  # of the second attribute
    second.kernel.assign(kernel)
    first.kernel.assign(np.zeros(first.kernel.shape))
    [norm] = discriminator.norms
    norm.gamma.assign(np.full(4, np.sqrt(1 + 1e-5)))  # the norm changes nothing
    logit = np.zeros((4, 4, 4, 1), np.float32)
    logit[1, 1, 0] = 1  # an inner position
    discriminator.logit.kernel.assign(logit)
    labels = tf.constant([[1.0, 1.0], [1.0, -1.0]])
    # Leaky ReLU 0.2 of 1 and -1.
    np.testing.assert_allclose(discriminator([noise_images(), labels]), [1.0, -0.2], rtol=1e-5)


def test_the_generators_two_inputs_and_its_first_layer_by_hand():
    """z then y, one pixel times the kernel."""
    generator = IcGANGenerator(8, 2)
    generator.build([(None, 2), (None, 1)])
    assert len(generator.convolutions) == 1  # no doubling before the image's
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(4, 4, 2, 3)).astype(np.float32)
    generator.convolutions[0].kernel.assign(kernel)
    latents, labels = rng.normal(size=(1, 2)), [[-1.0]]
    found = generator.convolutions[0](
        tf.constant(np.concatenate([latents, labels], 1)[:, None, None], tf.float32)
    )
    expected = np.einsum("hwoi,i->hwo", kernel, [*latents[0], -1.0])
    np.testing.assert_allclose(found[0], expected, rtol=1e-5)
    images = generator([tf.constant(latents, tf.float32), tf.constant(labels)])
    hidden = np.maximum(expected * generator.norms[0].gamma.numpy() / np.sqrt(1 + 1e-5), 0)
    image = tf.tanh(generator.to_image(tf.constant(hidden[None], tf.float32)))
    np.testing.assert_allclose(images, image, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("seen", "difference", "expected"),
    [
        # Ey agrees with the caller: set, further, half of the way.
        (-1, 1, 1),
        (1, -1, -1),
        (-1, 1.5, 2),
        (1, -1.5, -2),
        (-1, 0.5, 0),
        # Ey sees it already: it stays.
        (1, 1, 1),
        (1, 0.5, 1),
        (-1, -1.5, -1),
        # Nothing asked for: Ey's answer.
        (1, 0, 1),
        (-1, 0, -1),
    ],
)
def test_labels_move_y_from_what_the_encoder_sees(editor, seen, difference, expected):
    latents = tf.constant([[0.3, -0.7, 0.1, 1.1, -0.2]])
    others = [1.0, -1.0]
    edited = editor.decode(
        (latents, tf.constant([[seen, *others]], tf.float32)),
        tf.constant([[difference, 0, 0]], tf.float32),
    )
    wanted = editor.generator([latents, tf.constant([[expected, *others]], tf.float32)])
    np.testing.assert_allclose(edited, wanted, atol=1e-6)
    other = editor.generator([latents, tf.constant([[expected + 0.3, *others]], tf.float32)])
    assert np.abs(edited - other).max() > 1e-3


def test_zero_difference_is_the_reconstruction(editor):
    images = noise_images(6)
    latents, seen = editor.encode(images)
    answers = editor.attribute_encoder(images).numpy()
    np.testing.assert_array_equal(seen, np.where(answers > 0, 1, -1))
    assert len(np.unique(seen)) == 2
    np.testing.assert_array_equal(latents, editor.latent_encoder(images))
    reconstructed = editor.generator([latents, seen])
    np.testing.assert_allclose(editor([images, tf.zeros((6, 3))]), reconstructed, atol=1e-6)
    edited = editor([images, -tf.gather(tf.eye(3), tf.argmax(seen, axis=1))])
    assert np.abs(edited - reconstructed).max(axis=(1, 2, 3)).max() > 1e-2


def test_the_editor_saves_and_loads(editor, tmp_path):
    batch = [noise_images(), tf.constant([[1.0, 0, 0], [0, -1, 1.5]])]
    editor.save(tmp_path / "editor.keras")
    again = keras.saving.load_model(tmp_path / "editor.keras")
    np.testing.assert_array_equal(again(batch), editor(batch))


def test_bfloat16_returns_float32(editor):
    batch = [noise_images(), tf.zeros((2, 3))]
    half = IcGANEditor(16, 3, 5, **SMALL, dtype="mixed_bfloat16")
    half.build([(None, 16, 16, 3), (None, 3)])
    for ours, theirs in zip(half.variables, editor.variables, strict=True):
        ours.assign(theirs)
    latents, seen = editor.encode(batch[0])
    images = half.decode((latents, seen), batch[1])
    assert images.dtype == tf.float32
    assert half.generator.compute_dtype == "bfloat16"
    assert np.abs(images - editor.decode((latents, seen), batch[1])).max() < 0.1


@pytest.mark.parametrize(
    ("network", "shape", "message"),
    [
        (IcGANDiscriminator(32), [(None, 16, 16, 3), (None, 2)], "image_size = 32"),
        (IcGANEncoder(32), (None, 16, 16, 3), "image_size = 32"),
        (IcGANEditor(16, 3, **SMALL), [(None, 16, 16, 3), (None, 2)], "num_attributes = 3"),
    ],
)
def test_other_shapes_are_errors(network, shape, message):
    with pytest.raises(ValueError, match=message):
        network.build(shape)
