"""Images are judged by their headers, before anything is decoded."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sample_images import KINDS, write_kind
from serving.toy_models import image_file

from stgan_tf.frame import CELEBA_CROP, CELEBA_FRAME, ModelFrame, training_rule
from stgan_tf.serving.api_error import ApiError
from stgan_tf.serving.image_checks import check_images
from stgan_tf.serving.image_files import pixels_of

RULE = ModelFrame(CELEBA_CROP, CELEBA_FRAME, None).rule(16)


def png_header(width, height):
    """A PNG that claims a size, with hardly any data."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_images_of_a_known_frame_pass(kind):
    sizes = [(16, 16), (178, 218), (89, 109), (60, 60)]
    check_images([image_file(size=size, kind=kind) for size in sizes], RULE, 40_000)


@pytest.mark.parametrize("side", [30_000, 8_000, 65_535])
def test_a_bomb_is_refused_without_being_unpacked(side):
    bomb = png_header(side, side)
    tracemalloc.start()
    try:
        with pytest.raises(ApiError, match="Image 1 .*has too many pixels") as caught:
            check_images([image_file(), bomb], RULE, 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.status == 400


def test_a_jpeg_bomb_too():
    with io.BytesIO() as file:
        Image.new("RGB", (16, 16)).save(file, "JPEG")
        data = bytearray(file.getvalue())
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = struct.pack(">HH", 65_000, 65_000)
    with pytest.raises(ApiError, match="too many pixels"):
        check_images([bytes(data)], RULE, 1_000_000)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            image_file(size=(16, 17)),
            "Image 0 must be 178x218 .CelebA's aligned frame. at any scale, or square .* "
            "Received: 16x17",
        ),
        (image_file(size=(218, 178)), "Received: 218x178"),
        (b"", r"Image 0 cannot be read: it is empty \(0 bytes\)"),
        (b"hello", "Image 0 cannot be read: it is not one of JPEG, PNG, WebP, TIFF"),
        (image_file()[:20], "Image 0 "),
    ],
)
def test_others_are_refused_in_words(data, message):
    with pytest.raises(ApiError, match=message) as caught:
        check_images([data], RULE, 1_000_000)
    assert caught.value.status == 400


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_taken_upright(tmp_path, kind):
    data = write_kind(tmp_path, kind).read_bytes()
    expected = pixels_of(data)
    (taken,) = check_images([data], training_rule("none", 16), 40_000)
    assert taken == data or taken.startswith(b"\x89PNG")
    seen = tf.io.decode_image(taken, channels=3, expand_animations=False).numpy()
    assert seen.shape == expected.shape
    assert np.abs(seen.astype(int) - expected).max() <= 6  # JPEG's inverse transform may differ


PNG, JPEG = image_file(), image_file(kind="JPEG")


@given(st.sampled_from([PNG, JPEG]), st.integers(0, 300), st.binary(max_size=40))
@settings(max_examples=300, deadline=None)
def test_damage_anywhere_is_a_400_at_worst(image, place, junk):
    damaged = image[:place] + junk + image[place + len(junk) :]
    try:
        check_images([damaged], RULE, 1_000_000)
    except ApiError as error:
        assert error.status == 400
