"""Detection with BlazeFace: on a photo of scikit-image and on drawn faces; without TensorFlow."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from alignment.scenes import draw_scene
from alignment.test_detection import ASTRONAUT
from skimage import data

from stgan_tf.alignment import find_faces, frame_similarity
from stgan_tf.alignment.blazeface_model import MODEL_FILE, first_look
from stgan_tf.alignment.detection import DETECTORS
from stgan_tf.face_detectors import PACKAGES
from stgan_tf.frame import CANONICAL_POINTS

CORNERS = np.array([(3, 26), (172, 26), (172, 195), (3, 195)])


def find(image):
    return find_faces(image, detector="blazeface")


def test_the_file_is_the_one_that_its_readme_describes():
    digest = hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()
    assert digest in (MODEL_FILE.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_finds_a_face_however_the_camera_was_held(quarter_turns):
    photo = data.astronaut()
    (face,) = find(np.rot90(photo, quarter_turns))
    points = ASTRONAUT
    for _ in range(quarter_turns):
        points = np.stack([points[:, 1], 511 - points[:, 0]], axis=1)
    away = np.linalg.norm(face.landmarks[[0, 1]] - points[[0, 1]], axis=1)
    assert away.mean() < 0.1 * np.hypot(*(ASTRONAUT[1] - ASTRONAUT[0]))
    assert face.score > 0.8 and not face.cut_off


def test_finds_a_drawn_face_where_it_is(wild):
    photo, _, similarity = wild
    (face,) = find(photo)
    moved = similarity(CORNERS) - frame_similarity(face.landmarks).inverse()(CORNERS)
    eyes = similarity.scale * np.hypot(*(CANONICAL_POINTS[1] - CANONICAL_POINTS[0]))
    assert np.linalg.norm(moved, axis=1).mean() < 0.4 * eyes


def test_finds_small_faces_in_a_large_photo():
    photo = np.full((1800, 2400, 3), 140, np.uint8)
    small = data.astronaut()  # its eyes are 43 pixels apart
    places = [(100, 200), (1200, 1700)]
    for top, left in places:
        photo[top : top + 512, left : left + 512] = small
    faces = find(photo)
    assert len(faces) == 2
    for top, left in places:
        expected = ASTRONAUT[:2] + (left, top)
        away = min(np.abs(face.landmarks[:2] - expected).max() for face in faces)
        assert away < 5


def test_scenes_without_a_face_have_none():
    assert [seed for seed in range(8) if find(draw_scene(seed))] == []
    assert first_look(np.full((40, 300, 3), 90, np.uint8)) == []


def test_it_needs_no_tensorflow():
    code = (
        "import sys, numpy as np; from stgan_tf.alignment import find_faces;"
        "find_faces(np.zeros((90, 90, 3), np.uint8), detector='blazeface');"
        "print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_unknown_detector_is_named():
    with pytest.raises(ValueError, match="one of mtcnn, blazeface. Received: 'dlib'"):
        find_faces(np.zeros((8, 8, 3), np.uint8), detector="dlib")
    assert set(PACKAGES) == set(DETECTORS)
