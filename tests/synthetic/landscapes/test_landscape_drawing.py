"""Drawn landscapes: the same place in every season, seasons that differ, places that differ."""

import dataclasses
import hashlib
import subprocess
import sys

import numpy as np
import pytest

from stgan_tf.synthetic.landscapes import SEASONS, draw_landscape, sample_place

PLACES = [(seed, index) for seed in (0, 3) for index in range(3)]


@pytest.fixture(scope="module")
def drawn():
    """{(seed, index): {season: float (128, 128, 3)}}"""
    return {
        key: {
            season: draw_landscape(sample_place(*key), season).astype(float) for season in SEASONS
        }
        for key in PLACES
    }


def lower(image):
    """The ground: nothing of the sky reaches below two thirds."""
    return image[96:]


def test_the_seasons_are_those_of_the_year():
    assert SEASONS == ("spring", "summer", "autumn", "winter")


def test_a_place_is_a_function_of_seed_and_index():
    assert dataclasses.asdict(sample_place(3, 5)) == dataclasses.asdict(sample_place(3, 5))
    assert sample_place(3, 5).horizon not in {
        sample_place(3, 6).horizon,
        sample_place(4, 5).horizon,
    }


def test_another_process_draws_the_same_pixels():
    code = (
        "import hashlib; from stgan_tf.synthetic.landscapes import draw_landscape, sample_place; "
        "image = draw_landscape(sample_place(3, 1), 'autumn', 64); "
        "print(hashlib.sha256(image.tobytes()).hexdigest())"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    image = draw_landscape(sample_place(3, 1), "autumn", 64)
    assert shown.stdout.split() == [hashlib.sha256(image.tobytes()).hexdigest()]


def test_drawing_a_season_leaves_the_place_alone():
    place = sample_place(3, 1)
    before = dataclasses.asdict(place)
    first = draw_landscape(place, "summer", 64)
    draw_landscape(place, "winter", 64)
    np.testing.assert_array_equal(draw_landscape(place, "summer", 64), first)
    assert dataclasses.asdict(place) == before


@pytest.mark.parametrize("key", PLACES)
def test_winter_is_bright_and_without_colour_on_the_ground(drawn, key):
    winter, summer = (lower(drawn[key][season]) for season in ("winter", "summer"))
    assert winter.mean() > summer.mean() + 40
    assert np.ptp(winter, axis=-1).mean() < np.ptp(summer, axis=-1).mean()


@pytest.mark.parametrize("key", PLACES)
def test_autumn_is_redder_than_summer_and_summer_greener(drawn, key):
    autumn, summer = (lower(drawn[key][season]) for season in ("autumn", "summer"))
    redness = [(image[..., 0] - image[..., 1]).mean() for image in (autumn, summer)]
    assert redness[0] > redness[1] + 20


@pytest.mark.parametrize("key", PLACES)
def test_the_sky_moves_in_no_season(drawn, key):
    """Clouds and sun stay: the sky's brightness has its edges at the same pixels."""
    rows = int(sample_place(*key).horizon / 256 * 128 * 0.4)
    skies = {season: image[:rows].mean(axis=-1) for season, image in drawn[key].items()}
    edges = {season: np.diff(sky, axis=1) for season, sky in skies.items()}
    for season in SEASONS:
        if edges["summer"].std() > 0.5:  # else there is nothing to move
            assert np.corrcoef(edges["summer"].ravel(), edges[season].ravel())[0, 1] > 0.8


def test_places_differ(drawn):
    images = [views["summer"] for views in drawn.values()]
    for i, one in enumerate(images):
        for other in images[:i]:
            assert np.abs(one - other).mean() > 10


@pytest.mark.parametrize("size", [16, 64, 100, 160])
def test_any_size_shows_the_same_place(size):
    place = sample_place(3, 2)
    image = draw_landscape(place, "summer", size)
    assert image.shape == (size, size, 3) and image.dtype == np.uint8
    # The mean colours of quarters hardly depend on it.
    large, half, middle = draw_landscape(place, "summer", 128), size // 2, 64
    for rows, others in (
        (slice(0, half), slice(0, middle)),
        (slice(half, None), slice(middle, None)),
    ):
        np.testing.assert_allclose(
            image[rows].mean(axis=(0, 1)), large[others].mean(axis=(0, 1)), atol=8
        )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: sample_place(-1, 0), "seed and index must be 0 or more. Received: -1 and 0"),
        (lambda: sample_place(0, -2), "Received: 0 and -2"),
        (
            lambda: draw_landscape(sample_place(0, 0), "monsoon"),
            "season must be one of spring, summer, autumn, winter. Received: 'monsoon'",
        ),
        (lambda: draw_landscape(sample_place(0, 0), "summer", 8), "size must be .* Received: 8"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
