import numpy as np
import pytest

from stgan_tf.data.image_table import ImageTable

TABLE = ImageTable(
    np.array(["a", "b", "c"]), np.array([[0, 1], [1, 0], [1, 1]], np.uint8), ("Bald", "Young")
)


def test_select_and_columns():
    assert len(TABLE) == 3
    chosen = TABLE.select(np.array([2, 0]))
    assert chosen.paths.tolist() == ["c", "a"] and chosen.attributes.tolist() == [[1, 1], [0, 1]]
    assert TABLE.select(np.array([False, True, False])).paths.tolist() == ["b"]
    columns = TABLE.with_attributes(("Young", "Bald"))
    assert columns.attributes.tolist() == [[1, 0], [0, 1], [1, 1]]
    assert columns.names == ("Young", "Bald")


@pytest.mark.parametrize("attributes", [np.zeros((2, 2), np.uint8), np.zeros((3, 2), np.int64)])
def test_wrong_attributes(attributes):
    with pytest.raises(ValueError, match=r"uint8 \(3, 2\)"):
        ImageTable(np.array(["a", "b", "c"]), attributes, ("Bald", "Young"))


def test_the_first_images_and_evenly_spaced_ones():
    """Two domains one after the other: the first three are of one, three spaced ones of both."""
    table = ImageTable(np.array(list("aaaabbbb")), np.zeros((8, 1), np.uint8), ("B",))
    assert table.first(3).paths.tolist() == ["a", "a", "a"]
    spaced = table.first(3, spread=True)
    assert spaced.paths.tolist() == ["a", "a", "b"]  # rows 0, 2 and 5
    assert len(table.first(20)) == len(table.first(20, spread=True)) == 8
    assert len(table.first(0, spread=True)) == 0
