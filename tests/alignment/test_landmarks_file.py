import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stgan_tf.alignment.landmarks_file import COLUMNS, read_landmarks
from stgan_tf.synthetic.faces import draw_face, write_dataset

HEADER = " ".join(COLUMNS)
ONE = "69 109 106 113 77 142 73 152 108 154"
ONE_POINTS = [[69, 109], [106, 113], [77, 142], [73, 152], [108, 154]]


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name, text",
    [
        ("a.txt", f"1\n{HEADER} \na.jpg  {ONE}\n"),
        ("a.txt", f"\ufeff1\r\n{HEADER}\r\n\r\na.jpg\t{ONE}\r\n"),
        ("a.csv", "a.jpg," + ONE.replace(" ", ",")),
        ("a.csv", f"image_id,{HEADER} \na.jpg, {ONE}\n".replace(" ", ",").replace(",,", ",")[:-1]),
        (
            "a.CSV",
            "name, "
            + HEADER.replace(" ", ", ")
            + "\n'a.jpg'".replace("'", '"')
            + ", "
            + ONE.replace(" ", " ,"),
        ),
        ("a.json", json.dumps({"a.jpg": [float(value) for value in ONE.split()]})),
        ("a.json", json.dumps({"a.jpg": ONE_POINTS})),
    ],
)
def test_formats(tmp_path, name, text):
    text = text.replace(f"{COLUMNS[-1]},\n", f"{COLUMNS[-1]}\n")
    landmarks = read_landmarks(written(tmp_path, name, text))
    assert list(landmarks) == ["a.jpg"] and landmarks["a.jpg"].dtype == np.float64
    assert landmarks["a.jpg"].tolist() == ONE_POINTS


def test_reads_what_the_drawn_data_set_writes(tmp_path):
    write_dataset(tmp_path, 3, seed=5, num_processes=1, progress=False)
    landmarks = read_landmarks(tmp_path / "list_landmarks_align_celeba.txt")
    assert list(landmarks) == ["000001.jpg", "000002.jpg", "000003.jpg"]
    expected = np.array(list(draw_face(5, 1)[2].values()))
    np.testing.assert_allclose(landmarks["000002.jpg"], expected, atol=0.5)


BAD_VALUES = ["1 2 3", f"{ONE} 7", ONE.replace("77", "x"), ONE.replace("77", "nan")]


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("a.txt", "", "number of images"),
        ("a.txt", f"a.jpg {ONE}", ".csv or .json"),
        ("a.txt", "1\nlefteye_x lefteye_y\na.jpg 1 2", "columns must be lefteye_x"),
        ("a.txt", f"2\n{HEADER}\na.jpg {ONE}\n", "gives 2 images, but the file lists 1"),
        ("a.txt", f"0\n{HEADER}\n", "lists no image"),
        ("a.txt", f"2\n{HEADER}\na.jpg {ONE}\na.jpg {ONE}", "line 4: 'a.jpg' is listed twice"),
        *(
            ("a.txt", f"1\n{HEADER}\na.jpg {bad}", "line 3: an image needs ten")
            for bad in BAD_VALUES
        ),
        *(("a.csv", f"a.jpg {bad}".replace(" ", ","), "line 1: an image") for bad in BAD_VALUES),
        ("a.csv", f"name,{','.join(COLUMNS[::-1])}\n", "columns must be"),
        ("a.csv", "", "lists no image"),
        ("a.json", "{}", "lists no image"),
        ("a.json", "{", "must be JSON"),
        ("a.json", "[" * 100_000, "must be JSON"),
        ("a.json", json.dumps([ONE_POINTS]), "object that maps image names"),
        ("a.json", json.dumps({"a.jpg": "x"}), "object that maps image names"),
        ("a.json", json.dumps({"a.jpg": ONE_POINTS[:4]}), "ten finite numbers"),
        ("a.json", json.dumps({"a.jpg": [{"x": 1}] * 5}), "ten finite numbers"),
        ("a.json", json.dumps({"a.jpg": [None] * 10}), "ten finite numbers"),
        ("a.json", '{"a": [1,2,3,4,5,6,7,8,9,NaN]}', "ten finite numbers"),
        ("a.json", f'{{"a": {ONE_POINTS}, "a": {ONE_POINTS}}}', "listed twice"),
    ],
)
def test_errors_name_file_and_fault(tmp_path, name, text, message):
    path = written(tmp_path, name, text)
    with pytest.raises(ValueError) as error:
        read_landmarks(path)
    assert message in str(error.value) and str(error.value).startswith(str(path))


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".json"])
@given(data=st.binary(max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_a_clear_error(tmp_path_factory, suffix, data):
    path = tmp_path_factory.mktemp("landmarks") / f"a{suffix}"
    path.write_bytes(data)
    with pytest.raises(ValueError, match="a\\" + suffix):
        read_landmarks(path)
