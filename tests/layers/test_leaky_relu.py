import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.layers.leaky_relu import leaky_relu


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_both_sides(dtype):
    found = leaky_relu(tf.constant([-3.0, 0.0, 2.0], dtype), 0.01)
    assert found.dtype == dtype
    tolerance = 1e-15 if dtype == tf.float64 else 1e-7
    np.testing.assert_allclose(found, [-0.03, 0, 2], rtol=tolerance)
