"""Faces prepared for exported models."""

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.frame import CELEBA_CROP, CELEBA_FRAME, ModelFrame, Size, model_frame
from stgan_tf.images import CropBox, crop, resize_bicubic_numpy, to_float
from stgan_tf.runtime.inputs import prepare_faces
from stgan_tf.runtime.model_description import ModelDescription

CELEBA = ModelFrame(CELEBA_CROP, CELEBA_FRAME, None).rule(16)
WHOLE = ModelFrame(None, None, None).rule(16)


def faces(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def test_own_frame_is_taken_as_it_is():
    own = faces(2, 16, 16, 3)
    np.testing.assert_array_equal(prepare_faces(own, 16, CELEBA), to_float(own))
    np.testing.assert_array_equal(prepare_faces(own, 16, WHOLE), to_float(own))


def test_aligned_frame_is_cropped():
    aligned = faces(1, 218, 178, 3)
    expected = resize_bicubic_numpy(crop(aligned, CELEBA_CROP), 16)
    np.testing.assert_array_equal(prepare_faces(aligned, 16, CELEBA), expected)
    # Another box is another image.
    box = CropBox(40, 15, 148, 148)
    other = prepare_faces(aligned, 16, ModelFrame(box, CELEBA_FRAME, None).rule(16))
    assert np.abs(other - expected).max() > 0.1


def test_the_crop_is_that_of_the_image_s_scale():
    half = faces(1, 109, 89, 3)
    expected = resize_bicubic_numpy(half[:, 13:98, 2:87], 16)
    np.testing.assert_array_equal(prepare_faces(half, 16, CELEBA), expected)
    rule = ModelFrame(CropBox(10, 20, 60, 60), Size(100, 120), None).rule(16)
    double = faces(1, 200, 240, 3)
    expected = resize_bicubic_numpy(double[:, 20:140, 40:160], 16)
    np.testing.assert_array_equal(prepare_faces(double, 16, rule), expected)


@pytest.mark.parametrize("size", [(30, 47), (41, 20), (16, 16), (25, 25)])
@pytest.mark.parametrize("resize", ["stretch", "cover", "contain"])
def test_whole_pictures_are_what_evaluation_sees(tmp_path, resize, size):
    data = DataConfig(dataset="domains", data_dir="pictures", image_size=16, resize=resize)
    picture = faces(*size, 3)
    path = str(tmp_path / "a.png")
    Image.fromarray(picture).save(path)
    table = ImageTable(np.array([path]), np.zeros((1, 1), np.uint8), ("winter",))
    (seen,) = evaluation_dataset(table, data, 1).as_numpy_iterator()
    frame = model_frame(data.crop, data.image_size, data.crop_frame, data.resize)
    described = ModelDescription(("winter",), "difference", 1.0, 16, **frame.described())
    described = ModelDescription.from_json(described.to_json())
    prepared = prepare_faces(picture[None], 16, described.crop_rule)
    np.testing.assert_allclose(prepared, seen["images"], atol=1e-5)


def test_contain_fills_with_the_reflection():
    """8 rows of 16: rows 4 to 11 are the picture, those around them its reflection."""
    picture = faces(1, 8, 16, 3)
    prepared = prepare_faces(picture, 16, ModelFrame(None, None, None, "contain").rule(16))
    order = [4, 3, 2, 1, *range(8), 6, 5, 4, 3]
    np.testing.assert_array_equal(prepared, to_float(picture[:, order]))


@pytest.mark.parametrize(
    ("images", "rule", "message"),
    [
        (faces(1, 22, 16, 3), CELEBA, "178x218 .*any.*, or square .*Received: 16x22"),
        (faces(1, 218, 178, 3), WHOLE, r"must be square \(width x height\).*178x218"),
        (faces(16, 16, 3), WHOLE, r"Received: uint8 of shape \(16, 16, 3\)"),
        (faces(0, 16, 16, 3), WHOLE, r"uint8 \(N, H, W, 3\)"),
        (faces(1, 16, 16, 4), WHOLE, r"uint8 \(N, H, W, 3\)"),
        (to_float(faces(1, 16, 16, 3)), WHOLE, "Received: float32"),
    ],
)
def test_other_frames_are_refused(images, rule, message):
    with pytest.raises(ValueError, match=message):
        prepare_faces(images, 16, rule)
