"""Trains and evaluates several systems under the same conditions, or takes finished runs, and
compares them.

python -m stgan_tf.compare --classifier=runs/classifier --out_dir=runs/compare
python -m stgan_tf.compare --runs=mine=runs/a,mine=runs/b,theirs=runs/c --out_dir=runs/compare

If interrupted, the same command continues where it stopped.
"""

from pathlib import Path

from absl import flags

from stgan_tf.command import run_command
from stgan_tf.evaluation.compared_runs import (
    is_measured,
    kept_edits,
    parse_runs,
    read_reports,
    report_path,
)
from stgan_tf.evaluation.compared_systems import read_systems
from stgan_tf.evaluation.comparison_page import Link
from stgan_tf.evaluation.comparison_table import write_comparison
from stgan_tf.extras import require
from stgan_tf.flag_files import find_flag_file
from stgan_tf.flag_notes import flag_group
from stgan_tf.stages import Stage, run_stages
from stgan_tf.user_study.study_report import has_report, link_to_study

FLAGS = flags.FLAGS
with flag_group("Systems"):
    flags.DEFINE_list(
        "systems",
        [],
        "Names of flag files in --flag_dir, without suffix, one per system; empty: all in its "
        "systems.json.",
    )
    flags.DEFINE_string("flag_dir", "flags/compare", "Folder with the systems' flag files.")
    flags.DEFINE_list(
        "runs",
        [],
        "Evaluated runs to compare instead: NAME=RUN_DIR, comma-separated; runs with the same name "
        "are one system with several seeds.",
    )
    flags.DEFINE_string(
        "data_flags",
        "",
        "A flag file read after each system's, to change the data "
        "(flags/compare/common_photos.cfg).",
    )
    flags.DEFINE_integer(
        "num_iterations", 0, "Training iterations; 0: as the flag files say.", lower_bound=0
    )
    flags.DEFINE_list("seeds", ["0"], "Train each system with each of these seeds.")
with flag_group("Data"):
    flags.DEFINE_string(
        "data_dir", "", "Data folder for all systems; empty: as the flag files say."
    )
    flags.DEFINE_string(
        "classifier", "", "Classifier that measures all systems (stgan_tf.train_classifier)."
    )
    flags.DEFINE_integer("max_images", 0, "Number of test images; 0: all.", lower_bound=0)
with flag_group("Output"):
    flags.DEFINE_string("out_dir", None, "Folder for the runs and the table.", required=True)
    flags.DEFINE_string(
        "study_dir",
        "",
        "Folder of a user study of these systems (stgan_tf.study), whose report the page links; "
        "empty: OUT_DIR/study, if it has a report.",
    )


def _train_and_measure(name: str, flag_file: Path, run_dir: Path, seed: int) -> None:
    train = ["stgan_tf.train", f"--flagfile={flag_file}"]
    train += [f"--flagfile={FLAGS.data_flags}"] * bool(FLAGS.data_flags) + [f"--run_dir={run_dir}"]
    train += [f"--data_dir={FLAGS.data_dir}"] * bool(FLAGS.data_dir) + [f"--seed={seed}"]
    if FLAGS.num_iterations:
        train.append(f"--num_iterations={FLAGS.num_iterations}")
    evaluate = ["stgan_tf.evaluate", f"--run_dir={run_dir}", f"--classifier={FLAGS.classifier}"]
    evaluate.append(f"--max_images={FLAGS.max_images}")
    print(run_stages([Stage(f"Train {name}", train, run_dir)]), flush=True)
    report, measured = report_path(run_dir), is_measured(run_dir)
    print(run_stages([Stage(f"Measure {name}", evaluate, report, measured)]), flush=True)


def main(argv: list[str]) -> None:
    """Runs the command: a run for each system and seed, then the table."""
    out_dir, flag_dir = Path(FLAGS.out_dir), find_flag_file(FLAGS.flag_dir)
    try:
        systems = read_systems(flag_dir)
        runs = parse_runs(FLAGS.runs)
        _study(out_dir)  # a wrong folder is reported now, not after the training
        if not runs:
            files = {name: flag_dir / f"{name}.cfg" for name in FLAGS.systems or systems}
            seeds = _seeds()
            _require(files)
            require("tensorflow")
            runs = {name: [_run_dir(out_dir, name, seed) for seed in seeds] for name in files}
            # All systems with one seed before the next seed: so a full table exists early.
            for i, seed in enumerate(seeds):
                for name, run_dirs in runs.items():
                    _train_and_measure(name, files[name], run_dirs[i], seed)
        reports = read_reports(runs)
        page = write_comparison(
            out_dir, reports, systems, kept_edits(runs, systems), _study(out_dir)
        )
    except (ValueError, OSError, RuntimeError) as error:
        raise SystemExit(f"stgan_tf.compare: {error}") from error
    print(f"\n{page.read_text(encoding='utf-8')}\nWritten: {page}")


def _study(out_dir: Path) -> list[Link]:
    if FLAGS.study_dir:
        return [link_to_study(Path(FLAGS.study_dir), out_dir)]
    folder = out_dir / "study"
    return [link_to_study(folder, out_dir)] if has_report(folder) else []


def _seeds() -> list[int]:
    if not all(text.isdecimal() for text in FLAGS.seeds) or not FLAGS.seeds:
        raise ValueError(
            f"--seeds must be non-negative integers, comma-separated. Received: {FLAGS.seeds!r}."
        )
    return list(dict.fromkeys(int(text) for text in FLAGS.seeds))


def _run_dir(out_dir: Path, name: str, seed: int) -> Path:
    """The folder for a seed, whichever other seeds are given: more can be added later."""
    return out_dir / (f"{name}_seed_{seed}" if seed else name)


def _require(files: dict[str, Path]) -> None:
    if not FLAGS.classifier:
        raise ValueError("--classifier: is required. Received: an empty value.")
    if not files:
        raise ValueError(
            f"--systems: is required, because {FLAGS.flag_dir} has no systems.json. Received: an "
            "empty value."
        )
    if FLAGS.data_flags and not find_flag_file(FLAGS.data_flags).is_file():
        raise ValueError(f"--data_flags: no such file. Received: {FLAGS.data_flags}.")
    if missing := [str(path) for path in files.values() if not path.is_file()]:
        raise ValueError(f"--systems: no flag file {', '.join(missing)}.")


def run() -> None:
    """Entry point for the console script stgan-compare."""
    run_command(main)


if __name__ == "__main__":
    run()
