import numpy as np
import tensorflow as tf

from stgan_tf.images import to_float
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.training.sample_grids import SampleGrids


class Brighten:
    """Adds the label's sum, times 0.1, to the image."""

    def encode(self, images, training):
        assert not training
        return images

    def decode(self, features, labels, training):
        assert not training
        return features + 0.1 * tf.reduce_sum(labels, 1)[:, None, None, None]


def test_columns_are_source_reconstruction_and_each_edit():
    images = to_float(np.full((2, 4, 4, 3), 100, np.uint8))
    attributes = np.array([[0, 1], [1, 0]])
    grid = SampleGrids(Brighten(), images, attributes, ["Male", "Young"], LabelRule()).draw()
    assert grid.shape == (2 * 4 + 2, 4 * 4 + 3 * 2, 3)
    tiles = [[grid[6 * row + 1, 6 * column + 1, 0] for column in range(4)] for row in range(2)]
    up, down = 100 + 12, 100 - 13  # 0.1 is 12.75 levels; output is truncated
    # The reconstruction goes through float32 and truncation, so it may be one level lower.
    for row, (male, young) in zip(tiles, [(up, down), (down, up)], strict=True):
        np.testing.assert_allclose(np.int64(row), [100, 100, male, young], atol=1)
