import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest
from alignment.scenes import KINDS, draw_scene
from PIL import Image
from skimage import data

from stgan_tf.alignment import detection, mtcnn_model
from stgan_tf.alignment.detection import Face, find_faces
from stgan_tf.alignment.warping import align
from stgan_tf.images import CropBox

#: Read off the picture by eye, enlarged 14 times: pupils, tip of the nose, corners of the mouth.
ASTRONAUT = np.array(
    [(203.3, 100.8), (246.1, 102.9), (222.7, 126.6), (202.2, 139.1), (244.5, 139.9)]
)


@pytest.fixture(scope="module")
def astronaut():
    if importlib.util.find_spec("mtcnn") is None:
        message = 'mtcnn is not installed: pip install ".[align]"'
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return data.astronaut()


def turned_picture(image, degrees):
    """The picture turned anticlockwise about its middle, and where points of it go."""
    middle = np.array(image.shape[1::-1]) / 2 - 0.5
    angle = np.radians(degrees)
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    moved = Image.fromarray(image).rotate(degrees, Image.Resampling.BICUBIC)
    return np.asarray(moved), lambda points: (points - middle) @ turn.T + middle


def drift(faces, expected):
    """Mean distance of the only face's landmarks from those expected, in eye distances."""
    assert len(faces) == 1
    eye_distance = np.hypot(*(expected[1] - expected[0]))
    return np.linalg.norm(faces[0].landmarks - expected, axis=1).mean() / eye_distance


def test_finds_the_face(astronaut):
    (face,) = find_faces(astronaut)
    assert drift([face], ASTRONAUT) < 0.05
    assert 0.85 < face.score <= 1 and not face.cut_off
    box = face.box
    assert box.top < 85 and box.left < 195 and box.top + box.height > 150
    assert all(isinstance(value, int) for value in box)
    found, by_eye = (align(astronaut, points).to_aligned for points in (face.landmarks, ASTRONAUT))
    assert np.linalg.norm(found(ASTRONAUT) - by_eye(ASTRONAUT), axis=1).mean() < 1


@pytest.mark.parametrize("degrees", [-30, -20, 20, 30])
def test_turned(astronaut, degrees):
    image, move = turned_picture(astronaut, degrees)
    assert drift(find_faces(image), move(ASTRONAUT)) < 0.05


@pytest.mark.parametrize("enlarge", [0.5, 2, 5])
def test_scaled(astronaut, enlarge):
    side = round(512 * enlarge)
    image = np.asarray(Image.fromarray(astronaut).resize((side, side), Image.Resampling.LANCZOS))
    assert drift(find_faces(image), (ASTRONAUT + 0.5) * enlarge - 0.5) < 0.05


def test_mirrored(astronaut):
    expected = (511 - ASTRONAUT[[1, 0, 2, 4, 3], 0], ASTRONAUT[[1, 0, 2, 4, 3], 1])
    assert drift(find_faces(astronaut[:, ::-1]), np.stack(expected, axis=1)) < 0.05


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_photo_on_its_side(astronaut, quarter_turns):
    image = astronaut[:300, 50:450]
    expected = ASTRONAUT - (50, 0)
    height, width = image.shape[:2]
    for _ in range(quarter_turns):  # anticlockwise: (x, y) -> (y, width - 1 - x)
        expected = np.stack([expected[:, 1], width - 1 - expected[:, 0]], axis=1)
        height, width = width, height
    faces = find_faces(np.rot90(image, quarter_turns))
    assert drift(faces, expected) < 0.05
    box = faces[0].box
    middle = np.array((box.left + box.width / 2, box.top + box.height / 2))
    assert np.abs(middle - expected.mean(axis=0)).max() < 20


def test_largest_first_grey_and_alpha(astronaut):
    face = astronaut[30:230, 130:330]
    small = np.asarray(Image.fromarray(face).resize((100, 100), Image.Resampling.LANCZOS))
    scene = np.full((240, 360, 3), 128, np.uint8)
    scene[20:120, 10:110] = small
    scene[20:220, 140:340] = face
    faces = find_faces(scene)
    assert [round(face.landmarks[:, 0].mean(), -1) for face in faces] == [230, 60]
    assert faces[0].box.height > faces[1].box.height
    assert len(find_faces(scene[..., 0])) == 2
    assert len(find_faces(np.dstack([scene, scene[..., 0]]))) == 2


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 900, 3), (200, 200), (200, 200, 4)])
def test_no_face(astronaut, shape):
    assert find_faces(np.full(shape, 90, np.uint8)) == []
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert find_faces(noise) == []


@pytest.mark.parametrize("side", ["left", "right", "top"])
def test_a_face_that_the_border_cuts_is_found_and_told(astronaut, side):
    # Through an eye, the other eye, or just above both.
    box = {"left": (210, 0, 512, 300), "right": (0, 0, 238, 300), "top": (100, 106, 400, 400)}
    left, top, right, bottom = box[side]
    faces = find_faces(astronaut[top:bottom, left:right])
    assert [face.cut_off for face in faces] == [True]
    outside = {"left": 0, "right": 1, "top": 0}[side]
    (face,) = faces
    size = np.array((right - left, bottom - top))
    assert (face.landmarks[outside] < 0).any() or (face.landmarks[outside] > size - 1).any()
    assert face.box.left >= 0 and face.box.left + face.box.width <= size[0]


def test_a_face_close_to_the_border_is_whole(astronaut):
    (face,) = find_faces(astronaut[75:165, 180:270])
    assert not face.cut_off
    assert drift([face], ASTRONAUT - (180, 75)) < 0.08


#: Scenes in which the cascade alone, or a single second view, sees a face.
@pytest.mark.parametrize("seed", [24, 29, 42])
def test_no_face_in_what_only_looks_like_one(astronaut, seed):
    scene = draw_scene(seed)
    assert find_faces(scene) == []


def test_a_scene_is_the_same_picture_each_time():
    for seed in range(len(KINDS)):
        scene = draw_scene(seed)
        assert scene.dtype == np.uint8 and sorted(scene.shape) == [3, 384, 512]
        np.testing.assert_array_equal(scene, draw_scene(seed))


def face_at(left, top, size, score):
    return Face(CropBox(top, left, size, size), np.zeros((5, 2)), score)


def test_one_face_seen_twice_is_one():
    surer, again, other = (
        face_at(0, 0, 100, 0.9),
        face_at(20, 0, 100, 0.8),
        face_at(60, 0, 100, 0.85),
    )
    # 80 and 40 of 100 columns in common with the first.
    assert detection._distinct([again, surer, other]) == [surer, other]


def test_a_quarter_turn_back_worked_by_hand():
    # np.rot90 of a 10x20 (height x width) image takes its point (x=3, y=1) to (x=1, y=16).
    face = Face(CropBox(15, 1, 2, 3), np.array([(1.0, 16.0)] * 5), 0.99)
    back = detection._turned_back(face, 1, 20, 10)
    assert back.landmarks[0].tolist() == [3, 1]
    # Rows 15, 16 and columns 1, 2, 3 there are columns 4, 3 and rows 1, 2, 3 here.
    assert back.box == CropBox(1, 3, 3, 2) and back.score == 0.99


def test_without_the_extra_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "mtcnn", None)
    mtcnn_model._detector.cache_clear()
    with pytest.raises(ModuleNotFoundError, match=r'pip install "stgan-tf\[align\]"'):
        find_faces(np.zeros((50, 50, 3), np.uint8))
    mtcnn_model._detector.cache_clear()


def test_no_array_but_a_photo():
    with pytest.raises(ValueError, match="float32"):
        find_faces(np.zeros((50, 50, 3), np.float32))


def test_the_package_imports_neither_tensorflow_nor_mtcnn():
    code = (
        "import sys, stgan_tf.alignment; "
        "print([name for name in ('tensorflow', 'keras', 'mtcnn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
