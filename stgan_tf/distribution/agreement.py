"""Checks that the workers of a run agree, and reports when one of them is lost."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from stgan_tf.config.data import DataConfig
from stgan_tf.data.image_table import ImageTable
from stgan_tf.distribution.cluster import num_workers
from stgan_tf.systems.run_config import Config

#: Errors that TensorFlow raises in a worker whose peers are gone: either a connection was closed,
#: or the coordination service stopped receiving their heartbeats.
_LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.InternalError,
)


_PLACES = ("data_dir", "labels_file", "image_dir", "cache")


class WorkerLostError(RuntimeError):
    """Another worker exited or cannot be reached, so this one cannot continue."""


class DisagreementError(RuntimeError):
    """The workers were started with different settings or data, or see different checkpoints."""


def has_several_workers(strategy: tf.distribute.Strategy) -> bool:
    """Whether the strategy spans more than one process."""
    return num_workers(strategy.cluster_resolver) > 1


def require_agreement(
    strategy: tf.distribute.Strategy, config: Config, table: ImageTable, start: int
) -> None:
    """Checks that all workers have the same configuration, training images and first iteration.

    Workers that differ would wait for each other for ever, or train on without noticing. Does
    nothing when there is only one process.

    Raises:
        DisagreementError: In all workers at once, if one of them differs.
    """
    if not has_several_workers(strategy):
        return
    facts = {
        "the configuration (give all workers the same flags)": _number(_shared(config).to_json()),
        "the training images (all workers must see the same data set)": _number(
            f"{len(table)} {list(table.names)}", table.attributes.tobytes()
        ),
        "the iteration to start from (all workers must see the same --run_dir)": start,
    }
    gathered = gather(strategy, list(facts.values()))
    differing = [name for name, column in zip(facts, gathered.T, strict=True) if np.ptp(column)]
    if differing:
        raise DisagreementError(
            f"The workers differ in {'; '.join(differing)}. They would start from iterations: "
            f"{sorted(set(gathered[:, -1].tolist()))}."
        )


def gather(strategy: tf.distribute.Strategy, values: list[int]) -> np.ndarray:
    """The `values` of every replica of every worker, as int64 of shape (replicas, len(values)).

    A collective operation: blocks until all workers have called it.
    """

    @tf.function(autograph=False)
    def gather_values(row):
        def of_replica():
            return tf.distribute.get_replica_context().all_gather(row[None], axis=0)

        return strategy.run(of_replica)

    gathered = gather_values(tf.constant(values, tf.int64))
    return strategy.experimental_local_results(gathered)[0].numpy()


@contextlib.contextmanager
def noticing_lost_workers(strategy: tf.distribute.Strategy) -> Iterator[None]:
    """Turns the errors that TensorFlow raises when another worker is lost into WorkerLostError."""
    if not has_several_workers(strategy):
        yield
        return
    try:
        yield
    except _LOST as error:
        # If a collective operation failed, TensorFlow puts the cause after a trace of the graph.
        text = " ".join(str(error).split())
        reason = text.split("Collective ops is aborted by: ")[-1][:200]
        raise WorkerLostError(
            "Another worker exited or cannot be reached; see its log for the reason. Restart all "
            f"workers with the same command to resume from the last checkpoint. ({reason})"
        ) from error


def _shared(config: Config) -> Config:
    """The configuration without the data's location, which may differ between machines."""
    default = DataConfig()
    places = {name: getattr(default, name) for name in _PLACES}
    return dataclasses.replace(config, data=dataclasses.replace(config.data, **places))


def _number(text: str, *more: bytes) -> int:
    digest = hashlib.sha256(text.encode())
    for part in more:
        digest.update(part)
    return int.from_bytes(digest.digest()[:7], "big")
