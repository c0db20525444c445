"""Trains and measures several systems alike, or takes finished runs, and sets them side by side.

python -m stgan_tf.compare --data_dir=data/faces --classifier=runs/judge --out_dir=runs/compare
python -m stgan_tf.compare --runs=mine=runs/a,theirs=runs/b --out_dir=runs/compare

Run again, it goes on where it stopped.
"""

from pathlib import Path

from absl import flags

from stgan_tf.command import run_command
from stgan_tf.evaluation.comparison_table import (
    SYSTEMS,
    is_measured,
    parse_runs,
    read_reports,
    report_path,
    write_comparison,
)
from stgan_tf.stages import Stage, run_stages

FLAGS = flags.FLAGS
flags.DEFINE_list("systems", list(SYSTEMS), "Flag files (stems) in --flag_dir, one a system.")
flags.DEFINE_string("flag_dir", "flags/compare", "Folder of the systems' flag files.")
flags.DEFINE_list("runs", [], "Evaluated runs to compare instead: NAME=RUN_DIR, comma separated.")
flags.DEFINE_string("data_dir", "", "Data set of all systems; empty: what the flag files say.")
flags.DEFINE_string("classifier", "", "Judge of all systems (stgan_tf.train_classifier).")
flags.DEFINE_string("out_dir", None, "Folder for the runs and the table.", required=True)
flags.DEFINE_integer("num_iterations", 0, "Instead of the flag files' number.", lower_bound=0)
flags.DEFINE_integer("seed", 0, "Seed of all systems.", lower_bound=0)
flags.DEFINE_integer("max_images", 0, "Test images to measure on; 0: all.", lower_bound=0)


def _train_and_measure(name: str, flag_file: Path, run_dir: Path) -> None:
    train = ["stgan_tf.train", f"--flagfile={flag_file}", f"--run_dir={run_dir}"]
    train += [f"--data_dir={FLAGS.data_dir}"] * bool(FLAGS.data_dir) + [f"--seed={FLAGS.seed}"]
    if FLAGS.num_iterations:
        train.append(f"--num_iterations={FLAGS.num_iterations}")
    evaluate = ["stgan_tf.evaluate", f"--run_dir={run_dir}", f"--classifier={FLAGS.classifier}"]
    evaluate.append(f"--max_images={FLAGS.max_images}")
    print(run_stages([Stage(f"Train {name}", train, run_dir)]), flush=True)
    report, measured = report_path(run_dir), is_measured(run_dir)
    print(run_stages([Stage(f"Measure {name}", evaluate, report, measured)]), flush=True)


def main(argv: list[str]) -> None:
    """Flags -> a run for each system -> the table."""
    out_dir = Path(FLAGS.out_dir)
    try:
        runs = parse_runs(FLAGS.runs)
        if not runs:
            runs = {name: out_dir / name for name in FLAGS.systems}
            files = {name: Path(FLAGS.flag_dir) / f"{name}.cfg" for name in runs}
            _require(files)
            for name, run_dir in runs.items():
                _train_and_measure(name, files[name], run_dir)
        page = write_comparison(out_dir, read_reports(runs))
    except (ValueError, OSError, RuntimeError) as error:
        raise SystemExit(f"stgan_tf.compare: {error}") from error
    print(f"\n{page.read_text(encoding='utf-8')}\nWritten: {page}")


def _require(files: dict[str, Path]) -> None:
    if not FLAGS.classifier:
        raise ValueError("--classifier: is needed. Received: an empty value.")
    if missing := [str(path) for path in files.values() if not path.is_file()]:
        raise ValueError(f"--systems: no flag file {', '.join(missing)}.")


def run() -> None:
    """Entry point of the console script stgan-compare."""
    run_command(main)


if __name__ == "__main__":
    run()
