import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from stgan_tf.data.decoding import decoder, unreadable_message, usable
from stgan_tf.images import CELEBA_CROP, CropBox


@pytest.mark.parametrize("kind", ["jpg", "png"])
@pytest.mark.parametrize("box", [None, CELEBA_CROP])
def test_decodes_as_the_official_code(official_dir, kind, box):
    with np.load(official_dir / "preprocess" / "expected.npz") as file:
        expected = file[f"decoded_{kind}"]
    if box is not None:
        expected = expected[26:196, 3:173]
    pixels = decoder(box)(tf.constant(str(official_dir / "preprocess" / f"sample.{kind}")))
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "LA"])
def test_other_colour_modes_become_rgb(tmp_path, mode):
    gray = Image.fromarray(np.arange(60, dtype=np.uint8).reshape(6, 10))
    gray.convert(mode).save(tmp_path / "a.png")
    pixels = decoder(None)(tf.constant(str(tmp_path / "a.png"))).numpy()
    np.testing.assert_array_equal(pixels, np.asarray(gray.convert("RGB")))


def test_the_content_decides_not_the_suffix(tmp_path):
    Image.new("L", (10, 6), 99).save(tmp_path / "a.jpg", format="JPEG")
    (tmp_path / "a.jpg").rename(tmp_path / "a.png")
    pixels = decoder(CropBox(1, 2, 3, 4))(tf.constant(str(tmp_path / "a.png"))).numpy()
    assert pixels.shape == (3, 4, 3) and np.abs(pixels.astype(int) - 99).max() <= 1


def test_usable_and_messages(tmp_path):
    rng = np.random.default_rng(0)
    paths = np.array([str(tmp_path / f"{i}.jpg") for i in range(5)])
    for path in paths[:3]:
        Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(path)
    with open(paths[1], "r+b") as file:
        file.truncate(500)
    Image.new("RGB", (39, 40)).save(paths[2])
    (tmp_path / "3.jpg").write_bytes(b"")
    box = CropBox(0, 0, 40, 40)
    assert usable(paths, box).tolist() == [True, False, False, False, False]
    assert usable(paths, None).tolist() == [True, False, True, False, False]
    assert "40x39" in unreadable_message(paths[2], box)
    for path in paths[[1, 3, 4]]:
        message = unreadable_message(path, box)
        assert path in message and "cannot be read or decoded" in message
    assert "now it can" in unreadable_message(paths[0], box)
