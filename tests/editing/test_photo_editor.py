"""Photos in, photos out: drawn faces whose landmarks are known."""

import numpy as np
import pytest

from stgan_tf.alignment import Face
from stgan_tf.data.synthetic_faces import landmarks as drawn_landmarks
from stgan_tf.data.synthetic_faces import render, sample_attributes, sample_identity
from stgan_tf.editing.editor import Editor
from stgan_tf.editing.photo_editor import PhotoEditor
from stgan_tf.images import CropBox, to_uint8


@pytest.fixture(scope="module")
def photo():
    """(pixels, landmarks): a drawn face, three times as large, in a 900 x 1000 photo."""
    rng = np.random.default_rng(4)
    identity = sample_identity(rng)
    face = render(identity, sample_attributes(rng))
    pixels = np.full((900, 1000, 3), 120, np.uint8)
    pixels[100:754, 200:734] = face.repeat(3, 0).repeat(3, 1)
    points = np.array(list(drawn_landmarks(identity).values()), float) * 3 + (201, 101)
    return pixels, points


@pytest.fixture(scope="module")
def photo_editor(run_dir):
    return PhotoEditor(Editor(run_dir()))


def test_only_the_face_changes(photo_editor, photo):
    pixels, points = photo
    faces = photo_editor.faces(pixels, [points])
    assert [face.patch.shape for face in faces] == [(32, 32, 3)]
    edited = photo_editor.edit(pixels, faces, {"Eyeglasses": 1})
    changed = np.any(edited != pixels, axis=-1)
    assert changed.any()
    rows, columns = np.nonzero(changed)
    # The model's crop is 170 of the frame's 178 columns, three times as large.
    assert np.ptp(rows) < 3 * 190
    assert np.ptp(columns) < 3 * 190
    np.testing.assert_array_equal(pixels[:80], edited[:80])


def test_what_nobody_asked_for_does_not_reach_the_photo(photo_editor, photo):
    """However badly the model reconstructs (here with random weights), no edit, no change."""
    pixels, points = photo
    faces = photo_editor.faces(pixels, [points])
    assert np.any(photo_editor.editor.reconstruct(faces[0].patch) != faces[0].patch)
    edited = photo_editor.edit(pixels, faces, {"Eyeglasses": 0.0})
    np.testing.assert_array_equal(edited, pixels)


def test_grey_and_alpha_are_kept(photo_editor, photo):
    pixels, points = photo
    alpha = np.dstack([pixels, np.arange(1000)[None].repeat(900, 0).astype(np.uint8)])
    edited = photo_editor.edit(alpha, photo_editor.faces(alpha, [points]), {"Bangs": 1})
    np.testing.assert_array_equal(edited[..., 3], alpha[..., 3])
    assert np.any(edited != alpha)
    grey = pixels[..., 0]
    edited = photo_editor.edit(grey, photo_editor.faces(grey, [points]), {"Bangs": 1})
    assert edited.shape == grey.shape


def test_several_faces(photo_editor, photo):
    pixels, points = photo
    both = np.concatenate([pixels, pixels], axis=1)
    places = [points, points + (1000, 0)]
    edited = photo_editor.edit(both, photo_editor.faces(both, places), {"Bangs": 1})
    np.testing.assert_array_equal(edited[:, :1000], edited[:, 1000:])
    assert np.any(edited != both)


def test_no_face(photo_editor):
    with pytest.raises(ValueError, match="no face was found. Give --aligned"):
        photo_editor.faces(np.zeros((100, 100, 3), np.uint8), [])


@pytest.mark.parametrize("shape", [(218, 178, 3), (300, 300, 3), (32, 32, 3), (64, 64)])
def test_aligned_images_come_back_as_patches(run_dir, shape):
    photo_editor = PhotoEditor(Editor(run_dir()), aligned=True)
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    faces = photo_editor.faces(pixels)
    edited = photo_editor.edit(pixels, faces, {"Bangs": 1})
    assert edited.shape == (32, 32, 3)
    if shape == (32, 32, 3):
        np.testing.assert_array_equal(edited, photo_editor.editor.edit(pixels, {"Bangs": 1}))
    if shape == (218, 178, 3):
        assert np.abs(edited.astype(int) - photo_editor.editor.edit(pixels, {"Bangs": 1})).max() < 9


def test_faces_that_the_border_cuts_are_left_out_with_a_word(photo_editor, photo, monkeypatch):
    pixels, points = photo
    whole = Face(CropBox(100, 200, 600, 500), points, 0.9)
    cut = Face(CropBox(0, 0, 50, 40), points - points.mean(axis=0) + (-2, 30), 0.9, cut_off=True)
    monkeypatch.setattr("stgan_tf.editing.photo_editor.find_faces", lambda _: [whole, cut])
    found, left_out = photo_editor.look(pixels)
    assert [face.landmarks.tolist() for face in found] == [points.tolist()]
    assert [face.reason for face in left_out] == ["cut by the border"]
    np.testing.assert_allclose(left_out[0].position, (-2, 30))
    monkeypatch.setattr("stgan_tf.editing.photo_editor.find_faces", lambda _: [cut])
    message = r"no face can be edited; left out: 1 \(cut by the border, at -2, 30\)"
    with pytest.raises(ValueError, match=message):
        photo_editor.look(pixels)


def test_a_grey_aligned_image_stays_grey(run_dir):
    photo_editor = PhotoEditor(Editor(run_dir()), aligned=True)
    grey = np.random.default_rng(0).integers(0, 256, (32, 32), np.uint8)
    for pixels in (grey, np.dstack([grey] * 3), np.dstack([grey, grey])):
        edited = photo_editor.edit(pixels, photo_editor.faces(pixels), {"Bangs": 1})
        assert edited.shape == (32, 32, 3)
        assert (edited == edited[..., :1]).all()


def test_aligned_images_of_another_shape(run_dir):
    photo_editor = PhotoEditor(Editor(run_dir()), aligned=True)
    with pytest.raises(ValueError, match="178x218 .* or square. Received: 100x80"):
        photo_editor.faces(np.zeros((80, 100, 3), np.uint8))


def test_a_model_of_whole_images_needs_aligned(run_dir):
    editor = Editor(run_dir(crop="none"))
    with pytest.raises(ValueError, match="--crop=none.*--aligned"):
        PhotoEditor(editor)
    assert PhotoEditor(editor, aligned=True).faces(to_uint8(np.zeros((40, 40, 3))))
