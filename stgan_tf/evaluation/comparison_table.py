"""The table and the figure of several evaluated runs, beside the paper's own figures."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from stgan_tf.evaluation.plots import trade_off
from stgan_tf.files import write_text
from stgan_tf.images import save_png
from stgan_tf.run_layout import CHECKPOINTS_FOLDER, RAW, checkpoint_names
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import batches_per_iteration


@dataclasses.dataclass(frozen=True)
class Known:
    """A system of the article: its name there, the line it belongs to in the figure, and its
    reconstruction in the paper's tables 1 and 2 (CelebA, 128 px), where they have it.
    """

    title: str
    group: str
    psnr: float | None = None
    ssim: float | None = None


#: By the stem of the flag file.
SYSTEMS = {
    "attgan_ed": Known("AttGAN-ED", "AttGAN", 22.68, 0.758),
    "attgan_1skip": Known("AttGAN", "AttGAN", 24.07, 0.841),
    "attgan_2skips": Known("AttGAN-2s", "AttGAN", 26.13, 0.897),
    "attgan_unet": Known("AttGAN-UNet", "AttGAN", 29.66, 0.929),
    "icgan": Known("IcGAN", "IcGAN", 15.28, 0.430),
    "fadernet": Known("FaderNet", "FaderNet", 30.62, 0.908),
    "stargan": Known("StarGAN", "StarGAN", 22.80, 0.819),
    "stgan": Known("STGAN", "STGAN", 31.67, 0.948),
    "stgan_target": Known("STGAN, target vector", "STGAN, target vector"),
    "stgan_gru": Known("STGAN, state gru", "STGAN, state gru"),
    "stgan_direct": Known("STGAN, state direct", "STGAN, state direct"),
    "stgan_conv": Known("STGAN-conv (our re-derivation)", "STGAN, conv"),
    "stgan_conv_res": Known("STGAN-conv-res (our re-derivation)", "STGAN, conv-res"),
    "stgan_res": Known("STGAN-res (our re-derivation)", "STGAN, res"),
    "stgan_gru_res": Known("STGAN-gru-res (our re-derivation)", "STGAN, gru-res"),
    "stgan_bn": Known("STGAN, batch norm in units", "STGAN, batch norm"),
    "stgan_in": Known("STGAN, instance norm in units", "STGAN, instance norm"),
}


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


def read_reports(run_dirs: Mapping[str, Path]) -> dict[str, dict]:
    """{name: report.json}. Raises FileNotFoundError for a run that was not evaluated."""
    reports = {}
    for name, run_dir in run_dirs.items():
        path = report_path(run_dir)
        if not path.is_file():
            raise FileNotFoundError(
                f"No {path}: evaluate the run with `python -m stgan_tf.evaluate "
                f"--run_dir={run_dir} --classifier=...`."
            )
        reports[name] = json.loads(path.read_text(encoding="utf-8"))
    return reports


def differences(reports: Mapping[str, dict]) -> list[str]:
    """Sentences on what makes the runs unequal: iterations, seed, data, size, weights, judge,
    images.
    """
    questions = {
        "iterations": lambda report: report["step"],
        "seed": lambda report: report["config"]["training"]["seed"],
        "batch size": lambda report: report["config"]["training"]["batch_size"],
        "batches an iteration": lambda report: batches_per_iteration(
            Config.from_json(json.dumps(report["config"]))
        ),
        "data": lambda report: report["provenance"]["data_dir"],
        "image size": lambda report: report["config"]["data"]["image_size"],
        "weights": lambda report: report["provenance"].get("weights", RAW),
        "judge": lambda report: report["provenance"]["classifier_sha256"],
        "measured images": lambda report: report["measurements"]["images"],
    }
    found = []
    for title, ask in questions.items():
        answers = {name: ask(report) for name, report in reports.items()}
        if len(set(answers.values())) > 1:
            listed = ", ".join(f"{name} {answer}" for name, answer in answers.items())
            found.append(f"The runs differ in {title}: {listed}.")
    return found


def comparison_table(reports: Mapping[str, dict]) -> str:
    """A Markdown table, a row for each run, in the given order."""
    intensities = [edit["intensity"] for edit in _first(reports)["measurements"]["edits"]]
    header = ["System", "PSNR / SSIM", "in the paper (CelebA, 128 px)"]
    header += [f"accuracy at {intensity:g}, %" for intensity in intensities]
    header += ["others changed, %"]
    true_edits = all(report.get("true_edits") for report in reports.values())
    if true_edits:
        header += ["PSNR to the true edit, where it changes / elsewhere", "leakage, grey levels"]
    rows = []
    for name, report in reports.items():
        known = SYSTEMS.get(name, Known(name, name))
        measured = report["measurements"]
        reconstruction = measured["reconstruction"]
        paper = f"{known.psnr:.2f} / {known.ssim:.3f}" if known.psnr else "-"
        # None: every image came back as it was.
        decibels = "∞" if reconstruction["psnr"] is None else f"{reconstruction['psnr']:.2f}"
        row = [known.title, f"{decibels} / {reconstruction['ssim']:.3f}", paper]
        row += [f"{100 * edit['mean_accuracy']:.1f}" for edit in measured["edits"]]
        row += [f"{100 * measured['edits'][0]['mean_preservation_error']:.1f}"]
        if true_edits:
            mean = report["true_edits"]["edits"][0]["mean"]
            row += [f"{mean['psnr_inside']:.2f} / {mean['psnr_outside']:.2f}"]
            row += [f"{mean['leakage']:.2f}"]
        rows.append(row)
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_comparison(out_dir: Path, reports: Mapping[str, dict]) -> Path:
    """Writes comparison.md, comparison.json and trade_off.png; returns the first."""
    points = []
    for name, report in reports.items():
        known = SYSTEMS.get(name, Known(name, name))
        measured = report["measurements"]
        accuracy, psnr = measured["edits"][0]["mean_accuracy"], measured["reconstruction"]["psnr"]
        if psnr is not None:  # there is no place for a perfect one on the axis
            points.append((known.title, psnr, accuracy, known.group))
    save_png(out_dir / "trade_off.png", trade_off(points))
    write_text(out_dir / "comparison.json", json.dumps(reports, indent=2) + "\n")
    first = _first(reports)
    parts = [
        f"# {len(reports)} systems, {first['step']:,} iterations, "
        f"{first['measurements']['images']:,} images of the {first['provenance']['split']} split",
        *differences(reports),
        comparison_table(reports),
        "Accuracy: share of edits a separately trained classifier sees, mean over "
        f"{len(first['measurements']['attributes'])} attributes. Others changed: how often it sees "
        "another attribute unlike it should be, at the first intensity.",
        "![Accuracy against reconstruction](trade_off.png)",
    ]
    write_text(out_dir / "comparison.md", "\n\n".join(parts) + "\n")
    return out_dir / "comparison.md"


def parse_runs(texts: Sequence[str]) -> dict[str, Path]:
    """["NAME=RUN_DIR", ...] -> {name: folder}; ValueError for anything else."""
    runs = {}
    for text in texts:
        name, separator, folder = text.partition("=")
        if not separator or not name or not folder or name in runs:
            raise ValueError(f"--runs needs distinct NAME=RUN_DIR. Received: {text!r}.")
        runs[name] = Path(folder)
    return runs


def _first(reports: Mapping[str, dict]) -> dict:
    return next(iter(reports.values()))
