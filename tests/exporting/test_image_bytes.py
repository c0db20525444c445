"""Encoded images in and out of a graph, against what does the same without TensorFlow."""

import io

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from stgan_tf.exporting.image_bytes import decode_faces, encode_faces
from stgan_tf.frame import CELEBA_FRAME, ModelFrame, Size
from stgan_tf.images import CropBox, to_uint8
from stgan_tf.runtime.inputs import prepare_faces


def png(image):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return buffer.getvalue()


@st.composite
def boxes(draw):
    height, width = draw(st.integers(1, 218)), draw(st.integers(1, 178))
    return CropBox(
        draw(st.integers(0, 218 - height)), draw(st.integers(0, 178 - width)), height, width
    )


@settings(max_examples=20, deadline=None)
@given(box=boxes(), size=st.sampled_from([8, 24, 32]), seed=st.integers(0, 99))
def test_decoding_is_the_training_pipeline(box, size, seed):
    rng = np.random.default_rng(seed)
    rule = ModelFrame(box, CELEBA_FRAME, None).rule(size)
    sides = [(size, size), (218, 178), (109, 89), (157, 128), (50, 50)]
    faces = [rng.integers(0, 256, (*side, 3), np.uint8) for side in sides]
    decoded = decode_faces(tf.constant([png(face) for face in faces]), size, rule).numpy()
    np.testing.assert_array_equal(decoded[0], prepare_faces(faces[0][None], size, rule)[0])
    for face, other in zip(faces[1:], decoded[1:], strict=True):
        np.testing.assert_allclose(other, prepare_faces(face[None], size, rule)[0], atol=2e-6)


def test_a_square_frame_is_told_from_what_the_model_sees_already_by_its_size():
    rule = ModelFrame(CropBox(4, 4, 8, 8), Size(16, 16), Size(16, 16)).rule(8)
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    whole, part = decode_faces(tf.constant([png(pixels[4:12, 4:12]), png(pixels)]), 8, rule).numpy()
    np.testing.assert_array_equal(whole, part)


@pytest.mark.parametrize("resize", ["stretch", "cover", "contain"])
def test_whole_pictures_of_any_shape(resize):
    rng = np.random.default_rng(0)
    rule = ModelFrame(None, None, None, resize).rule(24)
    pictures = [
        rng.integers(0, 256, (*side, 3), np.uint8) for side in [(30, 47), (41, 5), (24, 24)]
    ]
    serve = tf.function(lambda encoded: decode_faces(encoded, 24, rule))
    decoded = serve(tf.constant([png(picture) for picture in pictures])).numpy()
    for picture, other in zip(pictures, decoded, strict=True):
        np.testing.assert_allclose(other, prepare_faces(picture[None], 24, rule)[0], atol=2e-6)


def test_models_of_whole_images_know_square_ones_only():
    rule = ModelFrame(None, None, None).rule(8)
    own = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    decoded = decode_faces(tf.constant([png(own)]), 8, rule).numpy()
    np.testing.assert_array_equal(decoded, prepare_faces(own[None], 8, rule))
    aligned = tf.constant([png(np.zeros((218, 178, 3), np.uint8))])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"must be square .*218 178"):
        tf.function(lambda encoded: decode_faces(encoded, 8, rule))(aligned)


def test_encoding_cuts_the_fraction_off_and_clips():
    # -1, the float just below 1, halves between grey levels, and values outside.
    rows = [-1.5, -1.0, -0.998, 0.0, 1 - 1e-6, 1.0, 1.5]
    images = np.tile(np.array(rows, np.float32)[None, :, None, None], (2, 1, 7, 3))
    images[1] = np.random.default_rng(0).uniform(-1.2, 1.2, images[1].shape)
    encoded = encode_faces(tf.constant(images)).numpy()
    decoded = np.stack([np.asarray(Image.open(io.BytesIO(data))) for data in encoded])
    np.testing.assert_array_equal(decoded, to_uint8(images))
    assert decoded[0, :, 0, 0].tolist() == [0, 0, 0, 127, 254, 255, 255]
