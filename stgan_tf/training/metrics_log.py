"""Loss terms of a run: metrics.jsonl for programs, TensorBoard events for people."""

import json
import logging
from pathlib import Path

import tensorflow as tf

from stgan_tf.files import sync, write_text

METRICS_FILE = "metrics.jsonl"
EVENTS_FOLDER = "events"


class MetricsLog:
    """Appends to a run folder's metrics and events.

    Args:
        run_dir: The run folder.
        start_iteration: Where the run goes on; lines after it, written by a run that was killed
            after its last checkpoint, are dropped, so that no iteration stands there twice.
    """

    def __init__(self, run_dir: Path, start_iteration: int):
        path = run_dir / METRICS_FILE
        if path.exists():
            write_text(path, "".join(_lines_up_to(path, start_iteration)))
        self._path = path
        self._file = path.open("a", encoding="utf-8")
        self._events = tf.summary.create_file_writer(str(run_dir / EVENTS_FOLDER))

    def write(self, iteration: int, terms: dict[str, float]) -> None:
        self._file.write(json.dumps({"iteration": iteration, **terms}) + "\n")
        self._file.flush()
        with self._events.as_default(step=iteration):
            for name, value in terms.items():
                tf.summary.scalar(name, value)

    def write_image(self, iteration: int, name: str, image) -> None:
        """`image`: uint8 (H, W, 3)."""
        with self._events.as_default(step=iteration):
            tf.summary.image(name, image[None])

    def sync(self) -> None:
        """To be called before a checkpoint is saved: a run that goes on from it, after a power cut
        too, writes none of the lines before it again.
        """
        sync(self._path)

    def close(self) -> None:
        self._file.close()
        self._events.close()


def _lines_up_to(path: Path, iteration: int):
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            # A line cut off by a kill has no end; one that a power cut left can be anything.
            if line.endswith("\n") and 0 <= _iteration_of(line) <= iteration:
                yield line


def _iteration_of(line: str) -> int:
    """-1: not a line of this log."""
    try:
        return json.loads(line)["iteration"]
    except (json.JSONDecodeError, KeyError, TypeError):
        logging.warning("metrics.jsonl holds a line that is none, dropped: %.60r", line)
        return -1
