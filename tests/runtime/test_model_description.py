"""The description beside exported models: what it says and what it refuses."""

import dataclasses
import json

import pytest

from stgan_tf.frame import CELEBA_CROP, CELEBA_FRAME, Size
from stgan_tf.images import CropBox
from stgan_tf.runtime.model_description import ModelDescription, ModelFile

FILE = ModelFile("edit_float32.tflite", "edit", "float32", 10, "ab", None, 3.5)
DESCRIPTION = ModelDescription(
    ("Bald", "Bangs", "Young"), "target", 0.5, 64, CELEBA_CROP, True, (FILE,), {"step": 7}
)


def test_what_is_written_is_read_again():
    assert ModelDescription.from_json(DESCRIPTION.to_json()) == DESCRIPTION


def test_the_classifier_is_told_of():
    told = {"sha256": "ab", "validation_mean_accuracy": 0.97}
    description = dataclasses.replace(DESCRIPTION, classifier=told)
    assert json.loads(description.to_json())["classifier"] == told
    assert ModelDescription.from_json(description.to_json()) == description
    assert json.loads(DESCRIPTION.to_json())["classifier"] is None
    earlier = changed(classifier="absent")  # exports of versions that did not tell
    assert ModelDescription.from_json(earlier) == DESCRIPTION


def test_a_frame_of_ones_own_is_written_and_read():
    box, frame = CropBox(13, 2, 85, 85), Size(109, 89)
    description = ModelDescription(
        ("Bald",), "difference", 1.0, 64, box, frame=frame, training_frame=frame
    )
    again = ModelDescription.from_json(description.to_json())
    assert again == description and again.crop_rule.find(109, 89) == box
    with pytest.raises(ValueError, match=r"must lie in `frame`, 89x109"):
        ModelDescription(("Bald",), "difference", 1.0, 64, CELEBA_CROP, frame=frame)


def test_how_pictures_become_square_is_written_and_read():
    description = ModelDescription(("winter",), "difference", 1.0, 64, None, resize="contain")
    again = ModelDescription.from_json(description.to_json())
    assert again == description
    assert again.crop_rule.square_of(30, 50).shown == CropBox(-10, 0, 50, 50)
    earlier = json.loads(description.to_json())
    del earlier["resize"]
    assert ModelDescription.from_json(json.dumps(earlier)).crop_rule.find(30, 50) is None


def test_what_earlier_versions_exported_is_of_celeba_s_frame():
    text = changed(format_version=1, frame="absent", training_frame="absent")
    description = ModelDescription.from_json(text)
    assert description == DESCRIPTION and description.frame == CELEBA_FRAME


def test_conflicts_are_those_among_its_own_attributes():
    conflicts = json.loads(DESCRIPTION.to_json())["conflicts"]
    assert conflicts == {"Bald": ["Bangs"], "Bangs": ["Bald"], "Young": []}


@pytest.mark.parametrize(("mode", "needs"), [("difference", False), ("target", True)])
def test_only_target_models_need_the_source(mode, needs):
    description = ModelDescription(("Bald",), mode, 1.0, 64, None)
    assert description.needs_source is needs
    assert ("source_attributes" in description.inputs) is needs


def test_files_are_found_by_role_and_precision():
    assert DESCRIPTION.file("edit", "float32") == FILE
    assert DESCRIPTION.file("edit", "int8") is None


def changed(**changes):
    data = {**json.loads(DESCRIPTION.to_json()), **changes}
    return json.dumps({name: value for name, value in data.items() if value != "absent"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "stgan_tf.export did not write it"),
        (changed(format="other"), "stgan_tf.export did not write it"),
        (changed(format_version=9), "Received: 9"),
        (changed(attributes="absent"), "no 'attributes'"),
        (changed(attributes=["Bald", "Bald"]), "distinct names"),
        (changed(label_mode="both"), "Received: 'both'"),
        (changed(crop_box=[1, 2]), "wrong type"),
        (changed(image_size=0), "at least 1"),
        (changed(resize="pad"), "one of stretch, cover, contain, or empty. Received: 'pad'"),
    ],
)
def test_what_is_no_description_is_refused(text, message, tmp_path):
    path = tmp_path / "model.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        ModelDescription.read(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"model\.json"):
        ModelDescription.read(tmp_path / "model.json")
