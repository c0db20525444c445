"""Any photo through the whole path, file to file: sizes, channels, depths, orientations, damage."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from stgan_tf.alignment import read_photo
from stgan_tf.editing.editor import Editor
from stgan_tf.editing.many import Request, edit_files
from stgan_tf.editing.photo_editor import PhotoEditor

#: Pillow's mode -> shape of a pixel and what its values can be.
MODES = {
    "L": ((), np.uint8),
    "RGB": ((3,), np.uint8),
    "LA": ((2,), np.uint8),
    "RGBA": ((4,), np.uint8),
    "I;16": ((), np.uint16),
}
#: CelebA's mean landmarks in its frame, and the frame's width and height.
LANDMARKS = np.array([[69, 111], [108, 111], [88, 135], [73, 152], [106, 152]])
FRAME = (178, 218)


@pytest.fixture(scope="module")
def photos(run_dir):
    return PhotoEditor(Editor(run_dir()))


@pytest.fixture(scope="module")
def faces(run_dir):
    return PhotoEditor(Editor(run_dir()), aligned=True)


def only_row(photo_editor, request, path, output):
    (row,) = edit_files(photo_editor, request, {path: output})
    return row


@given(
    mode=st.sampled_from(list(MODES)),
    width=st.integers(40, 240),
    height=st.integers(40, 240),
    orientation=st.integers(1, 8),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_any_photo_comes_back_upright_with_its_size_and_channels(
    tmp_path_factory, photos, mode, width, height, orientation, seed
):
    folder = tmp_path_factory.mktemp("photo")
    pixel, dtype = MODES[mode]
    values = np.random.default_rng(seed).integers(
        0, np.iinfo(dtype).max + 1, (height, width, *pixel)
    )
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(values.astype(dtype)).save(folder / "a.png", exif=exif)
    upright = read_photo(folder / "a.png").pixels
    assert upright.shape[:2] == ((width, height) if orientation > 4 else (height, width))
    points = LANDMARKS * min(np.array(upright.shape[1::-1]) / FRAME)
    request = Request({"Bangs": 1}, landmarks={"a.png": points})
    row = only_row(photos, request, folder / "a.png", folder / "out" / "a.png")
    assert row["status"] == "edited"
    written = read_photo(folder / "out" / "a.png").pixels
    assert written.shape == upright.shape
    if upright.ndim == 3 and upright.shape[2] == 4:
        np.testing.assert_array_equal(written[..., 3], upright[..., 3])


def encoded(format_):
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format_)
    return buffer.getvalue()


FILES = {name: encoded(name) for name in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP")}


@given(
    format_=st.sampled_from(list(FILES)),
    kept=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
    errors=st.integers(0, 20),
)
@settings(max_examples=100, deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # "Truncated File Read" and the like
def test_a_damaged_file_is_edited_or_named_and_leaves_nothing_behind(
    tmp_path_factory, faces, format_, kept, seed, errors
):
    folder = tmp_path_factory.mktemp("damaged")
    data = np.frombuffer(FILES[format_], np.uint8)
    data = data[: int(len(data) * kept)].copy()
    if len(data):
        rng = np.random.default_rng(seed)
        data[rng.integers(0, len(data), errors)] = rng.integers(0, 256, errors)
    path, output = folder / "a.jpg", folder / "out" / "a.png"
    path.write_bytes(data.tobytes())
    row = only_row(faces, Request({"Bangs": 1}), path, output)
    if row["status"] == "edited":
        assert read_photo(output).pixels.shape == (32, 32, 3)
    else:
        assert row["status"] == "failed"
        assert len(row["error"]) > 20
        assert not output.exists()
    assert not [file for file in folder.rglob(".*")]  # no temporary file
