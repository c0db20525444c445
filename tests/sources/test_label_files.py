"""Label files as people have them: one table in many spellings."""

import logging
from pathlib import Path

import numpy as np
import pytest

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_all
from stgan_tf.sources.attribute_files import read_attribute_file

FILES = ["000001.jpg", "000002.jpg", "000003.jpg"]
#: Young, Bald of FILES.
ASKED = ("Young", "Bald")
VALUES = [[1, 0], [0, 1], [1, 1]]

COMMA = "image_id,Bald,Young\n000001.jpg,-1,1\n000002.jpg,1,-1\n000003.jpg,1,1\n"
TEXT = "3\nBald Young \n000001.jpg -1  1\n000002.jpg  1 -1\n000003.jpg  1  1\n"

#: What the file holds; all say the same.
SAME = {
    "comma": COMMA,
    "semicolon": COMMA.replace(",", ";"),
    "tab": COMMA.replace(",", "\t"),
    "bar": COMMA.replace(",", "|"),
    "blanks after commas": COMMA.replace(",", ", "),
    "zeros": COMMA.replace("-1", "0"),
    "True": COMMA.replace("-1", "False").replace(",1", ",True"),
    "TRUE": COMMA.replace("-1", "FALSE").replace(",1", ",TRUE"),
    "yes": COMMA.replace("-1", "no").replace(",1", ",Yes"),
    "y": COMMA.replace("-1", "n").replace(",1", ",Y"),
    "t": COMMA.replace("-1", "F").replace(",1", ",t"),
    "floats": COMMA.replace("-1", "-1.0").replace(",1", ",1.000"),
    "typographic minus": COMMA.replace("-1", "\u22121"),
    "decimal comma": COMMA.replace(",", ";").replace("-1", "-1,0").replace(";1", ";1,0"),
    "Excel's first line": "sep=;\n" + COMMA.replace(",", ";"),
    "German Excel": COMMA.replace(",", ";").replace("-1", "FALSCH").replace(";1", ";WAHR"),
    "quoted": COMMA.replace(",", '","').replace("\n", '"\n"')[:-1].join(['"', ""]),
    "separator at the ends": COMMA.replace("\n", ",\n"),
    "separator at the rows' ends": COMMA.replace("\n", ",\n").replace("Young,", "Young"),
    "lines of separators": COMMA + ",,\n,,\n\n",
    "CRLF": COMMA.replace("\n", "\r\n"),
    "CR": COMMA.replace("\n", "\r"),
    "no line end": COMMA[:-1],
    "number of images above": "3\n" + COMMA,
    "pandas index": ",image_id,Bald,Young\n0,000001.jpg,-1,1\n1,000002.jpg,1,-1\n2,000003.jpg,1,1",
    "names in pandas' index": COMMA.replace("image_id", ""),
    "R's row names": COMMA.replace("image_id,", ""),
    "name last": "Bald,Young,photo\n-1,1,000001.jpg\n1,-1,000002.jpg\n1,1,000003.jpg\n",
    "name in the middle": "Bald,x,Young\n-1,000001.jpg,1\n1,000002.jpg,-1\n1,000003.jpg,1\n",
    "other columns": "identity,file,split,Bald,Young,note\n7,000001.jpg,train,-1,1,\n"
    "7,000002.jpg,test,1,-1,hm\n9,000003.jpg,,1,1,0.5\n",
    "rows that end early": "file,Bald,Young,note\n000001.jpg,-1,1\n000002.jpg,1,-1,x\n"
    "000003.jpg,1,1\n",
    "other letter case": COMMA.replace("Bald", "bald").replace("Young", "YOUNG"),
    "text": TEXT,
    "text without count": TEXT[2:],
    "text with CRLF": TEXT.replace("\n", "\r\n"),
    "text of one blank": TEXT.replace("  ", " "),
    "text with the name's title": TEXT.replace("Bald", "image_id Bald")[2:],
    "text of R": '"Bald" "Young"\n"000001.jpg" -1 1\n"000002.jpg" 1 -1\n"000003.jpg" 1 1\n',
    "text of tabs": TEXT.replace("  ", " ").replace(" \n", "\n").replace(" ", "\t"),
}


def write(tmp_path, data, name="labels.csv"):
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".txt"])
@pytest.mark.parametrize("kind", SAME)
def test_spellings_of_one_table(tmp_path, kind, suffix):
    table = read_attribute_file(write(tmp_path, SAME[kind], f"labels{suffix}"), ASKED)
    assert table.paths.tolist() == FILES
    assert table.names == ASKED and table.attributes.tolist() == VALUES


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
@pytest.mark.parametrize("text", [COMMA, TEXT], ids=["comma", "text"])
def test_encodings(tmp_path, encoding, text):
    text = text.replace("000001", "Jürgen")
    table = read_attribute_file(write(tmp_path, text.encode(encoding)), ASKED)
    assert table.paths.tolist() == ["Jürgen.jpg", *FILES[1:]]
    assert table.attributes.tolist() == VALUES


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("image_id", ["1", "2", "3"]),
        ("filename", ["a", "b", "c"]),
        ("subject", ["anna", "ben", "carl"]),
        ("path", ["x/1.png", "x/2.png", "y/1.png"]),
        ("file", [r"C:\x\1.PNG", r"C:\x\2.PNG", r"C:\x\3.PNG"]),
        ("", ["17", "18", "19"]),
    ],
)
@pytest.mark.parametrize("position", [0, 1, 3])
def test_column_of_names(tmp_path, title, names, position):
    rows = [["Bald", "split", "Young"], ["-1", "train", "1"], ["1", "train", "-1"]]
    rows.append(["1", "test", "1"])
    for row, name in zip(rows, [title, *names], strict=True):
        row.insert(position, name)
    path = write(tmp_path, "\n".join(map(",".join, rows)))
    table = read_attribute_file(path, ASKED)
    assert table.paths.tolist() == names and table.attributes.tolist() == VALUES


def test_two_columns_of_numbers_and_one_called_so(tmp_path):
    path = write(tmp_path, ",celeb_id,image_id,Bald\n0,5,11,1\n1,6,12,0\n")
    assert read_attribute_file(path, ("Bald",)).paths.tolist() == ["11", "12"]


def test_names_with_blanks(tmp_path):
    path = write(tmp_path, "Bald Young\nmy cat 1.jpg -1 1\nb.jpg 1 -1\n", "list.txt")
    assert read_attribute_file(path, ASKED).paths.tolist() == ["my cat 1.jpg", "b.jpg"]
    path = write(tmp_path, 'image_id,Bald\n"a, b.png", 0 \n')
    assert read_attribute_file(path, ("Bald",)).paths.tolist() == ["a, b.png"]


def test_another_count_is_said(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        table = read_attribute_file(write(tmp_path, TEXT.replace("3\n", "202599\n", 1)), ASKED)
    assert len(table) == 3 and "gives 202599 images, but the file lists 3" in caplog.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (COMMA.replace("2.jpg,1,-1", "2.jpg,,-1"), "line 3, Bald of '000002.jpg': .*missing"),
        (COMMA.replace("2.jpg,1,-1", "2.jpg,nan,-1"), "line 3, Bald .*missing. Received: 'nan'"),
        (COMMA.replace("2.jpg,1,-1", "2.jpg,0.7,-1"), "line 3, Bald .*-1, 0.* Received: '0.7'"),
        (COMMA.replace("2.jpg,1,-1", "2.jpg,1"), "line 3: expected 3 columns.*Received: 2"),
        (COMMA.replace("2.jpg,1,-1", "2.jpg,1,1,1"), "line 3: expected 3 columns.*Received: 4"),
        (COMMA.replace("000002.jpg", ""), "line 3: the file name is empty"),
        (COMMA.replace("000002", "000001"), "1 image name.*: 000001.jpg"),
        (COMMA.replace("Bald", "Bold"), "Unknown attribute: 'Bald'. Nearest: Bold. The columns"),
        (COMMA.replace("image_id", "Bald"), "2 columns are called 'Bald'"),
        ("Young,Bald\n1,0\n0,1\n", "no column contains the image names"),
        ("000001.jpg,1,-1\n000002.jpg,1,1\n", "line 1: there is no header"),
        (b"PK\x03\x04" + bytes(99), "Excel workbook or a zip"),
        (b"PAR1" + bytes(99), "--dataset=parquet"),
        (bytes(range(256)), "not a text file"),
        ("Bald Young\na.jpg 1 -1\nb.jpg 1\n", "line 3: expected 3 columns"),
    ],
)
def test_refusals_say_where(tmp_path, data, message):
    with pytest.raises(ValueError, match=message) as error:
        read_attribute_file(write(tmp_path, data), ASKED)
    assert "labels.csv" in str(error.value)


def test_an_unasked_column_is_never_at_fault(tmp_path):
    path = write(tmp_path, COMMA.replace("2.jpg,1,-1", "2.jpg,?,-1"))
    assert read_attribute_file(path, ("Young",)).attributes.tolist() == [[1], [0], [1]]


#: Young, Bald... of the first of the drawn faces that all of these list.
KINDS = (
    *("bool", "extra_cols", "semicolon", "tab", "utf16", "pandas_index", "name_last", "parquet"),
    *("caseless", "excel", "backslash", "ffhq"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_inputs_that_people_sent(cases_dir, kind):
    config = DataConfig(data_dir=str(cases_dir / kind), attributes=PAPER_ATTRIBUTES, crop="none")
    table = load_all(config)
    expected = load_all(DataConfig(data_dir=str(cases_dir / "semicolon"), crop="none"))
    assert len(table) == 24 and all(Path(path).is_file() for path in table.paths)
    np.testing.assert_array_equal(table.attributes, expected.attributes)
