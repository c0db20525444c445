"""A user study: people choose, or rank, the edits of several systems without knowing whose they
are.

python -m stgan_tf.study make --runs=ours=runs/ours,theirs=runs/theirs --data_dir=data/celeba \
    --attributes=Eyeglasses,Bangs,Blond_Hair --num_questions=24 --study_dir=runs/study
python -m stgan_tf.study serve --study_dir=runs/study --host=0.0.0.0
python -m stgan_tf.study report --study_dir=runs/study
python -m stgan_tf.study plan --shares=ours=0.4,theirs=0.35,other=0.25

make writes the participants' page, page/index.html, which also works without a server, and key.json
with what made each picture. serve collects the answers, report analyses them, plan says how many
are needed, and simulate gives simulated answers, to try out a report.
"""

import logging
import sys
from pathlib import Path

from absl import app, flags

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.data.splits import SPLITS
from stgan_tf.evaluation.compared_runs import parse_runs
from stgan_tf.extras import require
from stgan_tf.flag_notes import EVERY_COMMAND, NOTES, flag_group
from stgan_tf.run_layout import AVERAGE, WEIGHTS, WEIGHTS_HELP
from stgan_tf.user_study.study_key import ANSWER_KINDS, CHOICE

FLAGS = flags.FLAGS
with flag_group("All but plan"):
    flags.DEFINE_string("study_dir", "", "Folder of the study; make creates it.")
with flag_group("make"):
    flags.DEFINE_list("runs", [], "Systems to compare: NAME=RUN_DIR, comma-separated.")
    flags.DEFINE_string(
        "data_dir", "", "Folder of the photos, with labels; empty: that of the first run."
    )
    flags.DEFINE_enum("split", "test", SPLITS, "Which photos, as the first run divides them.")
    flags.DEFINE_list("attributes", [], "Attributes to ask about; empty: all of the first run.")
    flags.DEFINE_integer(
        "num_repeats", 3, "Questions asked a second time, to see how consistent people are.", 0
    )
    flags.DEFINE_integer(
        "num_controls", 3, "Questions with an obvious answer, to see who pays attention.", 0
    )
    flags.DEFINE_enum(
        "answer_kind", CHOICE, ANSWER_KINDS, "Choose the best result, or rank all of them."
    )
    flags.DEFINE_float("intensity", 1.0, "Scale of the edits; 1 is the trained range.", 0.01)
    flags.DEFINE_enum("weights", AVERAGE, WEIGHTS, WEIGHTS_HELP)
    flags.DEFINE_string("contact", "", "E-mail address for questions and answers, on the page.")
    flags.DEFINE_string(
        "texts", "", "JSON file of texts for the page, such as your own consent text."
    )
with flag_group("make and plan"):
    flags.DEFINE_integer(
        "num_questions", 24, "Comparisons for each participant, without repeats and controls.", 1
    )
with flag_group("serve"):
    flags.DEFINE_string("host", "127.0.0.1", "Address to listen on; 0.0.0.0: all interfaces.")
    flags.DEFINE_integer("port", 8600, "Port; 0: a free one.", 0, 65535)
    flags.DEFINE_integer("max_connections", 1024, "Concurrent connections; 0: no limit.", 0)
    flags.DEFINE_integer(
        "max_connections_per_address",
        0,
        "Of these, from one address; 0: no limit (a class may share one).",
        0,
    )
with flag_group("report"):
    flags.DEFINE_list("answers", [], "Files of answers that participants sent, comma-separated.")
    flags.DEFINE_integer(
        "max_failed_controls", 0, "Participants who failed more controls are left out.", 0
    )
    flags.DEFINE_string("out_dir", "", "Folder for the report; empty: STUDY_DIR/report.")
with flag_group("simulate"):
    flags.DEFINE_list("strengths", [], "True strength of each system: NAME=NUMBER.")
    flags.DEFINE_integer("num_participants", 100, "Simulated participants.", 1)
    flags.DEFINE_float("inattentive", 0.0, "Share of them who answer at random.", 0, 1)
with flag_group("make and simulate"):
    flags.DEFINE_integer(
        "seed", None, "Of everything random; empty: make draws one, simulate uses 0.", 0
    )
with flag_group("plan"):
    flags.DEFINE_list("shares", [], "Expected share of choices of each system: NAME=SHARE.")
    flags.DEFINE_float("power", 0.8, "Probability of telling a pair of systems apart.", 0.5, 0.999)
    flags.DEFINE_float(
        "alpha", 0.05, "Error probability, for all pairs of systems together.", 1e-6, 0.5
    )
    flags.DEFINE_float(
        "correlation", 0.02, "Between two answers of one participant (intra-class).", 0, 1
    )


def _make() -> None:
    runs = parse_runs(FLAGS.runs)
    if several := [name for name, folders in runs.items() if len(folders) > 1]:
        raise ValueError(f"--runs: one run for each system. Received several for {several[0]}.")
    folder = Path(FLAGS.study_dir)
    require("tensorflow", "jinja2")
    start_tensorflow()
    from stgan_tf.user_study.making import StudyOptions, make_study, require_empty
    from stgan_tf.user_study.run_edits import RunEdits

    names = ("num_questions", "num_repeats", "num_controls", "answer_kind", "intensity")
    names += ("contact", "seed")
    texts = Path(FLAGS.texts) if FLAGS.texts else None
    options = StudyOptions(texts=texts, **{name: FLAGS[name].value for name in names})
    require_empty(folder)  # before loading takes its time
    run_dirs = {name: run_dir for name, (run_dir,) in runs.items()}
    edits = RunEdits(run_dirs, FLAGS.data_dir, FLAGS.split, FLAGS.attributes, FLAGS.weights)
    key = make_study(folder, edits, options)
    page = folder / "page" / "index.html"
    print(
        f"{len(key.questions)} questions about {len(key.systems)} systems: {page} "
        f"({page.stat().st_size / 1e6:.1f} MB)\n"
        f"Not for participants: {folder / 'key.json'}"
    )


def _serve() -> None:
    require("fastapi", "uvicorn")
    from stgan_tf.user_study.study_server import StudyLimits, serve_study

    form = "%(asctime)s %(levelname)s %(message)s"
    logging.basicConfig(format=form, level=logging.INFO, stream=sys.stderr, force=True)
    limits = StudyLimits(
        max_connections=FLAGS.max_connections,
        max_connections_per_address=FLAGS.max_connections_per_address,
    )
    serve_study(Path(FLAGS.study_dir), FLAGS.host, FLAGS.port, limits)


def _report() -> None:
    require("statsmodels", "jinja2", "matplotlib")
    from stgan_tf.user_study.study_report import read_results, summary_line, write_study_report

    page = write_study_report(
        Path(FLAGS.study_dir),
        Path(FLAGS.out_dir) if FLAGS.out_dir else None,
        [Path(path) for path in FLAGS.answers],
        FLAGS.max_failed_controls,
    )
    results = read_results(page.with_suffix(".json"))
    left_out = results["participants"]["left_out"]
    print(f"{summary_line(results)}\nLeft out as inattentive: {left_out}.\nWritten: {page}")


def _simulate() -> None:
    from stgan_tf.user_study.simulation import simulate

    strengths = _numbers("strengths")
    path = simulate(
        Path(FLAGS.study_dir),
        strengths,
        FLAGS.num_participants,
        FLAGS.inattentive,
        FLAGS.seed or 0,
    )
    print(f"{FLAGS.num_participants} SIMULATED participants: {path}")


def _plan() -> None:
    from stgan_tf.user_study.sample_size import plan_pairs, plan_text

    pairs = plan_pairs(_numbers("shares"), FLAGS.alpha, FLAGS.power)
    print(plan_text(pairs, FLAGS.num_questions, FLAGS.correlation))


#: {action: (what it does, its flags)}
_ACTIONS = {
    "make": (_make, {"All but plan", "make", "make and plan", "make and simulate"}),
    "serve": (_serve, {"All but plan", "serve"}),
    "report": (_report, {"All but plan", "report"}),
    "simulate": (_simulate, {"All but plan", "simulate", "make and simulate"}),
    "plan": (_plan, {"plan", "make and plan"}),
}


def _numbers(flag: str) -> dict[str, float]:
    """{NAME: number} of a list flag."""
    found = {}
    for text in FLAGS[flag].value:
        name, _, value = text.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = None
        if not name or number is None or name in found:
            raise ValueError(f"--{flag} needs distinct pairs NAME=NUMBER. Received: {text!r}.")
        found[name] = number
    return found


def main(argv: list[str]) -> None:
    """Runs the command."""
    if len(argv) != 2 or argv[1] not in _ACTIONS:
        received = " ".join(argv[1:]) or "none"
        raise app.UsageError(f"Takes one of {', '.join(_ACTIONS)}. Received: {received}.")
    run_action, groups = _ACTIONS[argv[1]]
    for name, note in NOTES.items():
        if FLAGS[name].present and note.group not in groups | {EVERY_COMMAND}:
            raise app.UsageError(f"--{name} is not for {argv[1]}, but for {note.group}.")
    if "All but plan" in groups and not FLAGS.study_dir:
        raise app.UsageError("--study_dir: is required. Received: an empty value.")
    try:
        run_action()
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.study: {error}") from error


def run() -> None:
    """Entry point for the console script stgan-study."""
    run_command(main, " | ".join(_ACTIONS))


if __name__ == "__main__":
    run()
