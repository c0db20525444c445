import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_images import KINDS, write_kind

from stgan_tf.image_sniffing import Sniffed, sniff

#: What TensorFlow reads otherwise than Pillow, or not at all.
NOT_PLAIN = {
    *("jpeg_cmyk", "jpeg_cmyk_not_adobe", "png_without_its_end"),
    *("bmp_grey", "bmp_black_and_white", "bmp_palette", "bmp_alpha"),
    *("webp_alpha", "webp_lossy_alpha", "webp_animated"),
}
ALWAYS_PILLOW = ("gif", "tiff", "avif", "jpeg_2000")
ORIENTATIONS = {
    **{f"jpeg_orientation_{i}": i for i in range(1, 9)},
    "png_orientation": 8,
    "webp_orientation": 6,
}


@pytest.mark.parametrize("kind", KINDS)
def test_plain_files_and_their_orientation(tmp_path, kind):
    with write_kind(tmp_path, kind).open("rb") as file:
        found = sniff(file)
    assert found.plain == (kind not in NOT_PLAIN and not kind.startswith(ALWAYS_PILLOW))
    assert found.orientation == ORIENTATIONS.get(kind, 1)


@pytest.mark.parametrize("kind", ["jpeg", "png", "bmp", "webp"])
@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=40, deadline=None)
def test_a_cut_off_file_is_not_plain(tmp_path_factory, kind, share):
    data = write_kind(tmp_path_factory.mktemp("cut"), kind).read_bytes()
    assert not sniff(io.BytesIO(data[: int(len(data) * share)])).plain


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 400), st.binary(max_size=30))
@settings(max_examples=300, deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damage_anywhere_is_no_error(tmp_path_factory, kind, place, junk):
    data = write_kind(tmp_path_factory.mktemp("damaged"), kind).read_bytes()
    assert 1 <= sniff(io.BytesIO(data[:place] + junk + data[place + len(junk) :])).orientation <= 8


@given(st.binary(max_size=100))
def test_other_bytes(data):
    assert sniff(io.BytesIO(data)).plain is False


def test_an_orientation_behind_the_first_bytes_is_found(tmp_path):
    """A long comment before the EXIF, longer than what is read at first."""
    data = write_kind(tmp_path, "jpeg_orientation_6").read_bytes()
    comment = b"\xff\xfe" + (60_002).to_bytes(2, "big") + bytes(60_000)
    assert sniff(io.BytesIO(data[:2] + comment + data[2:])) == Sniffed("JPEG", True, 6)
