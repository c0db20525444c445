import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from stgan_tf.data.decoding import decoder, reader, unreadable_message, usable
from stgan_tf.data.image_table import ImageTable, Sources
from stgan_tf.frame import training_rule

WHOLE = training_rule("none", 8)


@pytest.mark.parametrize("kind", ["jpg", "png"])
@pytest.mark.parametrize("crop", ["none", "celeba"])
def test_decodes_as_the_official_code(official_dir, kind, crop):
    with np.load(official_dir / "preprocess" / "expected.npz") as file:
        expected = file[f"decoded_{kind}"]
    if crop == "celeba":
        expected = expected[26:196, 3:173]
    pixels = decoder(training_rule(crop, 128))(
        tf.constant(str(official_dir / "preprocess" / f"sample.{kind}"))
    )
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "LA"])
def test_other_colour_modes_become_rgb(tmp_path, mode):
    gray = Image.fromarray(np.arange(60, dtype=np.uint8).reshape(6, 10))
    gray.convert(mode).save(tmp_path / "a.png")
    pixels = decoder(WHOLE)(tf.constant(str(tmp_path / "a.png"))).numpy()
    np.testing.assert_array_equal(pixels, np.asarray(gray.convert("RGB")))


def test_the_content_decides_not_the_suffix(tmp_path):
    Image.new("L", (10, 6), 99).save(tmp_path / "a.jpg", format="JPEG")
    (tmp_path / "a.jpg").rename(tmp_path / "a.png")
    pixels = decoder(training_rule("1,2,3,4", 8, (6, 10)))(
        tf.constant(str(tmp_path / "a.png"))
    ).numpy()
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
    rule = training_rule("0,0,40,40", 8)
    table = ImageTable(paths, np.zeros((5, 1), np.uint8), ("Bald",))
    assert usable(table, rule).tolist() == [True, False, False, False, False]
    assert usable(table, WHOLE).tolist() == [True, False, True, False, False]
    for path, reason in zip(
        paths,
        [
            "but can be now",
            "it is damaged, truncated",
            "is 39x40 (width x height), but must be at least 40x40",
            "it is empty (0 bytes)",
            "No such file",
        ],
        strict=True,
    ):
        message = unreadable_message(path, rule)
        assert path in message and reason in message and "--skip_bad_images" in message


#: EXIF's orientation -> where the corners of an upright [[1, 2], [3, 4]] are stored.
STORED = {
    1: [[1, 2], [3, 4]],
    2: [[2, 1], [4, 3]],
    3: [[4, 3], [2, 1]],
    4: [[3, 4], [1, 2]],
    5: [[1, 3], [2, 4]],
    6: [[2, 4], [1, 3]],
    7: [[4, 2], [3, 1]],
    8: [[3, 1], [4, 2]],
}


@pytest.mark.parametrize("orientation", STORED)
def test_orientation_comes_before_the_crop(tmp_path, orientation):
    stored = np.array(STORED[orientation], np.uint8).repeat(3, 1)[..., None].repeat(3, 2)
    upright_width = 6 if orientation < 5 else 2
    Image.fromarray(stored).save(tmp_path / "a.png")
    sources = Sources(np.array([str(tmp_path / "a.png")]), np.array([orientation], np.uint8))
    table = ImageTable(np.array(["gone"]), np.zeros((1, 1), np.uint8), ("Bald",), sources)
    pixels = reader(table, WHOLE)(tf.constant(0))
    assert pixels.shape == ((2, 6, 3) if orientation < 5 else (6, 2, 3))
    assert pixels.numpy()[[[0, 0], [-1, -1]], [[0, -1], [0, -1]], 0].tolist() == [[1, 2], [3, 4]]
    last = training_rule(f"0,{upright_width - 1},1,1", 8)
    corner = reader(table, last)(tf.constant(0))
    assert corner.numpy().tolist() == [[[2, 2, 2]]]
