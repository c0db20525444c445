"""The written data set of landscapes: domain folders, and the truth about each file."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stgan_tf.sources.domain_layout import find_layout
from stgan_tf.synthetic.landscapes import (
    SEASONS,
    draw_contact_sheet,
    draw_landscape,
    load_provenance,
    sample_place,
    true_translation,
    write_dataset,
)


def write(folder, **changes):
    arguments = {"num_images": 20, "size": 16, "seed": 5, "num_processes": 1, "progress": False}
    return write_dataset(folder, **(arguments | changes))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write(tmp_path_factory.mktemp("seasons") / "two")


def files_of(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*.png")}


def test_every_place_is_in_one_season(written):
    # Index i in season i % 2; 18 of 20 are for training.
    expected = {f"train/summer/{number:06d}.png" for number in range(1, 18, 2)}
    expected |= {f"train/winter/{number:06d}.png" for number in range(2, 19, 2)}
    expected |= {"test/summer/000019.png", "test/winter/000020.png"}
    assert files_of(written) == expected
    layout = find_layout(written)
    assert layout.domains == ("summer", "winter") and layout.has_splits


def test_the_record_tells_how_to_draw_it_again(written):
    assert json.loads((written / "synthetic_landscapes.json").read_text()) == {
        "generator": "stgan_tf.synthetic.landscapes",
        "generator_version": 1,
        "seed": 5,
        "num_images": 20,
        "seasons": ["summer", "winter"],
        "size": 16,
    }
    record = load_provenance(written)
    assert record.seasons == ("summer", "winter") and record.size == 16
    assert [record.season_of(index) for index in (0, 1, 2)] == ["summer", "winter", "summer"]


def test_files_are_the_drawings_without_loss(written):
    for name in ("train/summer/000001.png", "train/winter/000008.png", "test/winter/000020.png"):
        path = Path(name)
        index = int(path.stem) - 1
        with Image.open(written / name) as file:
            stored = np.asarray(file)
        assert stored.shape == (16, 16, 3) and stored.dtype == np.uint8
        np.testing.assert_array_equal(
            stored, draw_landscape(sample_place(5, index), path.parent.name, 16)
        )


def test_the_truth_is_the_same_place_in_another_season(written):
    record = load_provenance(written)
    winter = true_translation(record.seed, 0, "winter", record.size)
    np.testing.assert_array_equal(winter, draw_landscape(sample_place(5, 0), "winter", 16))
    with Image.open(written / "train/summer/000001.png") as file:
        summer = np.asarray(file).astype(float)
    # Snow on the ground.
    assert winter[12:].mean() > summer[12:].mean() + 40


def test_any_seasons_in_turn(tmp_path):
    folder = write(
        tmp_path / "four", num_images=4, seasons=["winter", "spring", "autumn", "summer"]
    )
    assert files_of(folder) == {
        "train/winter/000001.png",
        "train/spring/000002.png",
        "train/autumn/000003.png",
        "train/summer/000004.png",
    }
    with pytest.raises(
        FileExistsError, match="winter, spring, autumn, summer, 16 pixels.*asked for"
    ):
        write(folder, num_images=4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seasons": ["summer"]}, "two or more of spring, .*, each once. Received: summer"),
        ({"seasons": ()}, "Received: none"),
        ({"seasons": ("summer", "summer")}, "each once. Received: summer, summer"),
        ({"seasons": ("summer", "monsoon")}, "Received: summer, monsoon"),
        ({"size": 15}, "size must be from 16 to 1024 pixels. Received: 15"),
        ({"seasons": SEASONS, "num_images": 3}, "num_images must be 4 or more. Received: 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        write(tmp_path / "none", **arguments)
    assert not list(tmp_path.iterdir())


def test_contact_sheet_has_a_row_a_place_and_a_column_a_season(tmp_path):
    path = draw_contact_sheet(tmp_path / "sheet.png", seed=5, num_rows=2, size=16)
    with Image.open(path) as file:
        sheet = np.asarray(file)
    assert sheet.shape == (32, 64, 3)
    np.testing.assert_array_equal(sheet[16:, 48:], true_translation(5, 1, "winter", 16))
    np.testing.assert_array_equal(sheet[:16, 16:32], true_translation(5, 0, "summer", 16))
