"""Kills and restarts a training run at random moments, and checks that nothing is lost but time.

    python tests/training/soak.py --rounds=200 --dir=/tmp/soak

Each round starts the run of flags/soak.cfg again and kills it (SIGKILL) after a random time, which
may fall into starting, training, or writing a checkpoint. After each kill the newest checkpoint
must be whole and not older than the one before, and the metrics must be readable. At the end the
run is finished, and its checkpoint must equal, to the bit, that of a run that was never disturbed.

A round is cheap because TensorFlow is imported once: rounds are forks of this process, which must
not start TensorFlow's runtime itself.
"""

import argparse
import ctypes
import dataclasses
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from absl import flags  # noqa: E402

from stgan_tf.synthetic.faces import write_dataset  # noqa: E402
from stgan_tf.systems.run_flags import config_from_flags, define_run_flags  # noqa: E402
from stgan_tf.training import checkpoint_files  # noqa: E402
from stgan_tf.training.session import train  # noqa: E402

#: Iterations that are left to do after the last kill.
_LAST_ITERATIONS = 5


class SoakFailed(AssertionError):
    """The run was damaged, went back, or ended with other weights."""


def soak_config(data_dir: Path):
    """The configuration of flags/soak.cfg, without an end."""
    define_run_flags()
    flags.FLAGS(["soak", f"--flagfile={ROOT / 'flags' / 'soak.cfg'}", f"--data_dir={data_dir}"])
    config = config_from_flags()
    return with_iterations(config, 10**9)


def with_iterations(config, number: int):
    training = dataclasses.replace(config.training, num_iterations=number)
    return dataclasses.replace(config, training=training)


def start(config, run_dir: Path, log: Path) -> int:
    """Trains in a forked process; returns its process id."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        # Goes when this process does (PR_SET_PDEATHSIG), however that ends.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        with log.open("a") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        train(config, run_dir, tf.distribute.get_strategy())
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def finish(config, run_dir: Path, log: Path) -> None:
    _, status = os.waitpid(start(config, run_dir, log), 0)
    if status:
        raise SoakFailed(f"Training {run_dir} ended with status {status}: see {log}.")


def newest_iteration(run_dir: Path) -> int:
    """Of the checkpoint that the run would go on from, which must be whole; 0: none yet."""
    candidates = checkpoint_files.candidates(run_dir / "checkpoints")
    if not candidates:
        return 0
    damage = checkpoint_files.find_damage(candidates[0])
    if damage or not checkpoint_files.has_checksums(candidates[0]):
        raise SoakFailed(f"{candidates[0]}: {damage or 'no checksums'}.")
    return int(candidates[0].name.rsplit("-", 1)[1])


def logged_iterations(run_dir: Path) -> list[int]:
    """Of metrics.jsonl; the last line may have been cut off by the kill."""
    path = run_dir / "metrics.jsonl"
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line)["iteration"] for line in lines]


def variables(run_dir: Path) -> dict[str, bytes]:
    """{name: bytes} of all that the newest checkpoint holds, but how often it was saved."""
    iteration = newest_iteration(run_dir)
    reader = tf.train.load_checkpoint(str(run_dir / "checkpoints" / f"iteration-{iteration}"))
    return {
        name: np.asarray(reader.get_tensor(name)).tobytes()
        for name in reader.get_variable_to_shape_map()
        if name.endswith("VARIABLE_VALUE") and "save_counter" not in name
    }


def soak(rounds: int, folder: Path, seed: int, minutes: float = 0) -> dict:
    """Runs it, with fewer rounds where they take longer than `minutes` (0: however long); returns
    the figures. Raises SoakFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_dataset(folder / "faces", 64, seed=1, num_processes=1)
    config, log = soak_config(folder / "faces"), folder / "train.log"
    run_dir, chance = folder / "killed", random.Random(seed)
    # How long a start takes here, by starting once; a kill comes within one and a half times that.
    began = time.monotonic()
    finish(with_iterations(config, 3), run_dir, log)
    longest = 1.5 * (time.monotonic() - began)

    lost, done, resumed_from = [], newest_iteration(run_dir), []
    for number in range(1, rounds + 1):
        process = start(config, run_dir, log)
        time.sleep(chance.uniform(0, longest))
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        if not os.WIFSIGNALED(status):
            raise SoakFailed(f"Round {number} ended by itself, with status {status}: see {log}.")
        newest, logged = newest_iteration(run_dir), logged_iterations(run_dir)
        if newest < done:
            raise SoakFailed(f"Round {number}: back from iteration {done} to {newest}.")
        if logged != list(range(1, len(logged) + 1)):
            raise SoakFailed(f"Round {number}: iterations are missing or doubled in {logged}.")
        resumed_from.append(newest)
        lost.append(max(0, len(logged) - newest))
        done = newest
        print(f"round {number}: at iteration {newest}, {lost[-1]} lost", flush=True)
        if minutes and time.monotonic() - began > 60 * minutes:
            break

    target = with_iterations(config, done + _LAST_ITERATIONS)
    finish(target, run_dir, log)
    finish(target, folder / "undisturbed", log)
    ours, theirs = variables(run_dir), variables(folder / "undisturbed")
    differing = [name for name in theirs if ours.get(name) != theirs[name]]
    if ours.keys() != theirs.keys() or differing:
        raise SoakFailed(f"{len(differing)} of {len(theirs)} variables differ: {differing[:3]}.")
    strays = [path.name for path in (run_dir / "checkpoints").glob(".*")]
    if strays:
        raise SoakFailed(f"Left over: {strays}.")
    return {
        "rounds": len(lost),
        "iterations": done + _LAST_ITERATIONS,
        "rounds_that_got_further": len(set(resumed_from)),
        "iterations_between_checkpoints": config.training.checkpoint_every,
        "most_iterations_lost_in_a_round": max(lost, default=0),
        "iterations_lost_in_all": sum(lost),
        "variables_compared": len(theirs),
        "variables_that_differ": len(differing),
        "seconds": round(time.monotonic() - began),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=0, help="no new round after so many")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.dir.exists() and any(options.dir.iterdir()):
        parser.error(f"--dir must be empty. Received: {options.dir}.")
    try:
        print(json.dumps(soak(options.rounds, options.dir, options.seed, options.minutes)))
    except SoakFailed as error:
        raise SystemExit(f"soak: {error}") from error


if __name__ == "__main__":
    main()
