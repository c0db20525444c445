"""Lines about photos, against rows written by hand."""

import json
from pathlib import Path

from stgan_tf.editing.reporting import failures, left_out_lines, photo_line, report, summary

FACES = [{"landmarks": [], "position": [120.4, 80.0]}, {"landmarks": [], "position": [30.0, 9.6]}]
CUT = {"reason": "cut by the border", "position": [-3.2, 41.0]}


def row(name="party.jpg", **changes):
    edited = {"faces_found": 3, "faces": FACES, "left_out": [CUT], "shown": None, "notes": []}
    return {"input": name, "output": "out/x", "status": "edited", "exif_dropped": False} | (
        edited | changes
    )


FAILED = {"input": "bad.jpg", "output": "out/bad.jpg", "status": "failed", "error": "damaged"}
KEPT = {"input": "b.jpg", "output": "out/b.jpg", "status": "kept"}


def test_a_line_a_photo():
    assert photo_line(row()) == (
        "party.jpg: 3 faces, 2 edited; left out: 1 (cut by the border, at -3, 41)"
    )
    one = {"faces_found": 1, "faces": FACES[:1], "left_out": []}
    assert photo_line(row(**one)) == "party.jpg: 1 face, 1 edited"
    assert photo_line(row(**one, notes=["CMYK became RGB"])) == (
        "party.jpg: 1 face, 1 edited; CMYK became RGB"
    )
    aligned = {"faces_found": 1, "faces": [{"landmarks": None}], "left_out": []}
    assert photo_line(row(**aligned)) == "party.jpg: edited"
    assert photo_line(KEPT) == "b.jpg: kept, out/b.jpg exists (--overwrite replaces it)"


def test_which_face_is_shown():
    two = {"faces_found": 2, "left_out": []}
    assert photo_line(row(**two, shown="largest")) == (
        "party.jpg: 2 faces, shown: the largest, at 120, 80"
    )
    assert photo_line(row(**two, shown="all")) == (
        "party.jpg: 2 faces, shown from the top: at 120, 80, at 30, 10"
    )


def test_what_was_left_out_is_listed_up_to_a_number():
    files = {Path(f"{number}.txt"): "not an image" for number in range(22)}
    lines = left_out_lines({**files, Path("sub"): "a folder inside (give it as well)"})
    assert len(lines) == 2
    assert lines[0].startswith("left out, not an image: 0.txt, 1.txt, ")
    assert lines[0].endswith("19.txt and 2 more")
    assert lines[1] == "left out, a folder inside (give it as well): sub"


def test_the_end():
    rows = [row(exif_dropped=True), KEPT, FAILED]
    assert summary(rows, "out") == (
        "1 edited, 1 kept: out\nEXIF (date, place, camera) of 1 photo was not copied."
    )
    assert failures(rows) == "  bad.jpg: damaged"
    # Nothing is said to have been written where nothing was.
    assert summary([FAILED], "out") == ""
    assert failures([FAILED] * 22).splitlines()[-1] == "  and 2 more"


def test_report_prints_as_rows_come(capsys):
    left_out = {Path("a.txt"): "not an image"}
    assert report(iter([row(), FAILED]), left_out) == [row(), FAILED]
    assert capsys.readouterr().out.splitlines() == [
        "left out, not an image: a.txt",
        photo_line(row()),
    ]
    report(iter([row(), FAILED]), left_out, as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        {"input": "a.txt", "status": "left_out", "reason": "not an image"},
        row(),
        FAILED,
    ]
    report(iter([]), {})
    assert capsys.readouterr().out == ""
