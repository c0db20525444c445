import time

import numpy as np
import pytest
from alignment.face_photos import CANONICAL_FACE, photo_of, turned
from hypothesis import given, settings
from hypothesis import strategies as st

from stgan_tf.alignment.pasting import paste
from stgan_tf.alignment.similarity import CANONICAL_POINTS
from stgan_tf.alignment.warping import align, cut_patch
from stgan_tf.frame import CELEBA_CROP
from stgan_tf.images import CropBox


def inside_box(aligned, box, shape):
    """bool (*shape): the photo's pixels whose centres lie in the box."""
    columns, rows = np.meshgrid(np.arange(shape[1]), np.arange(shape[0]))
    x, y = np.moveaxis(aligned.to_aligned(np.stack([columns, rows], axis=-1)), -1, 0)
    area = aligned.scaled_box(box)
    across = (x >= area.left - 0.5) & (x <= area.left + area.width - 0.5)
    return across & (y >= area.top - 0.5) & (y <= area.top + area.height - 0.5)


def brighter(patch, levels=40):
    return np.clip(patch.astype(int) + levels, 0, 255).astype(np.uint8)


def test_an_edit_that_changes_nothing_changes_no_pixel(wild):
    photo, landmarks, _ = wild
    aligned = align(photo, landmarks)
    patch = cut_patch(aligned, CELEBA_CROP, 128)
    result = paste(photo, patch, aligned, CELEBA_CROP)
    np.testing.assert_array_equal(result, photo)
    assert result is not photo and not np.shares_memory(result, photo)


@given(
    st.sampled_from([(), (3,), (4,)]),
    st.integers(40, 160),
    st.integers(40, 160),
    st.floats(0.2, 2),
    st.floats(-180, 180),
    st.sampled_from([0.5, 1, 2.2588]),
    st.sampled_from([8, 64, 128]),
    st.integers(0, 99),
)
@settings(max_examples=30, deadline=None)
def test_nothing_outside_the_box_changes(shape, height, width, size, degrees, scale, patch, seed):
    rng = np.random.default_rng(seed)
    photo = rng.integers(0, 256, (height, width, *shape), dtype=np.uint8)
    landmarks = turned(size, degrees)(CANONICAL_FACE - CANONICAL_POINTS.mean(axis=0))
    landmarks = landmarks * min(1, 30 / np.abs(landmarks).max()) + (width / 2, height / 2)
    aligned = align(photo, landmarks, scale)
    unchanged = cut_patch(aligned, CELEBA_CROP, patch)
    np.testing.assert_array_equal(paste(photo, unchanged, aligned, CELEBA_CROP), photo)
    before = photo.copy()
    edited = rng.integers(0, 256, (patch, patch, 3), dtype=np.uint8)
    for method in ("difference", "replace"):
        result = paste(photo, edited, aligned, CELEBA_CROP, method=method)
        assert result.shape == photo.shape and result.dtype == np.uint8
        changed = (result != photo).reshape(height, width, -1)
        assert not changed[~inside_box(aligned, CELEBA_CROP, (height, width))].any()
        if shape == (4,):
            np.testing.assert_array_equal(result[..., 3], photo[..., 3])
    np.testing.assert_array_equal(photo, before)


def test_a_constant_difference_worked_by_hand():
    """Full strength well inside, none at the border, half of it half-way through the feather."""
    photo = np.full((218, 178, 3), 100, np.uint8)
    aligned = align(photo, CANONICAL_FACE)
    box = CropBox(20, 10, 100, 100)
    patch = np.full((50, 50, 3), 100, np.uint8)
    result = paste(photo, patch + 40, aligned, box, unedited=patch, feather=0.2)
    assert (result[40:100, 30:90] == 140).all()
    # Column 10 is 0.5 pixels inside: t = 0.5 / 20, 3t^2 - 2t^3 = 0.0018 -> 0.07 levels -> none.
    assert (result[:, 10] == 100).all() and (result[:, 9] == 100).all()
    # Columns 19 and 20 are 9.5 and 10.5 inside: t = .475, .525 -> .46256, .53744 -> 18.5, 21.5.
    assert result[60, 19, 0] in (118, 119) and result[60, 20, 0] in (121, 122)
    replaced = paste(photo, patch + 40, aligned, box, method="replace", feather=0.2)
    np.testing.assert_array_equal(replaced, result)


@pytest.mark.parametrize("side, enlarge", [(128, 1.0), (128, 4.0), (340, 0.25)])
def test_the_edit_lands_where_the_network_put_it(drawn, side, enlarge):
    """A spot at a patch pixel shows up in the photo at the place that this pixel was taken from."""
    image, points = drawn
    similarity = turned(enlarge, 17, 90 * enlarge, 20 * enlarge)
    size = (round(330 * enlarge), round(330 * enlarge))
    photo = photo_of(image // 2, similarity, size)
    aligned = align(photo, similarity(points))
    patch = cut_patch(aligned, CELEBA_CROP, side)
    row, column = round(0.4 * side), round(0.65 * side)
    rows, columns = np.mgrid[:side, :side]
    spread = 0.05 * side
    spot = np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * spread**2)) * 100
    edited = (patch + spot[..., None]).astype(np.uint8)
    change = paste(photo, edited, aligned, CELEBA_CROP).astype(float) - photo
    weights = change.sum(axis=-1)
    y, x = np.mgrid[: size[0], : size[1]]
    centre = np.array([(weights * x).sum(), (weights * y).sum()]) / weights.sum()
    # The official resize takes patch pixel i from input pixel i * 170 / side of the crop.
    expected = np.array([column, row]) * (170 / side) + (CELEBA_CROP.left, CELEBA_CROP.top)
    expected = aligned.to_aligned.inverse()(expected)
    assert np.linalg.norm(centre - expected) < 0.25 * max(1, enlarge)


def test_detail_of_the_photo_survives_a_difference_but_not_a_replacement(wild):
    photo, landmarks, _ = wild
    noise = np.random.default_rng(0).integers(-20, 21, photo.shape)
    photo = np.clip(photo.astype(int) // 2 + 60 + noise, 0, 255).astype(np.uint8)
    aligned = align(photo, landmarks)
    edited = brighter(cut_patch(aligned, CELEBA_CROP, 128))
    x, y = aligned.to_aligned.inverse()((88, 120)).round().astype(int)
    centre = np.s_[y - 40 : y + 40, x - 40 : x + 40]
    by_difference = paste(photo, edited, aligned, CELEBA_CROP).astype(int) - photo
    np.testing.assert_array_equal(by_difference[centre], 40)
    replaced = paste(photo, edited, aligned, CELEBA_CROP, method="replace")
    steps, before = (np.diff(image[centre].astype(int), axis=1) for image in (replaced, photo))
    assert steps.std() < 0.5 * before.std()


def test_the_networks_own_flaws_cancel_out(wild):
    photo, landmarks, _ = wild
    aligned = align(photo, landmarks)
    reconstruction = brighter(cut_patch(aligned, CELEBA_CROP, 64), -7)
    np.testing.assert_array_equal(
        paste(photo, reconstruction, aligned, CELEBA_CROP, unedited=reconstruction), photo
    )


def test_grey_photo_gets_the_grey_of_the_edit(wild):
    photo, landmarks, _ = wild
    grey = photo[..., 1]
    aligned = align(grey, landmarks)
    patch = np.full((32, 32, 3), 90, np.uint8)
    edited = patch + np.array((100, 0, 0), np.uint8)
    change = paste(grey, edited, aligned, CELEBA_CROP, unedited=patch).astype(int) - grey
    assert change.shape == grey.shape and change.min() == 0
    assert change.max() == 30  # 0.299 * 100, rounded


def test_values_are_clipped_not_wrapped(wild):
    photo, landmarks, _ = wild
    aligned = align(photo, landmarks)
    black, white = np.zeros((16, 16, 3), np.uint8), np.full((16, 16, 3), 255, np.uint8)
    up = paste(photo, white, aligned, CELEBA_CROP, unedited=black)
    down = paste(photo, black, aligned, CELEBA_CROP, unedited=white)
    assert (up >= photo).all() and (down <= photo).all()


def test_24_megapixels_are_quick():
    photo = np.zeros((4000, 6000, 3), np.uint8)
    landmarks = (CANONICAL_FACE - CANONICAL_POINTS.mean(axis=0)) * 8 + (3000, 2000)
    aligned = align(photo, landmarks)
    edited = np.full((128, 128, 3), 50, np.uint8)
    start = time.process_time()
    result = paste(photo, edited, aligned, CELEBA_CROP)
    assert time.process_time() - start < 3  # 0.3 s here; slower machines are allowed for
    assert result[2000, 3000, 0] == 50


@pytest.mark.parametrize(
    "change, message",
    [
        ({"photo": np.zeros((219, 178, 3), np.uint8)}, "219x178"),
        ({"photo": np.zeros((218, 178, 3))}, "float64"),
        ({"edited": np.zeros((128, 127, 3), np.uint8)}, "edited must be a square"),
        ({"edited": np.zeros((128, 128, 3), np.float32)}, "float32"),
        ({"unedited": np.zeros((64, 64, 3), np.uint8)}, "same shape"),
        ({"unedited": np.zeros((128, 128), np.uint8)}, "unedited must be"),
        ({"method": "blend"}, "'blend'"),
        ({"feather": 0.0}, "feather"),
        ({"feather": float("nan")}, "feather"),
        ({"box": CropBox(100, 3, 170, 170)}, "178x218"),
    ],
)
def test_errors(change, message):
    photo = np.zeros((218, 178, 3), np.uint8)
    arguments = {
        "photo": photo,
        "edited": np.zeros((128, 128, 3), np.uint8),
        "aligned": align(photo, CANONICAL_FACE),
        "box": CELEBA_CROP,
    } | change
    with pytest.raises(ValueError) as error:
        paste(**arguments)
    assert message in str(error.value)


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_a_photo_without_colour_gets_an_edit_without(channels):
    grey = np.random.default_rng(0).integers(60, 180, (218, 178), dtype=np.uint8)
    alpha = np.arange(178, dtype=np.uint8)[None].repeat(218, 0)
    planes = [grey] * (1 if channels == 2 else 3) + [alpha] * (channels != 3)
    photo = np.dstack(planes)
    aligned = align(photo, CANONICAL_FACE)
    patch = np.full((50, 50, 3), 100, np.uint8)
    edited = patch + np.array((40, 0, 20), np.uint8)
    result = paste(photo, edited, aligned, CELEBA_CROP, unedited=patch)
    # .299 * 40 + .114 * 20 = 14.24 levels of grey, in every colour.
    expected = np.dstack([grey[110] + 14] * len(planes))[0]
    expected = np.where(np.arange(channels) < (1 if channels == 2 else 3), expected, photo[110])
    np.testing.assert_array_equal(result[110, 60:120], expected[60:120])
    if channels != 3:
        np.testing.assert_array_equal(result[..., -1], alpha)


@pytest.mark.parametrize("shape", [(), (2,), (3,), (4,)])
def test_16_bits_keep_their_depth(shape):
    photo = np.random.default_rng(0).integers(9000, 50000, (218, 178, *shape), dtype=np.uint16)
    aligned = align(photo, CANONICAL_FACE)
    patch = np.full((50, 50, 3), 100, np.uint8)
    nothing = paste(photo, patch, aligned, CELEBA_CROP, unedited=patch)
    np.testing.assert_array_equal(nothing, photo)
    result = paste(photo, brighter(patch, 10), aligned, CELEBA_CROP, unedited=patch)
    assert result.dtype == np.uint16
    colours = slice(None) if shape in ((), (3,)) else slice(0, shape[0] - 1)
    # 10 levels of 8 bits are 2570 of 16, beside what a photo of 16 bits has between two of them.
    change = result.astype(int) - photo
    centre = change[80:140, 60:120]
    centre = centre if not shape else centre[..., colours]
    assert np.abs(centre - 2570).max() <= 1
    assert not change[~inside_box(aligned, CELEBA_CROP, (218, 178))].any()
    if shape in ((2,), (4,)):
        np.testing.assert_array_equal(result[..., -1], photo[..., -1])
    white = np.full_like(photo, 65000)
    brightest = paste(white, brighter(patch, 10), aligned, CELEBA_CROP, unedited=patch)
    assert brightest.max() == 65535
