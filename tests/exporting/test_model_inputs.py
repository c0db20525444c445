"""Faces prepared for exported models."""

import numpy as np
import pytest

from stgan_tf.exporting.inputs import prepare_faces
from stgan_tf.images import CELEBA_CROP, CropBox, crop, resize_bicubic_numpy, to_float


def faces(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def test_own_frame_is_taken_as_it_is():
    own = faces(2, 16, 16, 3)
    np.testing.assert_array_equal(prepare_faces(own, 16, CELEBA_CROP), to_float(own))
    np.testing.assert_array_equal(prepare_faces(own, 16, None), to_float(own))


def test_aligned_frame_is_cropped():
    aligned = faces(1, 218, 178, 3)
    expected = resize_bicubic_numpy(crop(aligned, CELEBA_CROP), 16)
    np.testing.assert_array_equal(prepare_faces(aligned, 16, CELEBA_CROP), expected)
    # Another box is another image.
    other = prepare_faces(aligned, 16, CropBox(40, 15, 148, 148))
    assert np.abs(other - expected).max() > 0.1


@pytest.mark.parametrize(
    ("images", "box", "message"),
    [
        (faces(1, 20, 16, 3), CELEBA_CROP, "16x16 .*or 218x178 .*Received: 20x16"),
        (faces(1, 218, 178, 3), None, r"16x16 \(the model's own frame\), height.*218x178"),
        (faces(16, 16, 3), None, r"Received: uint8 of shape \(16, 16, 3\)"),
        (faces(0, 16, 16, 3), None, r"uint8 \(N, H, W, 3\)"),
        (faces(1, 16, 16, 4), None, r"uint8 \(N, H, W, 3\)"),
        (to_float(faces(1, 16, 16, 3)), None, "Received: float32"),
    ],
)
def test_other_frames_are_refused(images, box, message):
    with pytest.raises(ValueError, match=message):
        prepare_faces(images, 16, box)
