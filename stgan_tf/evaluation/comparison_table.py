"""The table and the figure that compare evaluated runs with each other and with the paper."""

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from stgan_tf.evaluation.compared_runs import Reports
from stgan_tf.evaluation.compared_systems import ComparedSystem, known_system
from stgan_tf.evaluation.comparison_page import (
    Link,
    Notes,
    Picture,
    Table,
    as_markdown,
    as_page,
)
from stgan_tf.evaluation.direction_rows import directions_of
from stgan_tf.evaluation.kept_edits import KeptEdits, side_by_side_figure
from stgan_tf.evaluation.plots import learning_curves, trade_off
from stgan_tf.evaluation.published import changed_settings
from stgan_tf.files import write_text
from stgan_tf.images import save_png
from stgan_tf.run_layout import RAW
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_flags import read_flag_file
from stgan_tf.systems.run_length import batches_per_iteration


def differences(reports: Reports) -> list[str]:
    """Sentences on how the systems' conditions differ: iterations, seeds, data, image size,
    attributes, weights, classifier, images.
    """
    questions = {
        "iterations": lambda report: report["step"],
        "seed": lambda report: report["config"]["training"]["seed"],
        "batch size": lambda report: report["config"]["training"]["batch_size"],
        "batches per iteration": lambda report: batches_per_iteration(_config(report)),
        "data": lambda report: report["provenance"]["data_dir"],
        "image size": lambda report: report["config"]["data"]["image_size"],
        "attributes": lambda report: ", ".join(sorted(report["measurements"]["attributes"])),
        "weights": lambda report: report["provenance"].get("weights", RAW),
        "classifier": lambda report: report["provenance"]["classifier_sha256"],
        "measured images": lambda report: report["measurements"]["images"],
    }
    found = []
    for title, ask in questions.items():
        # Each distinct answer of a system's runs once.
        answers = {
            name: " and ".join(sorted({str(ask(report)) for report in runs}))
            for name, runs in reports.items()
        }
        if len(set(answers.values())) > 1:
            listed = ", ".join(f"{name} {answer}" for name, answer in answers.items())
            found.append(f"The runs differ in {title}: {listed}.")
    return found


def published_differences(
    reports: Reports, systems: Mapping[str, ComparedSystem]
) -> dict[str, str]:
    """{title: changes} for each system whose published configuration is known. Raises ValueError if
    its flag file cannot be read.
    """
    found = {}
    for name, [report, *_] in reports.items():
        published = systems[name].published if name in systems else None
        if published is None or not published.is_file():
            continue
        changed = changed_settings(_config(report), read_flag_file(published))
        found[systems[name].title] = f"{', '.join(changed) or 'nothing'}."
    return found


def comparison_table(
    reports: Reports, systems: Mapping[str, ComparedSystem] | None = None
) -> Table:
    """One row per system, in the given order; for several runs, the mean ± half the range."""
    intensities = [edit["intensity"] for edit in _first(reports)["measurements"]["edits"]]
    of_paper = any(known_system(name, systems).paper_psnr for name in reports)
    header = ["System", "PSNR / SSIM", *["in the paper (CelebA, 128 px)"] * of_paper]
    header += [f"accuracy at {intensity:g}, %" for intensity in intensities]
    several = len(_first(reports)["measurements"]["attributes"]) > 1
    header += ["others changed, %"] * several
    true_edits = all(report.get("true_edits") for runs in reports.values() for report in runs)
    if true_edits:
        header += ["PSNR to the true edit, where it changes / elsewhere", "leakage, grey levels"]
    rows = []
    for name, runs in reports.items():
        known = known_system(name, systems)
        measured = [report["measurements"] for report in runs]
        of_edits = [[run["edits"][i] for run in measured] for i in range(len(intensities))]
        paper = f"{known.paper_psnr:.2f} / {known.paper_ssim:.3f}" if known.paper_psnr else "-"
        decibels = _spread([run["reconstruction"]["psnr"] for run in measured], 2)
        similarity = _spread([run["reconstruction"]["ssim"] for run in measured], 3)
        row = [known.title, f"{decibels} / {similarity}", *[paper] * of_paper]
        row += [_spread([100 * edit["mean_accuracy"] for edit in edits], 1) for edits in of_edits]
        errors = _spread([100 * edit["mean_preservation_error"] for edit in of_edits[0]], 1)
        row += [errors] * several
        if true_edits:
            means = [report["true_edits"]["edits"][0]["mean"] for report in runs]
            inside, outside, leakage = (
                _spread([mean[key] for mean in means], 2)
                for key in ("psnr_inside", "psnr_outside", "leakage")
            )
            row += [f"{inside} / {outside}", leakage]
        rows.append(row)
    return Table(header, rows)


def directions_table(
    reports: Reports, systems: Mapping[str, ComparedSystem] | None = None
) -> Table | None:
    """For domains: the systems at the first intensity for each direction and, if the truth is
    known, the do-nothing baseline. None for attributes.
    """
    first = _first(reports)
    directions = directions_of(first["measurements"])
    if not directions:
        return None
    true_edits = all(report.get("true_edits") for runs in reports.values() for report in runs)
    header = ["Direction", "System", "accuracy, %"]
    header += ["PSNR / SSIM to the truth", "where it changes", "content kept"] * true_edits
    rows = []

    def add(title: str, direction: str, accuracies: list, summaries: list) -> None:
        row = [direction, title, _spread([100 * accuracy for accuracy in accuracies], 1)]
        of_images = [summary["attributes"] for summary in summaries]
        # The few images compared with the truth may include none for this direction.
        means = [means[direction] for means in of_images if direction in means]
        if means:
            psnr, ssim, inside, inside_ssim, content = (
                _spread([mean[key] for mean in means], digits)
                for key, digits in (
                    ("psnr", 2),
                    ("ssim", 3),
                    ("psnr_inside", 2),
                    ("ssim_inside", 3),
                    ("content", 3),
                )
            )
            row += [f"{psnr} / {ssim}", f"{inside} / {inside_ssim}", content]
        row += ["-"] * (len(header) - len(row))
        rows.append(row)

    for direction in directions:
        baseline = first["measurements"]["baseline"]["directions"][direction]["accuracy"]
        nothing = [first["true_edits"]["do_nothing"]] if true_edits else []
        add("(nothing done)", direction, [baseline], nothing)
        for name, runs in reports.items():
            edits = [report["measurements"]["edits"][0] for report in runs]
            accuracies = [edit["directions"][direction]["accuracy"] for edit in edits]
            summaries = [report["true_edits"]["edits"][0] for report in runs if true_edits]
            add(known_system(name, systems).title, direction, accuracies, summaries)
    return Table(header, rows)


def write_comparison(
    out_dir: Path,
    reports: Reports,
    systems: Mapping[str, ComparedSystem] | None = None,
    kept: Mapping[str, KeptEdits] | None = None,
    links: Sequence[Link] = (),
) -> Path:
    """Writes comparison.md, comparison.html, comparison.json, trade_off.png, learning_curves.png
    if the reports have curves and, if the runs' `kept_edits` are given, edits.png; `links` come
    last on the page. Returns the path of comparison.md.
    """
    points = []
    for name, runs in reports.items():
        known = known_system(name, systems)
        measured = [report["measurements"] for report in runs]
        decibels = [run["reconstruction"]["psnr"] for run in measured]
        if None in decibels:  # a perfect reconstruction has no place on the axis
            continue
        accuracy = statistics.fmean(run["edits"][0]["mean_accuracy"] for run in measured)
        points.append(
            (known.title, statistics.fmean(decibels), accuracy, known.line or known.title)
        )
    changed = published_differences(reports, systems or {})
    by_direction = directions_table(reports, systems)
    save_png(out_dir / "trade_off.png", trade_off(points))
    edits = side_by_side_figure(kept) if kept else None
    if edits is not None:
        save_png(out_dir / "edits.png", edits)
    curves = _curves(reports, systems)
    if curves:
        save_png(out_dir / "learning_curves.png", learning_curves(curves))
    write_text(out_dir / "comparison.json", json.dumps(reports, indent=2) + "\n")
    first = _first(reports)
    trained_on = dict.fromkeys(
        f"{_images_seen(report):,}" for runs in reports.values() for report in runs
    )
    several = max(len(runs) for runs in reports.values()) > 1
    title = (
        f"{len(reports)} systems on {first['measurements']['images']:,} images of the "
        f"{first['provenance']['split']} split"
    )
    parts = [
        f"Each was trained on {' or '.join(trained_on)} images.",
        *differences(reports),
        comparison_table(reports, systems),
        *[by_direction] * bool(by_direction),
        _legend(first),
        *[
            "If a system was trained several times, with different seeds, figures are the mean ± "
            "half the range."
        ]
        * several,
        *[Picture("The same images, edited by every system.", "edits.png")] * (edits is not None),
        Picture("Accuracy against reconstruction.", "trade_off.png"),
        *[Picture("The kept checkpoints of each training.", "learning_curves.png")] * bool(curves),
        *[
            Notes(
                "Changes from the published configurations (published values in brackets)", changed
            )
        ]
        * bool(changed),
        *links,
    ]
    write_text(out_dir / "comparison.md", as_markdown(title, parts))
    write_text(out_dir / "comparison.html", as_page(title, parts, out_dir))
    return out_dir / "comparison.md"


def _curves(
    reports: Reports, systems: Mapping[str, ComparedSystem] | None
) -> dict[str, list[dict]]:
    """{title: points of the learning curve of the system's first run}; empty if one has none."""
    # Reports of earlier versions have no curves.
    found = {
        known_system(name, systems).title: (runs[0].get("curve") or {}).get("points")
        for name, runs in reports.items()
    }
    return found if all(found.values()) else {}


def _legend(report: dict) -> str:
    if directions_of(report["measurements"]):
        text = (
            "Accuracy: share of translations that a separately trained classifier assigns to the "
        )
        text += "target domain. Content kept: SSIM to the source where the truth does not differ "
        return text + "from it."
    return (
        "Accuracy: share of edits that a separately trained classifier recognises, mean over "
        f"{len(report['measurements']['attributes'])} attributes. Others changed: how often it "
        "predicts another attribute wrongly, at the first intensity."
    )


def _spread(values: Sequence[float | None], digits: int) -> str:
    """The value, or the mean of several ± half their range; ∞ for None, the PSNR of images that
    were returned unchanged.
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
    """The number of images in all training batches, counting repetitions."""
    batches = report["step"] * batches_per_iteration(_config(report))
    return batches * report["config"]["training"]["batch_size"]


def _first(reports: Reports) -> dict:
    return next(iter(reports.values()))[0]
