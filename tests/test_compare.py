"""compare: a table of runs, trained by it or given."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from warm_commands import run_command

from stgan_tf.evaluation import compared_runs, comparison_table
from stgan_tf.evaluation.compared_systems import read_systems
from stgan_tf.evaluation.kept_edits import KeptEdits
from stgan_tf.systems.run_flags import read_flag_file

ROOT = Path(__file__).parents[1]
SYSTEMS = read_systems(ROOT / "flags" / "compare")


def report(psnr, accuracy, step=10, **true_edits):
    edits = [
        {"intensity": i, "mean_accuracy": a, "mean_preservation_error": 0.0215}
        for i, a in ((1.0, accuracy), (1.5, accuracy + 0.1))
    ]
    training = {"seed": 0, "batch_size": 4, "critic_steps_per_generator_step": 2}
    return {
        "step": step,
        "measurements": {
            "images": 7,
            "attributes": ["Bald", "Male"],
            "reconstruction": {"psnr": psnr, "ssim": 0.5},
            "edits": edits,
        },
        "provenance": {"data_dir": "faces", "classifier_sha256": "abc", "split": "test"},
        "config": {"training": training, "data": {"image_size": 64}},
        "true_edits": true_edits or None,
    }


def test_table_has_the_papers_figures_beside_ours():
    lines = (
        comparison_table.comparison_table(
            {"attgan_ed": [report(20.123, 0.6)], "mine": [report(25.0, 0.7)]}, SYSTEMS
        )
        .markdown()
        .splitlines()
    )
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0][:5] == [
        "System",
        "PSNR / SSIM",
        "in the paper (CelebA, 128 px)",
        "accuracy at 1, %",
        "accuracy at 1.5, %",
    ]
    assert cells[2] == ["AttGAN-ED", "20.12 / 0.500", "22.68 / 0.758", "60.0", "70.0", "2.1"]
    assert cells[3] == ["mine", "25.00 / 0.500", "-", "70.0", "80.0", "2.1"]


def test_true_edits_are_shown_where_all_have_them():
    mean = {"mean": {"psnr_inside": 20.0, "psnr_outside": 30.0, "leakage": 2.5}}
    both = {name: [report(20.0, 0.6, edits=[mean])] for name in ("stgan", "stargan")}
    assert "| 20.00 / 30.00 | 2.50 |" in comparison_table.comparison_table(both).markdown()
    both["stgan"][0]["true_edits"] = None
    assert "20.00 / 30.00" not in comparison_table.comparison_table(both).markdown()


def of_seasons(accuracy, psnr):
    """A report of two domains, half as good from winter to summer."""
    directions = ("summer to winter", "winter to summer")
    run = report(25.0, accuracy)
    run["measurements"]["attributes"] = ["winter"]
    for edit in run["measurements"]["edits"]:
        edit["directions"] = {
            direction: {"images": 5, "accuracy": accuracy / (1 + i)}
            for i, direction in enumerate(directions)
        }
    run["measurements"]["baseline"] = {
        "directions": {direction: {"images": 5, "accuracy": 0.01} for direction in directions}
    }

    def against_truth(psnr):
        measures = {"psnr": psnr, "ssim": 0.5, "psnr_inside": psnr - 1, "ssim_inside": 0.4}
        measures |= {"content": 0.9, "psnr_outside": psnr + 1, "leakage": 3.0}
        return {"attributes": dict.fromkeys(directions, measures), "mean": measures}

    run["true_edits"] = {"edits": [against_truth(psnr)], "do_nothing": against_truth(9.0)}
    return run


def test_domains_have_a_table_by_direction_beside_doing_nothing():
    reports = {
        "stgan": [of_seasons(0.8, 20.0), of_seasons(0.9, 21.0)],
        "b": [of_seasons(0.6, 18.0)],
    }
    rows = comparison_table.directions_table(reports, SYSTEMS).markdown().splitlines()
    assert [cell.strip() for cell in rows[0].strip("|").split("|")] == [
        "Direction",
        "System",
        "accuracy, %",
        "PSNR / SSIM to the truth",
        "where it changes",
        "content kept",
    ]
    assert rows[2:] == [
        "| summer to winter | (nothing done) | 1.0 | 9.00 / 0.500 | 8.00 / 0.400 | 0.900 |",
        "| summer to winter | STGAN | 85.0 ± 5.0 | 20.50 ± 0.50 / 0.500 ± 0.000 "
        "| 19.50 ± 0.50 / 0.400 ± 0.000 | 0.900 ± 0.000 |",
        "| summer to winter | b | 60.0 | 18.00 / 0.500 | 17.00 / 0.400 | 0.900 |",
        "| winter to summer | (nothing done) | 1.0 | 9.00 / 0.500 | 8.00 / 0.400 | 0.900 |",
        "| winter to summer | STGAN | 42.5 ± 2.5 | 20.50 ± 0.50 / 0.500 ± 0.000 "
        "| 19.50 ± 0.50 / 0.400 ± 0.000 | 0.900 ± 0.000 |",
        "| winter to summer | b | 30.0 | 18.00 / 0.500 | 17.00 / 0.400 | 0.900 |",
    ]
    assert comparison_table.directions_table({"a": [report(20.0, 0.6)]}) is None
    # With one attribute there are no others to change, without known figures no paper's column.
    header = comparison_table.comparison_table({"b": reports["b"]}).header
    assert header[:2] == ["System", "PSNR / SSIM"] and header[2].startswith("accuracy at 1,")
    assert not any("others changed" in title for title in header)


def test_a_direction_in_which_no_image_was_compared_has_no_measures():
    run = of_seasons(0.8, 20.0)
    for summary in (*run["true_edits"]["edits"], run["true_edits"]["do_nothing"]):
        del summary["attributes"]["winter to summer"]
    rows = comparison_table.directions_table({"b": [run]}).markdown().splitlines()
    assert rows[3] == "| summer to winter | b | 80.0 | 20.00 / 0.500 | 19.00 / 0.400 | 0.900 |"
    assert rows[5] == "| winter to summer | b | 40.0 | - | - | - |"


def test_the_side_by_side_picture_needs_edits_of_all(tmp_path):
    def keep(name, value):
        image = np.full((1, 4, 4, 3), value, np.uint8)
        edits = (np.array(["a"]), np.array([["a"]]), image * 0, image[None], np.zeros(0, np.uint8))
        KeptEdits(*edits).write(compared_runs.report_path(tmp_path / name).parent)
        return {name: [tmp_path / name]}

    runs = keep("stgan", 7) | keep("other", 9)
    kept = compared_runs.kept_edits(runs, SYSTEMS)
    assert {title: edits.edits.max() for title, edits in kept.items()} == {"STGAN": 7, "other": 9}
    reports = {name: [report(20.0, 0.6)] for name in runs}
    page = comparison_table.write_comparison(tmp_path / "out", reports, SYSTEMS, kept)
    assert "(edits.png)" in page.read_text()
    html = page.with_suffix(".html").read_text()
    assert html.count('src="data:image/png;base64,') == 2
    assert "<td>20.00 / 0.500</td>" in html
    assert np.asarray(Image.open(tmp_path / "out" / "edits.png")).std() > 0

    assert compared_runs.kept_edits(runs | {"old": [tmp_path / "old"]}, SYSTEMS) == {}
    page = comparison_table.write_comparison(tmp_path / "without", reports, SYSTEMS, {})
    assert "edits.png" not in page.read_text() and not (tmp_path / "without/edits.png").exists()


def test_unequal_runs_are_told():
    reports = {"a": [report(20.0, 0.6)], "b": [report(20.0, 0.6, step=20)]}
    assert comparison_table.differences(reports) == ["The runs differ in iterations: a 10, b 20."]
    assert comparison_table.differences({"a": [report(20.0, 0.6)]}) == []


def test_the_seeds_of_a_system_are_one_row_and_no_difference_between_systems():
    reports = {name: [report(20.0, 0.6), report(21.0, 0.62)] for name in ("stgan", "mine")}
    for runs in reports.values():
        runs[1]["config"]["training"]["seed"] = 1
    assert comparison_table.differences(reports) == []
    row = comparison_table.comparison_table(reports, SYSTEMS).markdown().splitlines()[2]
    assert row == (
        "| STGAN | 20.50 ± 0.50 / 0.500 ± 0.000 | 31.67 / 0.948 "
        "| 61.0 ± 1.0 | 71.0 ± 1.0 | 2.1 ± 0.0 |"
    )
    reports["mine"].pop()
    assert comparison_table.differences(reports) == [
        "The runs differ in seed: stgan 0 and 1, mine 0."
    ]


def test_every_system_of_the_list_has_its_flag_files():
    listed = {path.stem for path in (ROOT / "flags" / "compare").glob("*.cfg")}
    assert {name for name in listed if not name.startswith("common")} == set(SYSTEMS)
    for name, system in SYSTEMS.items():
        published = read_flag_file(ROOT / system.published)
        compared = read_flag_file(ROOT / "flags" / "compare" / f"{name}.cfg")
        assert published.system == compared.system


def test_what_differs_from_the_published_configuration_is_told(monkeypatch):
    monkeypatch.chdir(ROOT)
    compared = read_flag_file(ROOT / "flags" / "compare" / "stgan.cfg")
    run = report(20.0, 0.6)
    run["config"] = json.loads(compared.to_json())
    changed = comparison_table.published_differences({"stgan": [run], "mine": [run]}, SYSTEMS)
    assert list(changed) == ["STGAN"]
    line = changed["STGAN"]
    assert line.startswith("1,200 iterations (200 epochs), image_size 64 (128), ")
    assert "inject_layers 0 (4), " in line and "encoder_width 16 (64), " in line
    assert ", attributes " not in line and "critic_attribute_weight" not in line

    run["config"] = json.loads(read_flag_file(ROOT / "flags" / "celeba.cfg").to_json())
    changed = comparison_table.published_differences({"stgan": [run]}, SYSTEMS)
    assert changed == {"STGAN": "nothing."}


@pytest.mark.parametrize("text", ["[]", "{", '{"a": {"name": "A"}}', '{"a": 1}'])
def test_a_list_of_systems_that_cannot_be_read_is_named(tmp_path, text):
    (tmp_path / "systems.json").write_text(text)
    with pytest.raises(ValueError, match="systems.json must be a JSON object"):
        read_systems(tmp_path)


def test_a_report_that_was_cut_off_is_named(tmp_path):
    path = compared_runs.report_path(tmp_path / "run")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(report(20.0, 0.5))[:100])
    with pytest.raises(ValueError, match=r"report\.json is damaged: measure the run again"):
        compared_runs.read_reports({"stgan": [tmp_path / "run"]})


def test_given_runs_become_a_table_and_a_figure(tmp_path):
    for name, psnr in (("a", 20.0), ("b", 25.0)):
        path = compared_runs.report_path(tmp_path / name)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(report(psnr, 0.5)))
    result = compare(
        f"--runs=stgan={tmp_path / 'a'},other={tmp_path / 'b'}", f"--out_dir={tmp_path / 'out'}"
    )
    assert result.returncode == 0, result.stderr
    assert "| STGAN | 20.00 / 0.500 | 31.67 / 0.948 |" in result.stdout
    assert (tmp_path / "out" / "comparison.md").is_file()
    assert np.asarray(Image.open(tmp_path / "out" / "trade_off.png")).std() > 0


def test_curves_are_drawn_together_where_all_have_them(tmp_path):
    def curve(psnr):
        edits = [{"intensity": 1.0, "mean_accuracy": 0.5}]
        return {"points": [{"iteration": 10, "minutes": 1.0, "psnr": psnr, "edits": edits}]}

    both = {"stgan": [report(20.0, 0.5) | {"curve": curve(20.0)}]}
    without = report(25.0, 0.5)
    written = tmp_path / "out" / "learning_curves.png"
    comparison_table.write_comparison(tmp_path / "out", both | {"other": [without]})
    assert not written.exists()
    page = comparison_table.write_comparison(
        tmp_path / "out", both | {"other": [without | {"curve": curve(25.0)}]}
    )
    assert written.is_file() and "(learning_curves.png)" in page.read_text()


@pytest.mark.slow
def test_a_user_study_is_linked(tmp_path):
    path = compared_runs.report_path(tmp_path / "a")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(report(20.0, 0.5)))
    shares = {"a": {"value": 0.75, "low": 0.7, "high": 0.8}}
    results = {"simulated": False, "participants": {"counted": 12}, "overall": {"shares": shares}}
    for study in (tmp_path / "out" / "study", tmp_path / "my study"):
        (study / "report").mkdir(parents=True)
        (study / "report" / "report.json").write_text(json.dumps(results))
    flags = [f"--runs=a={tmp_path / 'a'}", f"--out_dir={tmp_path / 'out'}"]
    sentence = "Chosen as the best by 12 participants, 95 % intervals: a 75.0 % (70.0 to 80.0)."
    found = "study/report/report.html"
    for given, address in (
        ([], found),
        ([f"--study_dir={tmp_path / 'my study'}"], "../my%20study/report/report.html"),
    ):
        result = compare(*flags, *given)
        assert result.returncode == 0, result.stderr
        assert f"## User study\n\n{sentence} [Report]({address})" in result.stdout
        page = (tmp_path / "out" / "comparison.html").read_text()
        assert f'<p>{sentence} <a href="{address}">Report</a></p>' in page
    result = compare(*flags, "--study_dir=/nowhere")
    assert "No /nowhere/report/report.json: write it with" in result.stderr


def compare(*flags):
    return run_command("compare", *flags)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "--classifier: is required"),
        (["--runs=a"], "--runs needs distinct pairs NAME=RUN_DIR. Received: 'a'"),
        (["--runs=a=/nowhere"], "No /nowhere/evaluation/report.json: evaluate the run"),
        (["--classifier=y", "--data_flags=/nowhere"], "--data_flags: no such file. Received: /now"),
        (["--classifier=y", "--seeds=1,two"], "--seeds must be non-negative integers"),
        (["--classifier=y", "--flag_dir=flags"], "--systems: is required, because flags has no"),
        (["--data_dir=x", "--classifier=y", "--systems=pix2pix"], "no flag file flags/compare/pix"),
        pytest.param(
            ["--data_dir=/nowhere", "--classifier=y", "--systems=stgan"],
            "failed with exit status",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_errors_name_the_flag(flags, message, tmp_path):
    result = compare(*flags, f"--out_dir={tmp_path / 'out'}")
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_report_counts_only_for_the_newest_checkpoint(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "iteration-10.index").touch()
    assert not compared_runs.is_measured(tmp_path)
    path = compared_runs.report_path(tmp_path)
    path.parent.mkdir()
    path.write_text(json.dumps(report(20.0, 0.5)))
    assert compared_runs.is_measured(tmp_path)
    (tmp_path / "checkpoints" / "iteration-20.index").touch()
    assert not compared_runs.is_measured(tmp_path)


def test_a_report_of_raw_weights_does_not_count_for_a_run_with_averages(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "iteration-10.index").touch()
    path = compared_runs.report_path(tmp_path)
    path.parent.mkdir()
    for ema_decay, weights, counts in (
        (0.9, "average", True),
        (0.9, "raw", False),
        (0, "raw", True),
    ):
        written = report(20.0, 0.5)
        written["config"]["training"]["ema_decay"] = ema_decay
        written["provenance"]["weights"] = weights
        path.write_text(json.dumps(written))
        assert compared_runs.is_measured(tmp_path) is counts


def test_a_perfect_reconstruction_has_no_decibels(tmp_path):
    perfect = {"mine": [report(None, 0.5)]}
    assert "| mine | ∞ / 0.500 |" in comparison_table.comparison_table(perfect).markdown()
    assert comparison_table.write_comparison(tmp_path, perfect).is_file()
