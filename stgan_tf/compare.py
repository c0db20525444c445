"""Trains and measures several systems alike, or takes finished runs, and sets them side by side.

python -m stgan_tf.compare --data_dir=data/faces --classifier=runs/judge --out_dir=runs/compare
python -m stgan_tf.compare --runs=mine=runs/a,mine=runs/b,theirs=runs/c --out_dir=runs/compare

Run again, it goes on where it stopped.
"""

from pathlib import Path

from absl import flags

from stgan_tf.command import run_command
from stgan_tf.evaluation.compared_systems import read_systems
from stgan_tf.evaluation.comparison_table import (
    is_measured,
    parse_runs,
    read_reports,
    report_path,
    write_comparison,
)
from stgan_tf.stages import Stage, run_stages

FLAGS = flags.FLAGS
flags.DEFINE_list(
    "systems", [], "Flag files (stems) in --flag_dir, one a system; empty: all of its systems.json."
)
flags.DEFINE_string("flag_dir", "flags/compare", "Folder of the systems' flag files.")
flags.DEFINE_list(
    "runs",
    [],
    "Evaluated runs to compare instead: NAME=RUN_DIR, comma separated; runs of one name are one "
    "system with several seeds.",
)
flags.DEFINE_string(
    "data_flags",
    "",
    "A flag file read after each system's, for other data (flags/compare/common_photos.cfg).",
)
flags.DEFINE_string("data_dir", "", "Data set of all systems; empty: what the flag files say.")
flags.DEFINE_string("classifier", "", "Judge of all systems (stgan_tf.train_classifier).")
flags.DEFINE_string("out_dir", None, "Folder for the runs and the table.", required=True)
flags.DEFINE_integer("num_iterations", 0, "Instead of the flag files' number.", lower_bound=0)
flags.DEFINE_list("seeds", ["0"], "Each system is trained with each of these seeds.")
flags.DEFINE_integer("max_images", 0, "Test images to measure on; 0: all.", lower_bound=0)


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
    """Flags -> a run for each system and seed -> the table."""
    out_dir, flag_dir = Path(FLAGS.out_dir), Path(FLAGS.flag_dir)
    try:
        systems = read_systems(flag_dir)
        runs = parse_runs(FLAGS.runs)
        if not runs:
            files = {name: flag_dir / f"{name}.cfg" for name in FLAGS.systems or systems}
            seeds = _seeds()
            _require(files)
            runs = {name: [_run_dir(out_dir, name, seed) for seed in seeds] for name in files}
            # All systems with one seed before the next: a table is soon complete.
            for i, seed in enumerate(seeds):
                for name, run_dirs in runs.items():
                    _train_and_measure(name, files[name], run_dirs[i], seed)
        page = write_comparison(out_dir, read_reports(runs), systems)
    except (ValueError, OSError, RuntimeError) as error:
        raise SystemExit(f"stgan_tf.compare: {error}") from error
    print(f"\n{page.read_text(encoding='utf-8')}\nWritten: {page}")


def _seeds() -> list[int]:
    if not all(text.isdecimal() for text in FLAGS.seeds) or not FLAGS.seeds:
        raise ValueError(
            f"--seeds must be whole numbers from 0, comma separated. Received: {FLAGS.seeds!r}."
        )
    return list(dict.fromkeys(int(text) for text in FLAGS.seeds))


def _run_dir(out_dir: Path, name: str, seed: int) -> Path:
    """The same folder for a seed whichever others are asked for: they can be added later."""
    return out_dir / (f"{name}_seed_{seed}" if seed else name)


def _require(files: dict[str, Path]) -> None:
    if not FLAGS.classifier:
        raise ValueError("--classifier: is needed. Received: an empty value.")
    if not files:
        raise ValueError(
            f"--systems: is needed, because {FLAGS.flag_dir} has no list of systems. Received: an "
            "empty value."
        )
    if FLAGS.data_flags and not Path(FLAGS.data_flags).is_file():
        raise ValueError(f"--data_flags: no such file. Received: {FLAGS.data_flags}.")
    if missing := [str(path) for path in files.values() if not path.is_file()]:
        raise ValueError(f"--systems: no flag file {', '.join(missing)}.")


def run() -> None:
    """Entry point of the console script stgan-compare."""
    run_command(main)


if __name__ == "__main__":
    run()
