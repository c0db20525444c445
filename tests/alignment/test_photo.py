import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from stgan_tf.alignment.channels import as_rgb, to_8_bits
from stgan_tf.alignment.photo import read_photo, write_photo
from stgan_tf.alignment.sixteen_bit import upright

#: Top left red, top right green, bottom left blue, bottom right white; 24x16 (width x height).
CORNERS = np.zeros((16, 24, 3), np.uint8)
CORNERS[:8, :12] = (255, 0, 0)
CORNERS[:8, 12:] = (0, 255, 0)
CORNERS[8:, :12] = (0, 0, 255)
CORNERS[8:, 12:] = 255

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def save(path, image, **options):
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    image.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", [".png", ".tif", ".tiff", ".PNG"])
@given(
    st.sampled_from([(), (3,), (4,)]), st.integers(1, 40), st.integers(1, 40), st.integers(0, 99)
)
@settings(max_examples=10, deadline=None)
def test_lossless_round_trip(tmp_path_factory, suffix, shape, height, width, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, *shape), dtype=np.uint8)
    path = tmp_path_factory.mktemp("photo") / f"a{suffix}"
    write_photo(path, pixels, SRGB)
    photo = read_photo(path)
    np.testing.assert_array_equal(photo.pixels, pixels)
    assert photo.pixels.dtype == np.uint8
    assert photo.icc_profile == (SRGB if shape else None)  # a profile of colours fits no grey
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix, alpha", [(".jpg", False), (".jpeg", False), (".webp", True)])
def test_lossy_round_trip(tmp_path, suffix, alpha):
    pixels = np.full((32, 48, 4 if alpha else 3), 200, np.uint8)
    write_photo(tmp_path / f"a{suffix}", pixels)
    photo = read_photo(tmp_path / f"a{suffix}")
    assert photo.pixels.shape == pixels.shape and photo.icc_profile is None
    assert np.abs(photo.pixels.astype(int) - pixels).max() <= 2


#: EXIF orientation -> the stored corners top left, top right, bottom left, bottom right of an
#: upright picture red, green / blue, white; from the meaning of the values in the EXIF standard.
ORIENTATIONS = {
    1: "RGBW",
    2: "GRWB",  # mirrored left to right
    3: "WBGR",  # upside down
    4: "BWRG",  # mirrored top to bottom
    5: "RBGW",  # rows are columns
    6: "GWRB",  # to be turned clockwise
    7: "WGBR",
    8: "BRWG",  # to be turned anticlockwise
}


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_orientation_is_applied_and_no_exif_is_written(tmp_path, orientation, suffix):
    colours = {"R": (255, 0, 0), "G": (0, 255, 0), "B": (0, 0, 255), "W": (255, 255, 255)}
    corners = np.array([colours[c] for c in ORIENTATIONS[orientation]], np.uint8).reshape(2, 2, 3)
    stored = corners.repeat(24, axis=0).repeat(24 if orientation < 5 else 32, axis=1)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "maker of the camera"
    path = save(tmp_path / f"a{suffix}", stored, exif=exif)
    pixels = read_photo(path).pixels
    assert pixels.shape == ((48, 48, 3) if orientation < 5 else (64, 48, 3))
    found = pixels[[[4, 4], [-5, -5]], [[4, -5], [4, -5]]].reshape(4, 3).astype(int)
    np.testing.assert_allclose(found, [colours[c] for c in "RGBW"], atol=40)

    write_photo(path, pixels)
    assert b"maker of the camera" not in path.read_bytes()
    with Image.open(path) as written:
        assert 0x0112 not in written.getexif() or written.getexif()[0x0112] == 1


def test_palette_grey_black_and_white(tmp_path):
    image = Image.fromarray(CORNERS)
    np.testing.assert_array_equal(
        read_photo(save(tmp_path / "a.png", image.quantize(4))).pixels, CORNERS
    )
    np.testing.assert_array_equal(
        read_photo(save(tmp_path / "a.gif", image.quantize(4))).pixels, CORNERS
    )
    np.testing.assert_array_equal(read_photo(save(tmp_path / "a.bmp", CORNERS)).pixels, CORNERS)
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.testing.assert_array_equal(read_photo(save(tmp_path / "b.png", grey)).pixels, grey)
    bits = Image.fromarray(grey).point(lambda value: 255 * (value > 5)).convert("1")
    np.testing.assert_array_equal(
        read_photo(save(tmp_path / "c.png", bits)).pixels, np.where(grey > 5, 255, 0)
    )


def test_transparency_becomes_alpha(tmp_path):
    palette = Image.fromarray(CORNERS).quantize(4)
    pixels = read_photo(
        save(tmp_path / "a.png", palette, transparency=palette.getpixel((0, 0)))
    ).pixels
    assert pixels.shape == (16, 24, 4)
    assert pixels[0, 0, 3] == 0 and (pixels[..., 3] == 0).sum() == 8 * 12
    grey_alpha = Image.fromarray(CORNERS).convert("LA")
    grey_alpha.putalpha(99)
    pixels = read_photo(save(tmp_path / "b.png", grey_alpha)).pixels
    assert pixels.shape == (16, 24, 2)
    assert pixels[0, 0].tolist() == [76, 99]  # .299 * 255
    assert read_photo(save(tmp_path / "c.tif", grey_alpha)).pixels[0, 0].tolist() == [76, 99]
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    pixels = read_photo(save(tmp_path / "d.png", grey, transparency=5)).pixels
    assert pixels.shape == (3, 4, 2) and np.argwhere(pixels[..., 1] == 0).tolist() == [[1, 1]]


def test_sixteen_bits(tmp_path):
    values = np.array([[0, 128, 129, 32896, 65535]], np.uint16)
    expected = values.tolist()
    for suffix in (".png", ".tif"):
        photo = read_photo(save(tmp_path / f"a{suffix}", values))
        assert photo.pixels.tolist() == expected and photo.pixels.dtype == np.uint16
        assert photo.notes == ()
    assert to_8_bits(values).tolist() == [[0, 0, 1, 128, 255]]  # value / 257, rounded
    # Turned as well: the orientation of 16-bit images is applied too.
    exif = Image.Exif()
    exif[0x0112] = 3
    path = save(tmp_path / "b.png", values, exif=exif)
    assert read_photo(path).pixels.tolist() == [expected[0][::-1]]


#: Pillow opens no TIFF of grey and alpha of 16 bits.
DEEP = [(suffix, shape) for suffix in (".png", ".tif") for shape in ((), (2,), (3,), (4,))]
DEEP.remove((".tif", (2,)))


@pytest.mark.parametrize(("suffix", "shape"), DEEP, ids=str)
def test_sixteen_bits_of_several_channels_come_back_as_written(tmp_path, suffix, shape):
    pixels = np.random.default_rng(0).integers(0, 65536, (7, 5, *shape), dtype=np.uint16)
    profile = SRGB if shape in ((3,), (4,)) else None
    assert write_photo(tmp_path / f"a{suffix}", pixels, profile, (300, 150)) == ()
    photo = read_photo(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(photo.pixels, pixels)
    assert photo.pixels.dtype == np.uint16 and photo.notes == ()
    assert photo.icc_profile == profile
    np.testing.assert_allclose(photo.dpi, (300, 150), atol=0.02)
    with Image.open(tmp_path / f"a{suffix}") as image:  # a reader of its own finds the file sound
        image.load()
        values = np.asarray(image.convert("RGBA" if shape in ((2,), (4,)) else "RGB"))
    if shape:
        # Pillow takes the upper 8 of the 16 bits.
        assert (values[..., -1] == pixels[..., -1] >> 8).all()


def test_a_transparent_colour_of_16_bits(tmp_path):
    pixels = np.arange(12, dtype=np.uint16).reshape(2, 2, 3) * 5000
    write_photo(tmp_path / "a.png", pixels)
    data = (tmp_path / "a.png").read_bytes()
    key = struct.pack(">HHH", *pixels[1, 0].tolist())
    chunk = struct.pack(">I", 6) + b"tRNS" + key + struct.pack(">I", zlib.crc32(b"tRNS" + key))
    place = data.index(b"IDAT") - 4
    (tmp_path / "a.png").write_bytes(data[:place] + chunk + data[place:])
    photo = read_photo(tmp_path / "a.png")
    np.testing.assert_array_equal(photo.pixels[..., :3], pixels)
    assert photo.pixels[..., 3].tolist() == [[65535, 65535], [0, 65535]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_of_arrays_is_pillows(orientation):
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    image = Image.fromarray(pixels)
    image.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(upright(pixels, orientation), expected)
    np.testing.assert_array_equal(upright(pixels[..., 0], orientation), expected[..., 0])


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_what_cannot_be_held_is_told(tmp_path, suffix):
    pixels = np.full((8, 9, 3), 32896, np.uint16)
    lost = write_photo(tmp_path / f"a{suffix}", pixels)
    assert lost == (f"16 bits per channel became 8, the limit of {suffix}",)
    assert np.abs(read_photo(tmp_path / f"a{suffix}").pixels.astype(int) - 128).max() <= 1


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_resolution_is_kept(tmp_path, suffix):
    path = save(tmp_path / f"a{suffix}", CORNERS, dpi=(300, 300))
    photo = read_photo(path)
    write_photo(tmp_path / f"b{suffix}", photo.pixels, dpi=photo.dpi)
    np.testing.assert_allclose(read_photo(tmp_path / f"b{suffix}").dpi, (300, 300), atol=0.02)
    assert read_photo(save(tmp_path / f"c{suffix}", CORNERS)).dpi is None


def test_what_became_of_other_kinds_is_told(tmp_path):
    image = Image.fromarray(CORNERS)
    assert read_photo(save(tmp_path / "a.png", image.quantize(4))).notes == (
        "a palette became 8-bit colours",
    )
    assert read_photo(save(tmp_path / "b.png", image.convert("1"))).notes == (
        "1-bit black and white became 8-bit grey",
    )
    exif = Image.Exif()
    exif[0x0112] = 6
    assert not read_photo(save(tmp_path / "c.jpg", image, exif=exif)).has_exif
    exif[0x010F] = "maker of the camera"
    assert read_photo(save(tmp_path / "d.jpg", image, exif=exif)).has_exif


def test_as_rgb_worked_by_hand():
    grey_alpha = np.array([[[10, 200]]], np.uint8)
    assert as_rgb(grey_alpha).tolist() == [[[10, 10, 10]]]
    deep = np.array([[[257, 514, 65535, 0]]], np.uint16)
    assert as_rgb(deep).tolist() == [[[1, 2, 255]]]


@pytest.mark.parametrize("value", [-1.0, 0.5, 70000.0])
def test_float_grey_is_refused(tmp_path, value):
    path = save(tmp_path / "a.tif", np.full((3, 3), value, np.float32))
    with pytest.raises(ValueError, match="8 or 16 bits"):
        read_photo(path)


def test_the_profile_of_a_grey_photo_stays_with_grey_pixels(tmp_path):
    grey_profile = SRGB[:16] + b"GRAY" + SRGB[20:]
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    path = save(tmp_path / "a.png", grey, icc_profile=grey_profile)
    assert read_photo(path).icc_profile == grey_profile
    grey_alpha = Image.fromarray(grey).convert("LA")
    photo = read_photo(save(tmp_path / "b.png", grey_alpha, icc_profile=grey_profile))
    assert photo.pixels.shape == (3, 4, 2) and photo.icc_profile == grey_profile
    transparent = Image.fromarray(np.dstack([grey] * 4))
    photo = read_photo(save(tmp_path / "c.png", transparent, icc_profile=grey_profile))
    assert photo.pixels.shape == (3, 4, 4) and photo.icc_profile is None
    assert photo.notes == ("a colour profile that does not fit its pixels was dropped",)


def test_the_first_picture_of_several(tmp_path):
    first, second = Image.fromarray(CORNERS), Image.fromarray(255 - CORNERS)
    path = tmp_path / "a.jpg"  # as phones write a photo with its depth map
    first.save(path, "MPO", save_all=True, append_images=[second], quality=95, subsampling=0)
    photo = read_photo(path)
    assert np.abs(photo.pixels.astype(int) - CORNERS).max() < 12
    assert photo.notes == ("only the first of 2 frames was kept",)


def test_cmyk(tmp_path):
    profile = SRGB[:16] + b"CMYK" + SRGB[20:]
    path = save(tmp_path / "a.jpg", Image.fromarray(CORNERS).convert("CMYK"), icc_profile=profile)
    photo = read_photo(path)
    assert photo.pixels.shape == CORNERS.shape and photo.icc_profile is None
    assert photo.notes == ("CMYK became RGB",)
    assert np.abs(photo.pixels[3, 3].astype(int) - CORNERS[3, 3]).max() < 30


def encoded(format_):
    rng = np.random.default_rng(0)
    pixels = np.kron(rng.integers(0, 256, (8, 10, 3)), np.ones((6, 6, 1))).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    options = {} if format_ in ("GIF", "BMP") else {"exif": exif, "icc_profile": SRGB}
    Image.fromarray(pixels).save(buffer, format_, **options)
    return buffer.getvalue()


FORMATS = {name: encoded(name) for name in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP")}


def read_or_clear_error(path):
    """Pixels or the ValueError with file and reason; any other exception fails the test."""
    try:
        photo = read_photo(path)
    except ValueError as error:
        assert str(error).startswith(f"The photo {path} cannot be read: it ")
        assert len(str(error)) > len(f"The photo {path} cannot be read: it ") + 10
        return None
    assert photo.pixels.dtype in (np.uint8, np.uint16) and photo.pixels.ndim in (2, 3)
    return photo


@pytest.mark.parametrize("format_", FORMATS)
@given(share=st.floats(0, 0.97))
@settings(max_examples=40, deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # "Truncated File Read" and the like
def test_a_cut_off_file_is_a_clear_error(tmp_path_factory, format_, share):
    data = FORMATS[format_]
    path = tmp_path_factory.mktemp("cut") / "photo.jpg"
    path.write_bytes(data[: int(len(data) * share)])
    # In 97 % of a TIFF and a GIF the pixels can be complete; in the others they never are.
    if read_or_clear_error(path) is not None:
        assert format_ in ("TIFF", "GIF")


@pytest.mark.parametrize("format_", FORMATS)
@given(seed=st.integers(0, 2**32 - 1), errors=st.integers(1, 30), early=st.booleans())
@settings(max_examples=60, deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_damaged_file_never_gives_another_error(tmp_path_factory, format_, seed, errors, early):
    rng = np.random.default_rng(seed)
    data = np.frombuffer(FORMATS[format_], np.uint8).copy()
    places = rng.integers(0, min(len(data), 64) if early else len(data), errors)
    data[places] = rng.integers(0, 256, errors)
    path = tmp_path_factory.mktemp("damaged") / "photo.jpg"
    path.write_bytes(data.tobytes())
    read_or_clear_error(path)


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_other_bytes_are_a_clear_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "photo.png"
    path.write_bytes(data)
    assert read_or_clear_error(path) is None


def test_the_reason_is_given(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_text("no photo")
    with pytest.raises(ValueError, match=r"a\.jpg cannot be read: it is not one of JPEG, PNG"):
        read_photo(path)
    path.write_bytes(FORMATS["JPEG"][:-400])
    with pytest.raises(ValueError, match="damaged, truncated .*truncated"):
        read_photo(path)
    with pytest.raises(FileNotFoundError, match="missing"):
        read_photo(tmp_path / "missing.jpg")


@pytest.mark.parametrize("limit", [100, 383, 10])
def test_a_decompression_bomb_is_refused(tmp_path, monkeypatch, limit):
    """Pillow itself warns above its limit and raises above twice the limit."""
    path = save(tmp_path / "a.png", CORNERS)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    with pytest.raises(ValueError, match="too many pixels"):
        read_photo(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 24 * 16)
    assert read_photo(path).pixels.shape == CORNERS.shape


def test_write_errors_leave_nothing(tmp_path):
    for name, pixels, message in [
        ("a.gif", CORNERS, "a.gif"),
        ("a", CORNERS, "suffix"),
        ("a.jpg", np.dstack([CORNERS, CORNERS[..., 0]]), "alpha"),
        ("a.png", CORNERS / 255, "float64"),
        ("a.png", CORNERS[..., :1], r"\(16, 24, 1\)"),
        ("a.jpg", CORNERS[..., :2], "alpha"),
    ]:
        with pytest.raises(ValueError, match=message):
            write_photo(tmp_path / name, pixels)
    assert list(tmp_path.iterdir()) == []
