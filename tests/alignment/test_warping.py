import numpy as np
import pytest
from alignment.face_photos import CANONICAL_FACE, turned
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from stgan_tf.alignment.similarity import CANONICAL_POINTS
from stgan_tf.alignment.warping import align, cut_patch
from stgan_tf.frame import CELEBA_CROP
from stgan_tf.images import CropBox, crop, resize_bicubic_numpy, to_uint8


def mean_error(aligned, landmarks):
    found = aligned.to_aligned(landmarks)
    found = np.array([found[0], found[1], found[3:].mean(axis=0)])
    return np.linalg.norm(found - CANONICAL_POINTS, axis=1).mean()


def test_a_face_that_is_in_the_frame_already_stays_as_it_is(drawn):
    image, _ = drawn
    aligned = align(image, CANONICAL_FACE)
    assert aligned.image.shape == (218, 178, 3) and aligned.image.dtype == np.uint8
    np.testing.assert_array_equal(aligned.image, image)


def test_a_turned_scaled_and_moved_face_comes_back(drawn, wild):
    image, points = drawn
    photo, landmarks, similarity = wild
    aligned = align(photo, landmarks)
    assert mean_error(aligned, landmarks) < 2
    assert aligned.to_aligned.scale * similarity.scale == pytest.approx(1, abs=0.06)
    # The pixels came along: they are those of the drawing aligned by itself.
    expected = align(image, points).image
    assert np.abs(aligned.image.astype(int) - expected).mean() < 3


@given(
    st.floats(0.3, 6), st.floats(-180, 180), st.floats(-40, 40), st.sampled_from([0.5, 1, 1.5, 3])
)
@settings(max_examples=25, deadline=None)
def test_any_pose_brings_the_landmarks_home(size, degrees, x, scale):
    middle = CANONICAL_POINTS.mean(axis=0)
    landmarks = turned(size, degrees, 150 + x, 150)(CANONICAL_FACE - middle)
    photo = np.zeros((300, 300), np.uint8)
    aligned = align(photo, landmarks, scale)
    assert aligned.image.shape == (round(218 * scale), round(178 * scale), 3)
    expected = (CANONICAL_FACE + 0.5) * scale - 0.5
    np.testing.assert_allclose(aligned.to_aligned(landmarks), expected, atol=1e-6)


@pytest.mark.parametrize("scale", [0.5, 1, 2, 384 / 170])
def test_pixels_are_where_the_similarity_says(scale):
    """A photo whose values are its coordinates shows which pixel came from where."""
    columns, rows = np.meshgrid(np.arange(240), np.arange(250))
    photo = np.stack([columns, rows, np.zeros_like(rows)], axis=-1).astype(np.uint8)
    aligned = align(photo, CANONICAL_FACE + (30, 15), scale)
    height, width = aligned.image.shape[:2]
    at = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1)
    expected = aligned.to_aligned.inverse()(at)
    np.testing.assert_allclose(aligned.image[..., :2], expected, atol=0.8)


def test_shrinking_filters_fine_texture_away():
    """Lines of one pixel become grey, not coarse stripes."""
    lines = np.tile(np.array([0, 255], np.uint8), (2180, 890))
    aligned = align(lines, (CANONICAL_FACE + 0.5) * 10 - 0.5)
    inner = aligned.image[5:-5, 5:-5].astype(int)
    assert np.abs(inner - 127.5).max() < 4


def test_outside_the_photo_its_border_is_repeated():
    photo = np.full((60, 60, 3), 9, np.uint8)
    photo[:, 0] = (200, 100, 50)
    aligned = align(photo, CANONICAL_FACE - (65, 105))
    assert (np.abs(aligned.image[110:150, :50].astype(int) - (200, 100, 50)) <= 1).all()


def test_grey_and_alpha():
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (230, 190, 4), dtype=np.uint8)
    np.testing.assert_array_equal(
        align(rgba, CANONICAL_FACE).image, align(rgba[..., :3], CANONICAL_FACE).image
    )
    grey = align(rgba[..., 0], CANONICAL_FACE).image
    assert (grey == grey[..., :1]).all()


def test_a_tiny_photo():
    """Its face's frame reaches far outside on every side."""
    landmarks = (CANONICAL_FACE - CANONICAL_POINTS.mean(axis=0)) / 18 + 2
    image = align(np.full((5, 5), 77, np.uint8), landmarks).image
    assert image.shape == (218, 178, 3) and (image == 77).all()


@pytest.mark.parametrize(
    "photo, landmarks, scale, message",
    [
        (np.zeros((218, 178)), CANONICAL_FACE, 1, "float64"),
        (np.zeros((218, 178, 5), np.uint8), CANONICAL_FACE, 1, "(218, 178, 5)"),
        (np.zeros((0, 178, 3), np.uint8), CANONICAL_FACE, 1, "at least one pixel"),
        (np.zeros((218, 178), np.uint8), CANONICAL_FACE + 300, 1, "178x218"),
        (np.zeros((218, 178), np.uint8), CANONICAL_FACE * 1e9, 1, "178x218"),
        (np.zeros((218, 178), np.uint8), CANONICAL_FACE, 0, "scale must be"),
        (np.zeros((218, 178), np.uint8), CANONICAL_FACE, float("nan"), "scale must be"),
        (np.zeros((218, 178), np.uint8), CANONICAL_FACE, 9, "Received: 9"),
    ],
)
def test_errors(photo, landmarks, scale, message):
    with pytest.raises(ValueError) as error:
        align(photo, landmarks, scale)
    assert message in str(error.value)


def test_patch_is_what_a_network_is_trained_on(drawn):
    image, _ = drawn
    patch = cut_patch(align(image, CANONICAL_FACE), CELEBA_CROP, 128)
    expected = to_uint8(resize_bicubic_numpy(crop(image, CELEBA_CROP), 128))
    np.testing.assert_array_equal(patch, expected)


def test_a_scaled_frame_gives_the_same_view_in_more_pixels(wild):
    photo, landmarks, _ = wild
    aligned = align(photo, landmarks, 2)
    assert aligned.scaled_box(CELEBA_CROP) == (52, 6, 340, 340)
    large = cut_patch(aligned, CELEBA_CROP, 340)
    small = cut_patch(align(photo, landmarks), CELEBA_CROP, 170)
    shrunk = Image.fromarray(large).resize((170, 170), Image.Resampling.BOX)
    assert np.abs(np.asarray(shrunk).astype(int) - small).mean() < 2


@pytest.mark.parametrize(
    "box", [CropBox(49, 0, 170, 170), CropBox(0, 9, 170, 170), CropBox(-1, 0, 9, 9)]
)
def test_a_box_outside_the_frame(box):
    aligned = align(np.zeros((218, 178), np.uint8), CANONICAL_FACE)
    with pytest.raises(ValueError, match="178x218"):
        aligned.scaled_box(box)
