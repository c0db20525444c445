import io

import pytest
from PIL import Image
from sample_images import KINDS, write_kind

from stgan_tf import image_formats
from stgan_tf.image_formats import (
    FORMATS,
    HEAD_BYTES,
    SUFFIXES,
    UnreadableImageError,
    format_of,
    open_image,
    readable_formats,
    refusal,
)


@pytest.mark.parametrize("kind", KINDS)
def test_content_tells_the_format(tmp_path, kind):
    path = write_kind(tmp_path, kind)
    data = path.read_bytes()
    assert format_of(data[:HEAD_BYTES]) == SUFFIXES[path.suffix]
    with open_image(io.BytesIO(data)) as image:
        assert image.size == (24, 32)


@pytest.mark.parametrize(
    ("brand", "others", "name"),
    [
        (b"heic", b"mif1", "HEIF"),
        (b"hevx", b"", "HEIF"),
        (b"mif1", b"heic", "HEIF"),
        (b"mif1", b"avif", "AVIF"),
        (b"avis", b"mif1", "AVIF"),
        (b"isom", b"mp41", ""),
    ],
)
def test_avif_and_heic_share_a_container(brand, others, name):
    assert format_of(b"\0\0\0\x1cftyp" + brand + bytes(4) + others) == name


def test_every_format_has_a_name_and_a_suffix():
    assert set(SUFFIXES.values()) == set(FORMATS)
    assert set(readable_formats()) <= set(FORMATS)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty (0 bytes)"),
        (
            b"<html>",
            "it is not one of JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF, JPEG 2000, HEIC",
        ),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "it is not one of"),
        (b"\xff\xd8\xff\xe0", "it is damaged, truncated or of an unsupported kind"),
    ],
)
def test_the_sentence_of_refusal(data, reason):
    with pytest.raises(UnreadableImageError) as caught:
        open_image(io.BytesIO(data))
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("name", "head", "install"),
    [
        ("HEIF", b"\0\0\0\x18ftypheic", "pip install 'stgan-tf[heic]'"),
        ("AVIF", b"\0\0\0\x18ftypavif", "pip install -U pillow"),
        ("JPEG2000", b"\xff\x4f\xff\x51", "pip install -U pillow"),
    ],
)
def test_what_to_install(monkeypatch, name, head, install):
    others = tuple(other for other in FORMATS if other != name)
    monkeypatch.setattr(image_formats, "readable_formats", lambda: others)
    assert FORMATS[name] in refusal(head) and install in refusal(head)


def test_heic_is_read_with_its_extra(tmp_path):
    heif = pytest.importorskip("pillow_heif", reason="needs the extra heic")
    assert "HEIF" in readable_formats()
    if not heif.libheif_info()["encoders"]:
        pytest.skip("this libheif writes no HEIC")
    Image.new("RGB", (16, 8), (200, 10, 10)).save(tmp_path / "a.heic")
    with (tmp_path / "a.heic").open("rb") as file, open_image(file) as image:
        assert image.format == "HEIF" and image.size == (16, 8)
