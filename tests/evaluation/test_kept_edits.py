import dataclasses

import numpy as np
import pytest

from stgan_tf.evaluation.figures import labelled_grid
from stgan_tf.evaluation.kept_edits import KeptEdits, read_edits, side_by_side_figure


def kept(names, level, number=3, truth=True):
    edits = np.full((len(names), number, 4, 4, 3), level, np.uint8)
    return KeptEdits(
        names=np.array(names),
        kinds=np.array([["summer to winter"] * number] * len(names)),
        source=np.full((number, 4, 4, 3), 10, np.uint8),
        edits=edits,
        truth=edits + 1 if truth else np.zeros(0, np.uint8),
    )


@pytest.mark.parametrize("truth", [True, False])
def test_what_was_kept_is_read_again(tmp_path, truth):
    written = kept(["winter"], 20, truth=truth)
    written.write(tmp_path)
    again = dataclasses.asdict(read_edits(tmp_path))
    for name, values in dataclasses.asdict(written).items():
        np.testing.assert_array_equal(again[name], values)
    assert [path.name for path in tmp_path.iterdir()] == ["edits.npz"]


def test_runs_of_an_earlier_version_have_none(tmp_path):
    assert read_edits(tmp_path) is None


@pytest.mark.parametrize("share", [0, 0.3, 0.9])
def test_a_file_that_was_cut_off_is_named(tmp_path, share):
    kept(["winter"], 20).write(tmp_path)
    path = tmp_path / "edits.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match=r"edits\.npz is damaged: measure the run again"):
        read_edits(tmp_path)


def test_a_file_of_something_else_is_named(tmp_path):
    np.savez(tmp_path / "edits.npz", weights=np.zeros(3))
    with pytest.raises(ValueError, match=r"edits\.npz is damaged"):
        read_edits(tmp_path)


def test_domains_are_rows_of_images_with_the_truth_last():
    figure = side_by_side_figure({"A": kept(["winter"], 20), "B": kept(["winter"], 200)})
    image = kept(["winter"], 0).source[0]
    row = [image, image + 10, image + 190, image + 11]
    expected = labelled_grid([row] * 3, ["Source", "A", "B", "Truth"], ["summer to winter"] * 3)
    np.testing.assert_array_equal(figure, expected)


def test_attributes_are_columns_and_systems_rows():
    names = ["Bald", "Male"]
    figure = side_by_side_figure(
        {"A": kept(names, 20, truth=False), "B": kept(names, 200, truth=False)}
    )
    image = kept(names, 0).source[0]
    rows = [[image, image + 10, image + 10], [image, image + 190, image + 190]] * 2
    expected = labelled_grid(rows, ["Source", *names], ["A", "B", "A", "B"])
    np.testing.assert_array_equal(figure, expected)


def test_of_several_domains_an_image_of_each_is_shown():
    names = ["autumn", "spring", "winter"]
    edits = kept(names, 20, number=5, truth=False)
    source = edits.source + np.arange(5, dtype=np.uint8)[:, None, None, None]
    own = ["autumn", "autumn", "winter", "autumn", "spring"]
    kinds = [["" if name == o else f"{o} to {name}" for o in own] for name in names]
    edits = dataclasses.replace(edits, source=source, kinds=np.array(kinds))
    rows = [[source[i], *edits.edits[:, i]] for i in (0, 2, 4)]
    expected = labelled_grid(rows, ["Source", *names], ["A"] * 3)
    np.testing.assert_array_equal(side_by_side_figure({"A": edits}), expected)


def test_runs_of_other_images_or_attributes_are_not_set_side_by_side():
    one = kept(["winter"], 20)
    assert side_by_side_figure({"A": one, "B": kept(["Male"], 20)}) is None
    other = dataclasses.replace(one, source=one.source + 1)
    assert side_by_side_figure({"A": one, "B": other}) is None
