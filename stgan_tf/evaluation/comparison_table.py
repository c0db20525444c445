"""The table and the figure of several evaluated runs, beside the paper's own figures."""

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from stgan_tf.evaluation.compared_systems import ComparedSystem
from stgan_tf.evaluation.plots import trade_off
from stgan_tf.evaluation.published import changed_settings
from stgan_tf.files import write_text
from stgan_tf.images import save_png
from stgan_tf.run_layout import CHECKPOINTS_FOLDER, RAW, checkpoint_names
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_flags import read_flag_file
from stgan_tf.systems.run_length import batches_per_iteration

#: {name: folders of its runs}, one for each seed; the same of their reports.
Runs = Mapping[str, Sequence[Path]]
Reports = Mapping[str, Sequence[dict]]


def report_path(run_dir: Path) -> Path:
    """Where `stgan_tf.evaluate` leaves a run's figures."""
    return run_dir / "evaluation" / "report.json"


def is_measured(run_dir: Path) -> bool:
    """Whether the run's report is there and of its newest checkpoint, and of the averaged weights
    where it keeps them.
    """
    path, names = report_path(run_dir), checkpoint_names(run_dir / CHECKPOINTS_FOLDER)
    if not path.is_file() or not names:
        return False
    report = json.loads(path.read_text(encoding="utf-8"))
    # Reports of earlier versions name neither.
    averaged = report["config"]["training"].get("ema_decay", 0) > 0
    if averaged and report["provenance"].get("weights") == RAW:
        return False
    return names[-1].endswith(f"-{report['step']}")


def read_reports(runs: Runs) -> Reports:
    """The runs' report.json. Raises FileNotFoundError for a run that was not evaluated."""
    reports = {}
    for name, run_dirs in runs.items():
        reports[name] = []
        for run_dir in run_dirs:
            path = report_path(run_dir)
            if not path.is_file():
                raise FileNotFoundError(
                    f"No {path}: evaluate the run with `python -m stgan_tf.evaluate "
                    f"--run_dir={run_dir} --classifier=...`."
                )
            reports[name].append(json.loads(path.read_text(encoding="utf-8")))
    return reports


def differences(reports: Reports) -> list[str]:
    """Sentences on what makes the systems unequal: iterations, seeds, data, size, attributes,
    weights, judge, images.
    """
    questions = {
        "iterations": lambda report: report["step"],
        "seed": lambda report: report["config"]["training"]["seed"],
        "batch size": lambda report: report["config"]["training"]["batch_size"],
        "batches an iteration": lambda report: batches_per_iteration(_config(report)),
        "data": lambda report: report["provenance"]["data_dir"],
        "image size": lambda report: report["config"]["data"]["image_size"],
        "attributes": lambda report: ", ".join(sorted(report["measurements"]["attributes"])),
        "weights": lambda report: report["provenance"].get("weights", RAW),
        "judge": lambda report: report["provenance"]["classifier_sha256"],
        "measured images": lambda report: report["measurements"]["images"],
    }
    found = []
    for title, ask in questions.items():
        # Of a system's runs, each answer once.
        answers = {
            name: " and ".join(sorted({str(ask(report)) for report in runs}))
            for name, runs in reports.items()
        }
        if len(set(answers.values())) > 1:
            listed = ", ".join(f"{name} {answer}" for name, answer in answers.items())
            found.append(f"The runs differ in {title}: {listed}.")
    return found


def published_differences(reports: Reports, systems: Mapping[str, ComparedSystem]) -> list[str]:
    """A line for each system whose published configuration is known: what was changed here.
    ValueError where its flag file cannot be read.
    """
    lines = []
    for name, [report, *_] in reports.items():
        published = systems[name].published if name in systems else None
        if published is None or not published.is_file():
            continue
        changed = changed_settings(_config(report), read_flag_file(published))
        lines.append(f"* **{systems[name].title}**: {', '.join(changed) or 'nothing'}.")
    return lines


def comparison_table(reports: Reports, systems: Mapping[str, ComparedSystem] | None = None) -> str:
    """A Markdown table, a row for each system, in the given order; the mean of several runs, with
    half of what lies between the smallest and the largest.
    """
    intensities = [edit["intensity"] for edit in _first(reports)["measurements"]["edits"]]
    header = ["System", "PSNR / SSIM", "in the paper (CelebA, 128 px)"]
    header += [f"accuracy at {intensity:g}, %" for intensity in intensities]
    header += ["others changed, %"]
    true_edits = all(report.get("true_edits") for runs in reports.values() for report in runs)
    if true_edits:
        header += ["PSNR to the true edit, where it changes / elsewhere", "leakage, grey levels"]
    rows = []
    for name, runs in reports.items():
        known = _known(name, systems)
        measured = [report["measurements"] for report in runs]
        of_edits = [[run["edits"][i] for run in measured] for i in range(len(intensities))]
        paper = f"{known.paper_psnr:.2f} / {known.paper_ssim:.3f}" if known.paper_psnr else "-"
        decibels = _spread([run["reconstruction"]["psnr"] for run in measured], 2)
        similarity = _spread([run["reconstruction"]["ssim"] for run in measured], 3)
        row = [known.title, f"{decibels} / {similarity}", paper]
        row += [_spread([100 * edit["mean_accuracy"] for edit in edits], 1) for edits in of_edits]
        row += [_spread([100 * edit["mean_preservation_error"] for edit in of_edits[0]], 1)]
        if true_edits:
            means = [report["true_edits"]["edits"][0]["mean"] for report in runs]
            inside, outside, leakage = (
                _spread([mean[key] for mean in means], 2)
                for key in ("psnr_inside", "psnr_outside", "leakage")
            )
            row += [f"{inside} / {outside}", leakage]
        rows.append(row)
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_comparison(
    out_dir: Path, reports: Reports, systems: Mapping[str, ComparedSystem] | None = None
) -> Path:
    """Writes comparison.md, comparison.json and trade_off.png; returns the first."""
    points = []
    for name, runs in reports.items():
        known = _known(name, systems)
        measured = [report["measurements"] for report in runs]
        decibels = [run["reconstruction"]["psnr"] for run in measured]
        if None in decibels:  # there is no place for a perfect one on the axis
            continue
        accuracy = statistics.fmean(run["edits"][0]["mean_accuracy"] for run in measured)
        points.append(
            (known.title, statistics.fmean(decibels), accuracy, known.line or known.title)
        )
    changed = published_differences(reports, systems or {})
    save_png(out_dir / "trade_off.png", trade_off(points))
    write_text(out_dir / "comparison.json", json.dumps(reports, indent=2) + "\n")
    first = _first(reports)
    trained_on = dict.fromkeys(
        f"{_images_seen(report):,}" for runs in reports.values() for report in runs
    )
    several = max(len(runs) for runs in reports.values()) > 1
    parts = [
        f"# {len(reports)} systems on {first['measurements']['images']:,} images of the "
        f"{first['provenance']['split']} split",
        f"Each was trained on {' or '.join(trained_on)} images.",
        *differences(reports),
        comparison_table(reports, systems),
        "Accuracy: share of edits a separately trained classifier sees, mean over "
        f"{len(first['measurements']['attributes'])} attributes. Others changed: how often it sees "
        "another attribute unlike it should be, at the first intensity.",
        *[
            "Where a system was trained several times, with a seed each, figures are the mean ± "
            "half of what lies between the smallest and the largest."
        ]
        * several,
        "![Accuracy against reconstruction](trade_off.png)",
        *["## Changed from the published configurations, whose values are in brackets"]
        * bool(changed),
        *["\n".join(changed)] * bool(changed),
    ]
    write_text(out_dir / "comparison.md", "\n\n".join(parts) + "\n")
    return out_dir / "comparison.md"


def parse_runs(texts: Sequence[str]) -> Runs:
    """["NAME=RUN_DIR", ...] -> {name: folders}; a name given again is another run of the same
    system. ValueError for anything else.
    """
    runs: dict[str, list[Path]] = {}
    for text in texts:
        name, separator, folder = text.partition("=")
        if not separator or not name or not folder or Path(folder) in runs.get(name, []):
            raise ValueError(f"--runs needs distinct NAME=RUN_DIR. Received: {text!r}.")
        runs.setdefault(name, []).append(Path(folder))
    return runs


def _known(name: str, systems: Mapping[str, ComparedSystem] | None) -> ComparedSystem:
    return (systems or {}).get(name, ComparedSystem(name))


def _spread(values: Sequence[float | None], digits: int) -> str:
    """The value, or the mean of several ± half their range; ∞ for the PSNR of images that came back
    as they were, which is None.
    """
    if None in values:
        return "∞"
    mean = f"{statistics.fmean(values):.{digits}f}"
    if len(values) == 1:
        return mean
    return f"{mean} ± {(max(values) - min(values)) / 2:.{digits}f}"


def _config(report: dict) -> Config:
    return Config.from_json(json.dumps(report["config"]))


def _images_seen(report: dict) -> int:
    """Images of all batches of the training, repeated ones too."""
    batches = report["step"] * batches_per_iteration(_config(report))
    return batches * report["config"]["training"]["batch_size"]


def _first(reports: Reports) -> dict:
    return next(iter(reports.values()))[0]
