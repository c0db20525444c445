"""Faces of photos are found by the page itself, and each can be edited."""

import numpy as np
import pytest
from browser.python_edits import drawn_face, edited_photo, largest_difference
from PIL import Image

from stgan_tf.alignment import Similarity, find_faces, frame_similarity
from stgan_tf.frame import CANONICAL_POINTS

pytestmark = pytest.mark.slow

EDIT = {"Eyeglasses": 1.25}


def group_photo() -> tuple[np.ndarray, list[tuple[int, int, float]]]:
    """Two drawn faces in a photo of 1000 x 700, the larger one first: (left, top, scale)."""
    photo = np.full((700, 1000, 3), (150, 165, 180), np.uint8)
    places = [(60, 60, 2.5), (640, 240, 1.5)]
    for number, (left, top, scale) in zip((3, 7), places, strict=True):
        size = (round(178 * scale), round(218 * scale))
        face = Image.fromarray(drawn_face(number)).resize(size, Image.Resampling.LANCZOS)
        photo[top : top + size[1], left : left + size[0]] = face
    return photo, places


def test_all_faces_are_found_and_keep_their_edits(page, site, quickstart_models, tmp_path):
    photo, places = group_photo()
    Image.fromarray(photo).save(tmp_path / "group.png")
    page.open_ready(site.url).choose_precision("float32")
    page.element("#file").send_keys(str(tmp_path / "group.png"))
    page.wait(lambda: page.label().startswith("Your photo"), "No face is found")
    page.until_edited()
    assert not page.element("#framing").is_displayed()
    tiles = page.elements("#faces .tile")
    assert [tile.get_attribute("aria-label") for tile in tiles] == ["Face 1 of 2", "Face 2 of 2"]
    faces = find_faces(photo, detector="blazeface")
    assert len(faces) == 2
    for (left, top, scale), face in zip(places, faces, strict=True):
        there = Similarity(complex(scale), complex(left, top))(CANONICAL_POINTS[:2])
        assert np.linalg.norm(face.landmarks[:2] - there, axis=1).max() < 10 * scale
    show_whole(page)
    page.move_slider("Eyeglasses", 1.25)
    first = edited_photo(
        quickstart_models, "float32", photo, frame_similarity(faces[0].landmarks), EDIT
    )
    assert_alike(page.picture(), first, photo)
    tiles[1].click()
    page.until_edited()
    assert tiles[1].get_attribute("aria-pressed") == "true"
    assert page.slider_value("Eyeglasses") == 0
    show_whole(page)
    assert_alike(page.picture(), first, photo)
    page.move_slider("Eyeglasses", 1.25)
    both = edited_photo(
        quickstart_models, "float32", first, frame_similarity(faces[1].landmarks), EDIT
    )
    assert_alike(page.picture(), both, photo)
    tiles[0].click()
    page.until_edited()
    assert page.slider_value("Eyeglasses") == 1.25
    page.click("#reset")
    page.until_edited()
    show_whole(page)
    changed = np.any(page.picture() != photo, axis=-1)
    assert not changed[:, :550].any() and changed[:, 640:].any()


def show_whole(page) -> None:
    button = page.element("#close-up")
    if button.is_displayed() and button.text == "Whole photo":
        page.click("#close-up")
        page.until_edited()


def assert_alike(
    shown: np.ndarray, expected: np.ndarray, photo: np.ndarray, share: float = 0.35
) -> None:
    """Browsers shrink photos a little differently when they look for faces, so landmarks differ by
    fractions of a pixel, and edits with them.
    """
    assert shown.shape == expected.shape
    away = np.abs(shown.astype(float) - expected).mean()
    edit = np.abs(photo.astype(float) - expected).mean()
    assert edit > 0.2 and away < share * edit, (away, edit)


def test_a_face_in_a_turned_photo_is_found(page, site, quickstart_models, tmp_path):
    photo = np.rot90(group_photo()[0][:, :600], 3).copy()
    Image.fromarray(photo).save(tmp_path / "turned.png")
    page.open_ready(site.url).choose_precision("float32")
    page.element("#file").send_keys(str(tmp_path / "turned.png"))
    page.wait(lambda: page.label().startswith("Your photo"), "No face is found")
    page.until_edited()
    faces = find_faces(photo, detector="blazeface")
    show_whole(page)
    page.move_slider("Eyeglasses", 1.25)
    expected = edited_photo(
        quickstart_models, "float32", photo, frame_similarity(faces[0].landmarks), EDIT
    )
    assert_alike(page.picture(), expected, photo, 0.45)


def test_a_photo_without_a_face_is_framed_by_hand(page, site, tmp_path):
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "wall.png")
    page.open_ready(site.url)
    page.element("#file").send_keys(str(tmp_path / "wall.png"))
    page.wait(lambda: page.element("#framing").is_displayed(), "No framing")
    assert "No face" in page.element("#announcement").get_property("textContent")
    page.click("#framing-done")
    page.wait(lambda: page.label().startswith("Your photo"), "The photo is not shown")
    page.until_edited()
    assert not page.element("#faces").is_displayed()


def test_without_the_detector_faces_are_framed_by_hand(page, site, tmp_path):
    page.expects_failed_requests = True
    site.replaced["/detector/face_detection_short_range.tflite"] = b"no model"
    photo, _ = group_photo()
    Image.fromarray(photo).save(tmp_path / "group.png")
    page.open_ready(site.url)
    before = page.picture()
    page.element("#file").send_keys(str(tmp_path / "group.png"))
    page.wait(lambda: page.element("#framing").is_displayed(), "No framing")
    page.click("#framing-cancel")
    assert largest_difference(page.picture(), before) == 0
