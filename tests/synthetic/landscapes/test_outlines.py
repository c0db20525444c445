"""Path data of small shapes: where their corners are, and how large they are."""

import math
import re

import numpy as np
import pytest

from stgan_tf.frame import Size
from stgan_tf.synthetic.landscapes.outlines import lines, round_shapes, tapering
from stgan_tf.synthetic.vector_drawing import Drawing, polyline


def coverage(path):
    """Area that a black fill of the path covers in a frame of 64 units, in square units."""
    drawing = Drawing(Size(64, 64), Size(512, 512))
    drawing.fill(path, "#000000")
    return drawing.rasterise()[..., 3].sum() / 255 / 64


def test_lines_and_polylines_go_through_their_points():
    assert lines([[(1, 2), (3.456, -4)], [(0, 0), (5, 6)]]) == (
        "M1.00 2.00L3.46 -4.00M0.00 0.00L5.00 6.00"
    )
    path = polyline([(1, 2), (3, 4.5), (0, 8)])
    assert [float(value) for value in re.findall(r"[-\d.]+", path)] == [1, 2, 3, 4.5, 0, 8]
    assert path.endswith("Z") and not polyline([(1, 2), (3, 4)], closed=False).endswith("Z")


@pytest.mark.parametrize("radius", [0.5, 1.5, 4, 8, 20])
def test_round_shapes_have_a_circles_area(radius):
    covered = coverage(round_shapes([(32, 32, radius)]))
    assert covered == pytest.approx(math.pi * radius**2, rel=0.06)


def test_round_shapes_that_overlap_are_one():
    twice = coverage(round_shapes([(32, 32, 8), (32, 32, 8)]))
    assert twice == coverage(round_shapes([(32, 32, 8)]))
    apart = coverage(round_shapes([(16, 32, 8), (48, 32, 8)]))
    assert apart == pytest.approx(2 * twice, rel=0.001)


def test_tapering_lines_are_wide_where_they_begin():
    path = tapering([[(10, 10), (10, 20)]], 2)
    corners = [float(value) for value in re.findall(r"[-\d.]+", path)]
    assert corners == [9, 10, 10, 20, 11, 10]
    bent = tapering([[(10, 10), (20, 10), (30, 10)]], 2)
    corners = np.reshape([float(value) for value in re.findall(r"[-\d.]+", bent)], (-1, 2))
    np.testing.assert_allclose(corners, [[10, 11], [20, 10.7], [30, 10], [20, 9.3], [10, 9]])


def test_a_line_without_length_is_nothing():
    assert coverage(tapering([[(10, 10), (10, 10)]], 2)) == 0
