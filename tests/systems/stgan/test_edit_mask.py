import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.systems.stgan.edit_mask import LEAST_MASK, blend_by_mask
from stgan_tf.systems.stgan.generator import Generator

SMALL = {"num_layers": 3, "encoder_width": 4, "decoder_width": 4, "stu_width": 4}


@pytest.fixture(name="images")
def fixture_images():
    return np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 3)).astype(np.float32)


def test_colours_show_where_the_mask_says():
    images = tf.constant([[[[0.5, -1.0, 1.0]] * 3]])
    # Masks of 1/20, 21/40 and 1; colours of 0, and of tanh(log 2) = (4 - 1) / (4 + 1).
    logits = tf.constant([[[[0.0, 0, 0, -200], [0.0, 0, np.log(2), 0], [0.0, 0, np.log(2), 200]]]])
    expected = [[[[0.475, -0.95, 0.95], [0.2375, -0.475, 0.79], [0, 0, 0.6]]]]
    np.testing.assert_allclose(blend_by_mask(logits, images), expected, atol=1e-6)


def test_a_closed_mask_nearly_leaves_the_images_alone_and_passes_gradients(images):
    generator = Generator(**SMALL, edit_mask=True)
    generator.build([(None, 16, 16, 3), (None, 2)])
    bias = generator.decoder.to_image.convolution.bias
    bias.assign([0, 0, 0, -200])
    labels = np.array([[1, 0], [0, -1]], np.float32)
    with tf.GradientTape() as tape:
        nearly = generator([images, labels])
    closed = nearly - images
    kernel = generator.decoder.to_image.convolution.kernel
    assert np.abs(tape.gradient(nearly, kernel)).max() > 1e-3
    bias.assign([0, 0, 0, 200])
    opened = generator([images, labels]) - images
    assert np.abs(opened).mean() > 0.1
    np.testing.assert_allclose(closed, LEAST_MASK * opened, atol=1e-6)


@pytest.mark.parametrize("use_stu", [True, False])
def test_edits_of_encoded_images_are_those_of_images(images, use_stu):
    generator = Generator(**SMALL, edit_mask=True, use_stu=use_stu)
    labels = np.array([[1, 0], [0, -1]], np.float32)
    edited = generator([images, labels])
    encoded = generator.encode(images)
    np.testing.assert_allclose(generator.decode(encoded, labels), edited, atol=1e-6)
    assert edited.shape == images.shape and edited.dtype == np.float32


def test_images_keep_their_precision_in_bfloat16(images):
    generator = Generator(**SMALL, edit_mask=True, dtype="mixed_bfloat16")
    generator.build([(None, 16, 16, 3), (None, 2)])
    convolution = generator.decoder.to_image.convolution
    convolution.kernel.assign(tf.zeros_like(convolution.kernel))
    convolution.bias.assign([0, 0, 0, -200])
    edited = generator([images, np.ones((2, 2), np.float32)])
    np.testing.assert_allclose(edited, (1 - LEAST_MASK) * images, atol=1e-7)


def test_the_mask_is_saved_with_the_generator(images, tmp_path):
    generator = Generator(**SMALL, edit_mask=True)
    labels = np.ones((2, 2), np.float32)
    expected = generator([images, labels])
    generator.save(tmp_path / "generator.keras")
    loaded = keras.models.load_model(tmp_path / "generator.keras")
    np.testing.assert_allclose(loaded([images, labels]), expected, atol=1e-6)
