"""The runs of a comparison: parsing them, whether they are evaluated, and their results."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from stgan_tf.evaluation.compared_systems import ComparedSystem, known_system
from stgan_tf.evaluation.kept_edits import UNREADABLE, KeptEdits, read_edits
from stgan_tf.run_layout import CHECKPOINTS_FOLDER, RAW, checkpoint_names

#: {name: folders of its runs}, one per seed; and likewise for their reports.
Runs = Mapping[str, Sequence[Path]]
Reports = Mapping[str, Sequence[dict]]


def parse_runs(texts: Sequence[str]) -> Runs:
    """["NAME=RUN_DIR", ...] -> {name: folders}; a repeated name is another run of the same system.
    Raises ValueError for anything else.
    """
    runs: dict[str, list[Path]] = {}
    for text in texts:
        name, separator, folder = text.partition("=")
        if not separator or not name or not folder or Path(folder) in runs.get(name, []):
            raise ValueError(f"--runs needs distinct pairs NAME=RUN_DIR. Received: {text!r}.")
        runs.setdefault(name, []).append(Path(folder))
    return runs


def report_path(run_dir: Path) -> Path:
    """Where `stgan_tf.evaluate` writes a run's results."""
    return run_dir / "evaluation" / "report.json"


def is_measured(run_dir: Path) -> bool:
    """Whether the run has a report for its newest checkpoint, and for the averaged weights if it
    keeps them.
    """
    path, names = report_path(run_dir), checkpoint_names(run_dir / CHECKPOINTS_FOLDER)
    if not path.is_file() or not names:
        return False
    report = _read_report(path)
    # Reports of earlier versions record neither.
    averaged = report["config"]["training"].get("ema_decay", 0) > 0
    if averaged and report["provenance"].get("weights") == RAW:
        return False
    return names[-1].endswith(f"-{report['step']}")


def read_reports(runs: Runs) -> Reports:
    """Reads each run's report.json. Raises FileNotFoundError for a run that was not evaluated,
    ValueError for a report that cannot be read.
    """
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
            reports[name].append(_read_report(path))
    return reports


def _read_report(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} {UNREADABLE} ({error}).") from error


def kept_edits(
    runs: Runs, systems: Mapping[str, ComparedSystem] | None = None
) -> dict[str, KeptEdits]:
    """{title: the edits kept by the system's first run}; empty if any run has none."""
    found = {
        known_system(name, systems).title: read_edits(report_path(run_dirs[0]).parent)
        for name, run_dirs in runs.items()
    }
    return {} if None in found.values() else found
