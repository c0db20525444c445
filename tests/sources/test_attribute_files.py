import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy

from stgan_tf.data.image_table import ImageTable
from stgan_tf.sources.attribute_files import read_attribute_file, write_attribute_file


def write(tmp_path, text, name="list_attr_celeba.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_celeba_text(tmp_path):
    # The original has a blank after the last name and two blanks before a 1.
    text = "2\nBald Young \n000001.jpg -1  1\n000002.jpg  1 -1\n"
    table = read_attribute_file(write(tmp_path, text))
    assert table.names == ("Bald", "Young")
    assert table.paths.tolist() == ["000001.jpg", "000002.jpg"]
    assert table.attributes.tolist() == [[0, 1], [1, 0]] and table.attributes.dtype == np.uint8


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_reads_csv(tmp_path, start):
    text = f'{start}image_id,Bald,Young\r\n000001.jpg,-1,1\r\n"a, b.png", 0 ,1.0\r\n'
    table = read_attribute_file(write(tmp_path, text, "labels.CSV"))
    assert table.names == ("Bald", "Young")
    assert table.paths.tolist() == ["000001.jpg", "a, b.png"]
    assert table.attributes.tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the header names no attributes"),
        ("1\n", "line 2: the header names no attributes"),
        ("1\nBald\n\n", "no images are listed"),
        ("a.jpg\nb.jpg\n", "names no attributes, only"),
        ("a.jpg 1 -1\nb.jpg 1 1\n", "line 1: there is no header"),
        ("0\nBald\n", "no images"),
        ("2\nBald Young\na.jpg 1 1\nb.jpg 1\n", "line 4: expected 3 columns"),
        ("2\nBald\na.jpg 1\nb.jpg 1 1\n", "line 4: expected 2 columns"),
        ("1\nBald\na.jpg 2\n", r"line 3, Bald of 'a.jpg': .*-1, 0.*Received: '2'"),
        ("2\nBald\na.jpg 1\na.jpg -1\n", "1 image name.*: a.jpg"),
        ("1\nBald Bald\na.jpg 1 1\n", "1 attribute name.*: Bald"),
    ],
)
def test_errors_name_file_and_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message) as error:
        read_attribute_file(write(tmp_path, text))
    assert "list_attr_celeba.txt" in str(error.value)


def test_csv_errors(tmp_path):
    with pytest.raises(ValueError, match="line 3: expected 2 columns"):
        read_attribute_file(write(tmp_path, "f,Bald\na.jpg,1\nb.jpg\n", "a.csv"))


@given(hypothesis_numpy.arrays(np.uint8, (5, 3), elements=st.integers(0, 1)))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_written_files_read_back(tmp_path, attributes):
    table = ImageTable(np.array([f"{i}.jpg" for i in range(5)]), attributes, ("A", "B", "C"))
    write_attribute_file(tmp_path / "list.txt", table)
    again = read_attribute_file(tmp_path / "list.txt")
    assert again.paths.tolist() == table.paths.tolist() and again.names == table.names
    np.testing.assert_array_equal(again.attributes, attributes)
