import numpy as np
import pytest
from alignment.face_photos import CANONICAL_FACE, turned
from hypothesis import given, settings
from hypothesis import strategies as st

from stgan_tf.alignment.similarity import (
    CANONICAL_POINTS,
    Similarity,
    checked_landmarks,
    frame_similarity,
)
from stgan_tf.synthetic.faces import landmarks
from stgan_tf.synthetic.faces.rendering import sample_face

finite = st.floats(-500, 500)
similarities = st.builds(turned, st.floats(0.2, 30), st.floats(-180, 180), finite, finite)


def test_worked_by_hand():
    # Twice the size and shifted by (10, 20): back is half the size and shifted by (-5, -10).
    back = frame_similarity(CANONICAL_FACE * 2 + (10, 20))
    assert back.scale == pytest.approx(0.5) and back.degrees == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(back((10, 20)), (0, 0), atol=1e-9)
    np.testing.assert_allclose(back((12, 24)), (1, 2), atol=1e-9)


def test_quarter_turn_worked_by_hand():
    # (x, y) -> (-y, x) is a quarter turn clockwise as seen, as y points down.
    turn = Similarity(1j, 0j)
    np.testing.assert_allclose(turn([(1, 0), (0, 1)]), [(0, 1), (-1, 0)], atol=1e-12)
    assert turn.degrees == 90 and turn.scale == 1


def test_enlarged_keeps_the_corners_of_the_view():
    # In an image of twice the pixels the first one's corner stays at (-0.5, -0.5).
    twice = Similarity(1 + 0j, 0j).enlarged(2)
    np.testing.assert_allclose(
        twice([(-0.5, -0.5), (0, 0), (9.5, 4.5)]), [(-0.5, -0.5), (0.5, 0.5), (19.5, 9.5)]
    )


@given(similarities)
@settings(max_examples=100, deadline=None)
def test_finds_every_similarity_again(similarity):
    found = frame_similarity(similarity(CANONICAL_FACE))
    np.testing.assert_allclose(found(similarity(CANONICAL_FACE)), CANONICAL_FACE, atol=1e-6)
    assert found.scale * similarity.scale == pytest.approx(1)
    np.testing.assert_allclose(
        similarity.inverse()(similarity(CANONICAL_FACE)), CANONICAL_FACE, atol=1e-6
    )


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_no_nearby_similarity_is_closer(seed):
    """Least squares: moving the solution a little in any direction makes the distance larger."""
    rng = np.random.default_rng(seed)
    points = CANONICAL_FACE + rng.normal(0, 3, (5, 2))
    source = np.array([points[0], points[1], points[3:].mean(axis=0)])
    best = frame_similarity(points)
    least = np.sum((best(source) - CANONICAL_POINTS) ** 2)
    for change in (1e-3, -1e-3, 1e-3j, -1e-3j):
        for other in (
            Similarity(best.factor + change, best.shift),
            Similarity(best.factor, best.shift + change),
        ):
            assert np.sum((other(source) - CANONICAL_POINTS) ** 2) > least


def test_canonical_points_are_those_of_the_drawn_faces():
    faces = np.array([list(landmarks(sample_face(0, i)[0]).values()) for i in range(500)])
    means = faces.mean(axis=0) - 0.5  # drawings count from the corner of the first pixel
    mean_points = np.array([means[0], means[1], means[3:].mean(axis=0)])
    assert np.abs(mean_points - CANONICAL_POINTS).max() < 1.3
    # and of the rounded means that are reported of CelebA's own landmark file
    reported = np.array([(69, 111), (108, 111), (88.5, 152)])
    assert np.abs(reported - CANONICAL_POINTS).max() < 1


@pytest.mark.parametrize(
    "points, message",
    [
        (np.zeros((4, 2)), r"shape \(4, 2\)"),
        (np.zeros(10), r"shape \(10,\)"),
        (np.full((5, 2), np.nan), "finite"),
        (np.where(np.arange(10).reshape(5, 2) == 3, np.inf, CANONICAL_FACE), "finite"),
        (np.ones((5, 2)), "pixels apart"),
        (CANONICAL_FACE / 50, "pixels apart"),
        (CANONICAL_FACE[[1, 0, 2, 4, 3]], "swap left and right"),  # the person's own left
        (CANONICAL_FACE * (1, 0), "mouth must be below"),  # on one line
        (CANONICAL_FACE * (1, -1), "mouth must be below"),  # a reflection
    ],
)
def test_landmarks_that_no_face_has(points, message):
    with pytest.raises(ValueError, match=message):
        checked_landmarks(points)
    with pytest.raises(ValueError, match=message):
        frame_similarity(points)
