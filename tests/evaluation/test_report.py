import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from stgan_tf.evaluation.figures import labelled_grid
from stgan_tf.evaluation.report import reconstruction_line, results_table, write_report
from stgan_tf.evaluation.true_edit_metrics import MEASURES

NAMES = ["Bald", "Mouth_Slightly_Open"]


def row(accuracy, error=0.125):
    return {
        "accuracy": dict(zip(NAMES, accuracy, strict=True)),
        "mean_accuracy": float(np.mean(accuracy)),
        "preservation_error": dict.fromkeys(NAMES, error),
        "mean_preservation_error": error,
        "mean_preservation_error_official": error,
    }


@pytest.fixture
def report():
    return {
        "measurements": {
            "images": 12,
            "attributes": NAMES,
            "reconstruction": {"psnr": 24.321, "ssim": 0.87654, "identical_images": 0},
            "classifier": {"accuracy": dict.fromkeys(NAMES, 0.975), "mean_accuracy": 0.975},
            "baseline": row([0.025, 0.025], 0.025),
            "edits": [{"intensity": 1.0, **row([0.5, 0.75])}, {"intensity": 1.5, **row([1, 0.9])}],
            "shipped_edits": [
                {"intensity": 1.0, "differing": 0.03125, **row([0.25, 0.5], 0.25)},
                {"intensity": 1.5, "differing": 0.0625, **row([0.75, 0.5], 0.5)},
            ],
        },
        "step": 1800,
        "warnings": ["Only 12 images <few>."],
        "provenance": {
            "run_dir": "runs/<b>x",
            "split": "test",
            "data_dir": "faces",
            "weights": "raw",
        },
    }


def test_table_shows_each_intensity_beside_the_baseline(report):
    lines = results_table(report["measurements"]).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == [
        "Attribute",
        "accuracy, intensity 1",
        "as shipped",
        "accuracy, intensity 1.5",
        "as shipped",
        "do-nothing baseline",
        "classifier on unedited",
    ]
    assert cells[2] == ["Bald", "50.0", "25.0", "100.0", "75.0", "2.5", "97.5"]
    assert cells[4] == ["**Mean**", "62.5", "37.5", "95.0", "62.5", "2.5", "97.5"]
    assert cells[5] == ["Preservation error", "12.5", "25.0", "12.5", "50.0", "2.5", ""]
    assert len({len(line) for line in lines}) == 1


def test_files_are_written_and_the_page_stands_alone(tmp_path, report):
    figure = np.full((20, 30, 3), 127, np.uint8)
    page = write_report(tmp_path, report, {"edits": ("Edits of <faces>", figure)})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "edits.png",
        "report.html",
        "report.json",
        "report.md",
    ]
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["measurements"] == report["measurements"]
    assert written["figures"] == {"edits.png": "Edits of <faces>"}
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "edits.png")), figure)
    text = (tmp_path / "report.md").read_text()
    assert "24.32 dB" in text
    assert "differ: 3.1 % at intensity 1, 6.2 % at intensity 1.5." in text

    html = page.read_text()
    assert not re.search(r"(src|href)=\"(?!data:)|url\(|@import|https?://", html)
    assert "<few>" not in html and "<b>x" not in html
    assert html.count('<th scope="col">As shipped</th>') == 2
    assert "<dt>As shipped, intensity 1.5</dt><dd>62.5 %</dd>" in html
    assert "prefers-color-scheme: dark" in html and 'name="viewport"' in html
    open_tags = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag not in ("meta", "img"):
                open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Balance().feed(html)
    assert open_tags == []


def test_domains_are_shown_by_direction(tmp_path, report):
    directions = ("summer to winter", "winter to summer")
    measurements = report["measurements"]
    for i, part in enumerate(
        [*measurements["edits"], *measurements["shipped_edits"], measurements["baseline"]]
    ):
        part["directions"] = {
            direction: {"images": 6, "accuracy": (i + 1) / (8 + 2 * j)}
            for j, direction in enumerate(directions)
        }

    def truth(psnr):
        measures = dict.fromkeys(MEASURES, 0.5) | {"psnr": psnr}
        return {"attributes": dict.fromkeys(directions, measures), "mean": measures}

    edits = [{"intensity": 1.0, **truth(20.25)}, {"intensity": 1.5, **truth(19.0)}]
    report["true_edits"] = {"images": 6, "edits": edits, "do_nothing": truth(11.5)}
    page = write_report(tmp_path, report, {})
    for text in ((tmp_path / "report.md").read_text(), page.read_text()):
        plain = " ".join(re.sub(r"<[^>]+>|[|]", " ", text).split())
        assert "summer to winter 6 12.5 37.5 25.0 50.0 62.5" in plain
        assert "winter to summer 6 10.0 30.0 20.0 40.0 50.0" in plain
        assert plain.count("PSNR, dB 20.25 19.00 11.50") == 2
        assert "winter to summer, against the truth intensity 1 intensity 1.5 do nothing" in plain


def test_an_identity_reconstruction_is_called_infinite(report):
    report["measurements"]["reconstruction"] = {"psnr": None, "ssim": 1.0, "identical_images": 12}
    assert "PSNR infinite" in reconstruction_line(report["measurements"])
    assert "12 identical images" in reconstruction_line(report["measurements"])


def test_grid_has_room_for_names_and_keeps_the_pixels():
    images = np.random.default_rng(0).integers(0, 256, (2, 2, 64, 64, 3), np.uint8)
    grid = labelled_grid(images, NAMES, ["Edit", "True edit"])
    top, left = grid.shape[0] - 2 * 128 - 2, grid.shape[1] - 2 * 128 - 2
    assert top > 3 * 16 and left > 40
    assert (grid[:top] < 100).any() and (grid[top:, :left] < 100).any()
    last = grid[top + 130 :, left + 130 :]
    np.testing.assert_array_equal(last[::2, ::2], images[1, 1])
    with pytest.raises(ValueError, match="one image for each of the 3 column names"):
        labelled_grid(images, ["a", "b", "c"])
