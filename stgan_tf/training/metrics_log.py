"""Loss terms of a run: metrics.jsonl for programs, TensorBoard events for people."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.files import sync, write_text

METRICS_FILE = "metrics.jsonl"
EVENTS_FOLDER = "events"


class MetricsLog:
    """Appends to a run folder's metrics and events.

    Args:
        run_dir: The run folder.
        start_iteration: The iteration that the run continues from. Later lines, written between the
            last checkpoint and a kill, are dropped, so that no iteration appears twice.
    """

    def __init__(self, run_dir: Path, start_iteration: int):
        path = run_dir / METRICS_FILE
        if path.exists():
            write_text(path, "".join(_lines_up_to(path, start_iteration)))
        self._path = path
        self._file = path.open("a", encoding="utf-8")
        self._events = tf.summary.create_file_writer(str(run_dir / EVENTS_FOLDER))

    def write(self, iteration: int, terms: dict[str, float]) -> None:
        """Appends the terms of an iteration to both logs."""
        self._file.write(json.dumps({"iteration": iteration, **terms}) + "\n")
        self._file.flush()
        with self._events.as_default(step=iteration):
            for name, value in terms.items():
                tf.summary.scalar(name, value)

    def write_image(self, iteration: int, name: str, image) -> None:
        """Adds an image, uint8 of shape (H, W, 3), to the TensorBoard events."""
        with self._events.as_default(step=iteration):
            tf.summary.image(name, image[None])

    def sync(self) -> None:
        """Flushes metrics.jsonl to disk. Call it before saving a checkpoint.

        A run that continues from that checkpoint, even after a power cut, does not write the lines
        before it again.
        """
        sync(self._path)

    def close(self) -> None:
        self._file.close()
        self._events.close()


def training_minutes(run_dir: Path, iterations: Sequence[int]) -> list[float] | None:
    """Minutes that a run's training had taken by each of these iterations, with its sample grids
    and checkpoints, without the breaks between stopping and resuming. None if its metrics.jsonl is
    missing or empty, or has lines without a rate.
    """
    path = run_dir / METRICS_FILE
    if not path.is_file():
        return None
    counts, seconds = [0], [0.0]
    for line in _lines_up_to(path, max(iterations)):
        terms = json.loads(line)
        if not terms.get("iterations_per_second"):
            return None
        done = terms["iteration"] - counts[-1]
        counts.append(terms["iteration"])
        seconds.append(seconds[-1] + done / terms["iterations_per_second"])
    if len(counts) == 1:
        return None
    return [float(minutes) for minutes in np.interp(iterations, counts, seconds) / 60]


def _lines_up_to(path: Path, iteration: int):
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            # A kill leaves a line without its end; a power cut can leave anything.
            if line.endswith("\n") and 0 <= _iteration_of(line) <= iteration:
                yield line


def _iteration_of(line: str) -> int:
    """The line's iteration; -1 if it is not a line of this log."""
    try:
        return json.loads(line)["iteration"]
    except (json.JSONDecodeError, KeyError, TypeError):
        logging.warning("metrics.jsonl: dropped an invalid line: %.60r", line)
        return -1
