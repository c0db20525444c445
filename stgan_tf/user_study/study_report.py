"""Writes the report of a study: report.json, report.html, figures, and the answers as CSV and JSON.
No TensorFlow here.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from stgan_tf.evaluation import page_templates, plots
from stgan_tf.evaluation.comparison_page import Link
from stgan_tf.files import write_text
from stgan_tf.images import save_png
from stgan_tf.user_study.answer_files import as_csv, as_json, collect
from stgan_tf.user_study.study_key import read_key
from stgan_tf.user_study.study_results import study_results

REPORT_FOLDER = "report"
_REPORT = "report.json"
_PACKAGE = "stgan_tf.user_study"
#: Heads everything that is computed from simulated answers.
SIMULATED = "SIMULATED ANSWERS, not people's"


def write_study_report(
    folder: Path,
    out_dir: Path | None = None,
    files: Iterable[Path] = (),
    max_failed_controls: int = 0,
) -> Path:
    """Writes the report on the answers in the study's database and in `files` (JSON that
    participants sent) to `out_dir`, by default `folder`/report. Returns the path of report.html.

    Raises FileNotFoundError or ValueError for missing or unsuitable files, and without answers.
    """
    key = read_key(folder)
    answers = collect(key, folder, files)
    results = study_results(key, answers, max_failed_controls)
    out_dir = out_dir or folder / REPORT_FOLDER
    title = SIMULATED if results["simulated"] else ""
    groups = {"Overall": results["overall"], **results["attributes"]}
    shares = {
        name: [
            (system, *(100 * found[field] for field in ("value", "low", "high")))
            for system, found in summary["shares"].items()
        ]
        for name, summary in groups.items()
    }
    strengths = {
        name: [
            (system, found["value"], found["low"], found["high"])
            for system, found in summary["strengths"].items()
            if found
        ]
        for name, summary in groups.items()
    }
    chance = 100 / len(results["systems"])
    figures = {
        "shares": (
            "Share of choices with 95 % intervals; the dashed line is chance.",
            plots.intervals(shares, "chosen as the best, %", title, chance),
        ),
        "strengths": (
            "Bradley-Terry strengths with 95 % intervals; 0 is the mean.",
            plots.intervals(strengths, "strength (natural logarithm of the odds)", title, 0),
        ),
    }
    for name, (_, image) in figures.items():
        save_png(out_dir / f"{name}.png", image)
    write_text(out_dir / "answers.json", as_json(key, answers))
    write_text(out_dir / "answers.csv", as_csv(key, answers))
    write_text(out_dir / _REPORT, json.dumps(results, indent=2, allow_nan=False) + "\n")
    page = page_templates.render(
        "study_report",
        _PACKAGE,
        title="User study" + f" ({SIMULATED})" * results["simulated"],
        simulated=SIMULATED if results["simulated"] else "",
        results=results,
        figures=[(caption, out_dir / f"{name}.png") for name, (caption, _) in figures.items()],
        details=json.dumps(
            {name: results[name] for name in ("study", "provenance", "controls")}, indent=2
        ),
    )
    write_text(out_dir / "report.html", page)
    return out_dir / "report.html"


def summary_line(results: dict) -> str:
    """The shares of report.json in one sentence."""
    shares = sorted(results["overall"]["shares"].items(), key=lambda item: -item[1]["value"])
    told = ", ".join(
        f"{system} {100 * found['value']:.1f} % "
        f"({100 * found['low']:.1f} to {100 * found['high']:.1f})"
        for system, found in shares
    )
    people = f"{results['participants']['counted']:,} participants"
    prefix = f"{SIMULATED}. " * results["simulated"]
    return f"{prefix}Chosen as the best by {people}, 95 % intervals: {told}."


def read_results(path: Path) -> dict:
    """Reads a report.json. Raises FileNotFoundError, or ValueError if it cannot be read."""
    if not path.is_file():
        raise FileNotFoundError(
            f"No {path}: write it with `python -m stgan_tf.study report --study_dir=...`."
        )
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        summary_line(results)
        return results
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} is damaged: write it again with `python -m stgan_tf.study report` ({error!r})."
        ) from error


def has_report(folder: Path) -> bool:
    """Whether the study in `folder` has a report, where it is written by default."""
    return (folder / REPORT_FOLDER / _REPORT).is_file()


def link_to_study(folder: Path, from_folder: Path) -> Link:
    """A link to the report of the study in `folder` for a page in `from_folder`, with the result in
    a sentence. Raises like `read_results`.
    """
    report = folder / REPORT_FOLDER
    results = read_results(report / _REPORT)
    return Link("User study", summary_line(results), report / "report.html", from_folder)
