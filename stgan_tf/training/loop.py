"""The training loop: strategy.run over the data, with checkpoints, monitors and a non-finite guard.

Not `Model.fit`: that fails under MultiWorkerMirroredStrategy in Keras 3 (keras#20585) and resumes
by epoch only.
"""

import dataclasses
import logging
import math
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import tensorflow as tf
from tqdm import tqdm

from stgan_tf.distribution.agreement import has_several_workers
from stgan_tf.stop_signals import StopSignals
from stgan_tf.systems.system_trainer import SystemTrainer
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.metrics_log import MetricsLog
from stgan_tf.training.sample_grids import SampleGrids
from stgan_tf.training.warning_signs import WarningSigns


class NonFiniteLossError(RuntimeError):
    """A loss term became NaN or infinite."""


@dataclasses.dataclass(frozen=True)
class LoopSettings:
    """How long the loop runs, what it writes and what it monitors; intervals are in iterations.

    `progress_terms`, `watched_terms` and `advice` are those of the trainer (`SystemTrainer`). Not
    every iteration needs to have all of the progress terms.
    """

    num_iterations: int
    images_per_iteration: int
    log_every: int
    sample_every: int
    checkpoint_every: int
    progress_terms: Mapping[str, str]
    watched_terms: Mapping[str, str]
    advice: Mapping[str, str] = dataclasses.field(default_factory=dict)


def compile_step(
    trainer: SystemTrainer, strategy: tf.distribute.Strategy, jit_compile: bool = False
) -> Callable:
    """Compiles a whole training iteration.

    Returns step(element, stop=False), which runs an iteration on one distributed element and
    returns its terms. `stop` asks the other workers to stop: with several workers, the term
    "stop_requested" is above 0 in all of them once one has asked.
    """

    # Without AutoGraph, as Keras compiles train_step: converting the code takes 1.5 s.
    @tf.function(jit_compile=jit_compile, autograph=False)
    def step(phase, *args):
        options = {} if phase is None else {"phase": phase}
        return strategy.run(trainer.train_step, args=args, kwargs=options)

    several_workers = has_several_workers(strategy)

    def run(data, stop: bool = False) -> dict[str, float]:
        args = (data, tf.constant(float(stop))) if several_workers else (data,)
        # The phase is a Python value, so tf.function keeps one graph for each.
        terms = step(trainer.phase(), *args)
        # The trainer has already averaged over the replicas: all hold the same values.
        return {
            name: float(strategy.experimental_local_results(value)[0])
            for name, value in terms.items()
        }

    return run


def run_loop(
    step: Callable,
    data,
    checkpoints: Checkpoints,
    settings: LoopSettings,
    log: MetricsLog | None,
    samples: SampleGrids | None,
    save_sample: Callable[[int, object], Path] | None,
) -> bool:
    """Trains from the restored iteration to the last one.

    Several workers stop after the same iteration, the first in which all know of the signal.

    Args:
        step: The function that `compile_step` returned.
        data: Iterable of distributed elements that starts at the restored iteration.
        checkpoints: Saves the trainer, which must be restored already.
        settings: What to run, write and monitor.
        log, samples, save_sample: None on workers that write nothing.

    Returns:
        Whether the last iteration was reached; False if a signal stopped the run, after saving.

    Raises:
        NonFiniteLossError: In all workers; the last good checkpoint is left in place.
    """
    start = checkpoints.iteration()
    elements = iter(data)
    progress = tqdm(
        initial=start,
        total=settings.num_iterations,
        unit="it",
        desc="train",
        dynamic_ncols=True,
        # In a log file one line every half minute is enough.
        mininterval=1.0 if sys.stderr.isatty() else 30.0,
        disable=log is None,
    )
    clock, signs = _Clock(), WarningSigns(settings.watched_terms, settings.advice)
    with progress, StopSignals() as stop:
        for iteration in range(start + 1, settings.num_iterations + 1):
            element = next(elements)
            terms = step(element, stop.received is not None)
            # Absent with a single process, which has nobody to agree with.
            agreed = terms.pop("stop_requested", None)
            _require_finite(terms, iteration, checkpoints)
            progress.update()
            clock.count()

            # Read once: a signal that arrives during the writing below stops the next iteration.
            stopped_by = stop.received
            if agreed is not None:
                stopped_by = (stopped_by or "A signal to another worker") if agreed > 0 else None
            last = iteration == settings.num_iterations or stopped_by is not None
            for advice in signs.look(iteration, terms):
                logging.warning("%s", advice)
            if log is not None and (iteration % settings.log_every == 0 or last):
                log.write(iteration, {**terms, **clock.rates(settings.images_per_iteration)})
                progress.set_postfix_str(
                    " ".join(
                        f"{label}={terms[name]:.3g}"
                        for label, name in settings.progress_terms.items()
                        if name in terms
                    )
                )
            if samples is not None and (last or iteration % settings.sample_every == 0):
                picture = samples.draw()
                save_sample(iteration, picture)
                log.write_image(iteration, "samples", picture)
            if iteration % settings.checkpoint_every == 0 or last:
                if log is not None:
                    log.sync()
                checkpoints.save()
            if stopped_by is not None and iteration < settings.num_iterations:
                logging.warning(
                    "%s received: saved iteration %d of %d. Resume with the same command.",
                    stopped_by,
                    iteration,
                    settings.num_iterations,
                )
                return False
    return True


def _require_finite(terms: dict[str, float], iteration: int, checkpoints: Checkpoints) -> None:
    if all(math.isfinite(value) for value in terms.values()):
        return
    listed = ", ".join(f"{name}={value:.6g}" for name, value in terms.items())
    raise NonFiniteLossError(
        f"A loss became non-finite at iteration {iteration}: {listed}. The last good checkpoint is "
        f"{checkpoints.latest or 'none'}; the same command resumes from it. If this happens again, "
        "lower --learning_rate or use --precision=float32."
    )


class _Clock:
    """Iterations and images per second since the last reading."""

    def __init__(self) -> None:
        self._since, self._iterations = time.perf_counter(), 0

    def count(self) -> None:
        self._iterations += 1

    def rates(self, images_per_iteration: int) -> dict[str, float]:
        now = time.perf_counter()
        rate = self._iterations / (now - self._since)
        self._since, self._iterations = now, 0
        return {
            "iterations_per_second": rate,
            "images_per_second": rate * images_per_iteration,
        }
