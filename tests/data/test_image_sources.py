import logging
import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from sample_images import KINDS, write_kind

from stgan_tf.alignment.channels import as_rgb
from stgan_tf.alignment.photo import read_photo
from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import reader
from stgan_tf.data.image_sources import look, readable
from stgan_tf.data.image_table import ImageTable
from stgan_tf.frame import training_rule
from stgan_tf.image_formats import readable_formats


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "stgan_tf" / "images"


def table_of(*paths):
    paths = np.array([str(path) for path in paths])
    return ImageTable(paths, np.zeros((len(paths), 1), np.uint8), ("Bald",))


@pytest.mark.parametrize("kind", KINDS)
def test_training_sees_the_pixels_that_edit_sees(tmp_path, kind):
    path = write_kind(tmp_path, kind)
    table, faults = look(table_of(path))
    assert not faults
    seen = reader(table, training_rule("none", 8))(tf.constant(0)).numpy()
    expected = as_rgb(read_photo(path).pixels)
    assert seen.shape == expected.shape
    # JPEG's inverse transform is allowed to differ, and of 16 bits one level.
    allowed = 6 if path.suffix == ".jpg" else 1 if "16" in kind else 0
    assert np.abs(seen.astype(int) - expected).max() <= allowed


def test_a_png_is_made_once_and_anew_for_another_file(tmp_path, cache):
    path = write_kind(tmp_path, "tiff")
    table, _ = look(table_of(path))
    (made,) = cache.rglob("*.png")
    assert table.files.tolist() == [str(made)] and table.paths.tolist() == [str(path)]
    before = made.stat().st_mtime_ns
    look(table_of(path))
    assert made.stat().st_mtime_ns == before
    Image.new("RGB", (5, 4), (1, 2, 3)).save(path)
    os.utime(path, ns=(1, 1))
    table, _ = look(table_of(path))
    pixels = reader(table, training_rule("none", 8))(tf.constant(0)).numpy()
    assert pixels[0, 0].tolist() == [1, 2, 3]


def bad_files(folder):
    """{path: what must be said of it}."""
    jpeg, tiff = write_kind(folder, "jpeg"), write_kind(folder, "tiff")
    contents = {
        "empty.jpg": (b"", "it is empty (0 bytes)"),
        "page.jpg": (b"<html>", "it is not one of JPEG, PNG, WebP, TIFF, BMP, GIF"),
        "cut.jpg": (jpeg.read_bytes()[:-100], "it is damaged, truncated"),
        "cut.tif": (tiff.read_bytes()[:200], "it is damaged, truncated"),
    }
    if "HEIF" not in readable_formats():
        contents["a.heic"] = (b"\0\0\0\x18ftypheic" + bytes(400), "pip install 'stgan-tf[heic]'")
    for name, (data, _) in contents.items():
        (folder / name).write_bytes(data)
    return {folder / name: message for name, (_, message) in contents.items()}


def test_only_the_bad_are_named_each_with_its_reason(tmp_path, caplog):
    good = [write_kind(tmp_path, kind) for kind in KINDS]
    bad = bad_files(tmp_path)
    bad[tmp_path / "gone.png"] = "No such file"
    config = DataConfig(crop="none")
    with pytest.raises(ValueError) as caught:
        readable(table_of(*good, *bad), config)
    count = len(good) + len(bad)
    first, *lines, last = str(caught.value).splitlines()
    assert first == f"{len(bad)} of {count} images cannot be used:"
    for line, (path, reason) in zip(lines, bad.items(), strict=True):
        assert line.startswith(f"  {path}: ") and reason in line
    assert "--skip_bad_images" in last

    with caplog.at_level(logging.WARNING):
        table = readable(table_of(*bad, *good), DataConfig(crop="none", skip_bad_images=True))
    assert table.paths.tolist() == [str(path) for path in good]
    assert f"{len(bad)} of {count} images" in caplog.text
    assert not any(str(path) in caplog.text for path in good)


def test_a_long_list_is_cut(tmp_path):
    paths = [tmp_path / f"{i}.jpg" for i in range(40)]
    for path in paths:
        path.touch()
    with pytest.raises(ValueError, match="... and 30 more") as caught:
        readable(table_of(*paths), DataConfig(crop="none"))
    assert len(str(caught.value).splitlines()) == 13


def test_damage_inside_is_found_when_bad_images_are_skipped(tmp_path, caplog):
    good, damaged = write_kind(tmp_path, "jpeg"), tmp_path / "damaged.png"
    data = bytearray(write_kind(tmp_path, "png").read_bytes())
    middle = len(data) // 2  # of the compressed pixels
    data[middle : middle + 16] = b"\xff" * 16
    damaged.write_bytes(bytes(data))
    config = DataConfig(crop="none", skip_bad_images=True)
    with caplog.at_level(logging.WARNING):
        table = readable(table_of(damaged, good, damaged), config)
    assert table.paths.tolist() == [str(good)]
    assert caplog.text.count(str(damaged)) == 2 and str(good) not in caplog.text
    assert "damaged, truncated" in caplog.text and "storage" not in caplog.text


def test_the_zoo(cases_dir):
    """Files as they came from other programs, in ../shared/cases."""
    folder = cases_dir / "zoo" / "images"
    table, faults = look(table_of(*sorted(folder.iterdir())))
    assert [Path(table.paths[row]).suffix for row in faults] == [".heic"]
    for row, path in enumerate(table.paths):
        if row not in faults:
            seen = reader(table, training_rule("none", 8))(tf.constant(row)).numpy()
            expected = as_rgb(read_photo(path).pixels)
            assert seen.shape == expected.shape == (218, 178, 3), path
            assert np.abs(seen.astype(int) - expected).max() <= 6, path
