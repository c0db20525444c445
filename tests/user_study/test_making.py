"""The folder of a study: what is asked, what the page shows, and that it does not tell systems."""

import base64
import collections
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from user_study.toy_studies import GREYS, ToyEdits, write_study

from stgan_tf.user_study.making import StudyOptions, make_study
from stgan_tf.user_study.study_key import read_key


def page_of(folder):
    """What the page's script reads."""
    text = (folder / "page" / "index.html").read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="study">(.*?)</', text)[1])


def pixels(url):
    data = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """(folder, key, what the page reads) of 8 comparisons, 2 repeats and 3 controls."""
    folder = tmp_path_factory.mktemp("made") / "study"
    key = write_study(folder, num_questions=8, num_repeats=2, num_controls=3)
    return folder, key, page_of(folder)


def test_the_key_is_read_as_it_was_written(made):
    folder, key, _ = made
    assert read_key(folder) == key
    assert collections.Counter(question.kind for question in key.questions) == {
        "comparison": 8,
        "repeat": 2,
        "control": 3,
    }
    assert key.runs == {name: f"runs/{name}" for name in GREYS}


def test_attributes_and_changes_are_asked_equally_often_with_every_photo_once(made):
    _, key, _ = made
    asked = key.of_kind("comparison")
    changes = collections.Counter((question.attribute, question.change) for question in asked)
    assert set(changes.values()) == {2} and len(changes) == 4
    photos = [question.photo for question in asked + key.of_kind("control")]
    assert len(set(photos)) == len(photos)
    for question in asked:
        assert (int(question.photo[:2]) < 10) == (question.change == "add")


def test_every_picture_is_the_one_of_the_system_in_the_key(made):
    _, key, page = made
    shown = {question["number"]: question for question in page["questions"]}
    assert set(shown) == {question.number for question in key.questions}
    for question in key.questions:
        row = int(question.photo[:2])
        assert (pixels(page["images"][shown[question.number]["photo"]]) == row).all()
        assert sorted(shown[question.number]["pictures"]) == sorted(question.pictures)
        for number, system in question.pictures.items():
            picture = pixels(page["images"][number])
            corner, rest = picture[0, 0, 0], picture[-1, -1, 0]
            if question.kind == "control":
                assert {corner, rest} == {row if system == "source" else 255 - row}
            else:
                assert (corner, rest) == (row, GREYS[system])


def test_the_page_names_no_system_and_the_order_differs_between_questions(made):
    folder, key, page = made
    text = (folder / "page" / "index.html").read_text(encoding="utf-8")
    told = re.sub(r'"data:image/png;base64,[^"]*"', "", text)
    for secret in (*GREYS, *key.runs.values(), "toys", key.export_token, "control", "spoiled"):
        assert secret not in told
    for question in key.questions:
        assert question.photo not in told
    fields = {name for question in page["questions"] for name in question}
    assert fields == {"number", "part", "photo", "change", "pictures"}
    numbers = [question["number"] for question in page["questions"]]
    assert numbers == sorted(numbers) and list(page["images"]) == sorted(page["images"])
    assert len({tuple(question.pictures.values()) for question in key.of_kind("comparison")}) > 1


def test_the_order_of_systems_is_balanced_by_chance(tmp_path):
    key = write_study(tmp_path / "a", num_questions=36, num_repeats=0, num_controls=0)
    first = collections.Counter(next(iter(q.pictures.values())) for q in key.questions)
    assert min(first.values()) >= 5 and len(first) == 3


def test_repeats_come_in_the_second_part_with_the_same_pictures(made):
    _, key, page = made
    parts = {question["number"]: question["part"] for question in page["questions"]}
    for repeat in key.of_kind("repeat"):
        original = key.question(repeat.repeats)
        assert repeat.pictures == original.pictures and original.kind == "comparison"
        assert (parts[original.number], parts[repeat.number]) == (0, 1)
    assert collections.Counter(parts[q.number] for q in key.of_kind("comparison")) == {0: 4, 1: 4}


def test_the_wanted_change_is_put_in_two_languages(made):
    _, key, page = made
    words = {question["number"]: question["change"] for question in page["questions"]}
    for question in key.questions:
        expected = {
            ("Eyeglasses", "add"): {"en": "Add glasses", "zh": "戴上眼镜"},
            ("Eyeglasses", "remove"): {"en": "Remove the glasses", "zh": "摘掉眼镜"},
        }.get((question.attribute, question.change))
        if expected:
            assert words[question.number] == expected


def test_the_same_seed_makes_the_same_questions_in_another_study(tmp_path):
    first, again, other = (
        write_study(tmp_path / name, num_questions=4, num_repeats=1, seed=seed)
        for name, seed in (("a", 5), ("b", 5), ("c", None))
    )
    assert first.questions == again.questions and first.study != again.study
    assert first.questions != other.questions and other.seed > 2**32


def test_the_intensity_is_the_edits(tmp_path):
    edits = ToyEdits()
    make_study(tmp_path / "a", edits, StudyOptions(num_questions=2, num_repeats=1, intensity=1.5))
    assert edits.intensities == [1.5]


@pytest.mark.parametrize(
    ("systems", "options", "message"),
    [
        (("alpha",), {}, "--runs must name two systems or more. Received: alpha"),
        (("source", "alpha"), {}, "'source' has another meaning here"),
        (("alpha", "beta"), {"num_questions": 41}, r"allow 40 different .* Received: 44"),
        (("alpha", "beta"), {"num_questions": 4, "num_repeats": 3}, "Received: 3, more than 2"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path, systems, options, message):
    with pytest.raises(ValueError, match=message):
        write_study(tmp_path / "study", systems, **options)
    assert not (tmp_path / "study").exists()


def test_a_study_is_not_overwritten(tmp_path):
    write_study(tmp_path / "study", num_questions=2, num_repeats=0)
    with pytest.raises(FileExistsError, match="study is not empty"):
        write_study(tmp_path / "study", num_questions=2, num_repeats=0)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2}', '{"format": 1, "questions": []}'])
def test_a_key_that_cannot_be_read_is_named(tmp_path, text):
    (tmp_path / "key.json").write_text(text)
    with pytest.raises(ValueError, match=r"key\.json is not the key of a study"):
        read_key(tmp_path)
    with pytest.raises(FileNotFoundError, match="create a study with"):
        read_key(tmp_path / "nowhere")
