"""The pictures of a study are what the runs' editors make of the same photos."""

import re

import numpy as np
import pytest
from small_data import write_images
from small_runs import NAMES, SIZE, write_run

from stgan_tf.data.image_table import ImageTable
from stgan_tf.editing.editor import Editor
from stgan_tf.sources.attribute_files import write_attribute_file
from stgan_tf.user_study.choosing_questions import WantedEdit
from stgan_tf.user_study.run_edits import RunEdits

LABELS = np.random.default_rng(3).integers(0, 2, (12, len(NAMES)), dtype=np.uint8)
SPLIT = {"crop": "none", "split": "fractions", "split_fractions": (0.25, 0.25, 0.5)}


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A folder of 12 noise images with labels."""
    folder = tmp_path_factory.mktemp("photos")
    names = write_images(folder / "img_align_celeba", 12, (SIZE, SIZE))
    table = ImageTable(np.array(names), LABELS, NAMES)
    write_attribute_file(folder / "list_attr_celeba.txt", table)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """{system: run folder}: of the difference and of the target, with other attributes."""
    folder = tmp_path_factory.mktemp("runs")
    return {
        "mine": write_run(folder / "mine", "stgan", **SPLIT),
        "theirs": write_run(folder / "theirs", "attgan", attributes=NAMES[::-1], **SPLIT),
    }


@pytest.fixture(scope="module")
def edits(runs, photos):
    return RunEdits(runs, str(photos), attributes=("Bangs", "Eyeglasses"))


def test_photos_are_of_the_test_split_and_changes_follow_their_labels(edits):
    assert len(edits.paths) == 6 and edits.size == SIZE
    rows = [int(re.search(r"(\d+)\.png", path)[1]) - 1 for path in edits.paths]
    for attribute, changes in edits.candidates().items():
        column = NAMES.index(attribute)
        added = [row for row in range(6) if not LABELS[rows[row], column]]
        assert changes.get("add", []) == added
        assert sorted(added + changes.get("remove", [])) == list(range(6))


def test_the_edits_are_the_editors(edits, runs):
    candidates = edits.candidates()
    wanted = [
        WantedEdit(row, attribute, change)
        for attribute, changes in candidates.items()
        for change, rows in changes.items()
        for row in rows[:2]
    ]
    photos = edits.photos([edit.row for edit in wanted])
    found = edits.edited(wanted, 1.5)
    numbers = [int(re.search(r"(\d+)\.png", edits.paths[edit.row])[1]) - 1 for edit in wanted]
    for name, folder in runs.items():
        editor = Editor(folder, "none")
        for edit, photo, number, pictures in zip(wanted, photos, numbers, found, strict=True):
            source = dict(zip(NAMES, LABELS[number].tolist(), strict=True))
            asked = {edit.attribute: 1 if edit.change == "add" else -1}
            expected = editor.edit(photo, asked, 1.5, source)
            difference = np.abs(pictures[name].astype(int) - expected)
            assert difference.max() <= 1 and (difference > 0).mean() < 0.05
    assert not np.array_equal(found[0]["mine"], found[0]["theirs"])


def test_runs_that_cannot_be_compared_are_told(runs, photos, tmp_path):
    with pytest.raises(ValueError, match="theirs cannot edit all of them. Unknown attribute"):
        bald = write_run(tmp_path / "bald", attributes=(*NAMES, "Bald"), **SPLIT)
        RunEdits({"bald": bald, "theirs": runs["theirs"]}, str(photos), attributes=("Bald",))
    other = write_run(tmp_path / "other", **{**SPLIT, "crop": "2,2,20,20"})
    with pytest.raises(ValueError, match="mine has --crop='none', other '2,2,20,20'"):
        RunEdits({"mine": runs["mine"], "other": other}, str(photos))
    with pytest.raises(ValueError, match="--runs must name two systems or more"):
        RunEdits({})


def test_smaller_pictures_are_enlarged(runs, photos, tmp_path, caplog):
    large = write_run(tmp_path / "large", **{**SPLIT, "image_size": 2 * SIZE})
    edits = RunEdits({"mine": runs["mine"], "large": large}, str(photos))
    assert "the smaller pictures are enlarged" in caplog.text
    [pictures] = edits.edited([WantedEdit(0, "Bangs", "add")], 1.0)
    shapes = {picture.shape for picture in (*pictures.values(), *edits.photos([0]))}
    assert shapes == {(2 * SIZE, 2 * SIZE, 3)}
