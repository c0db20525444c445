"""Which bytes are an image's base64 text."""

import base64

import pytest
from serving.toy_models import image_file

from stgan_tf.serving.base64_images import is_base64_image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
@pytest.mark.parametrize("prefix", [b"", b"data:image/png;base64,", b" \n"])
def test_images_as_text(kind, encode, prefix):
    assert is_base64_image(prefix + encode(image_file(kind=kind)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"iVB",
        b"hello",
        b"http://localhost/face.png",
        b"data:image/png;base64,",
        "ünïcode".encode(),
        base64.b64encode(b"words, not an image"),
        image_file(),
        image_file(kind="JPEG"),
    ],
)
def test_what_is_none(data):
    assert not is_base64_image(data)
