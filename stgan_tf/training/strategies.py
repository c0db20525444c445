"""--strategy: how many devices a run uses, on tf.distribute."""

import json
import os

import tensorflow as tf

from stgan_tf.config import STRATEGIES, Config, ConfigError


def make_strategy(name: str) -> tf.distribute.Strategy:
    """The strategy called `name`.

    auto: multiworker if TF_CONFIG names more than one worker, mirrored if there are several GPUs,
    single otherwise. mirrored takes all GPUs, or all logical CPU devices where there is no GPU.
    """
    # Logical devices must not be listed before a MultiWorkerMirroredStrategy is made: that starts
    # the runtime, after which its collective operations cannot be set up.
    gpus = tf.config.list_physical_devices("GPU")
    if name == "auto":
        name = "multiworker" if _num_workers() > 1 else "mirrored" if len(gpus) > 1 else "single"
    if name == "single":
        return tf.distribute.get_strategy()
    if name == "mirrored":
        devices = tf.config.list_logical_devices("GPU" if gpus else "CPU")
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    if name == "multiworker":
        if _num_workers() < 1:
            raise ConfigError(
                "strategy", "multiworker needs TF_CONFIG with a cluster of workers. It is not set."
            )
        return tf.distribute.MultiWorkerMirroredStrategy()
    raise ConfigError("strategy", f"must be one of {', '.join(STRATEGIES)}. Received: {name!r}.")


def require_compatible(config: Config, strategy: tf.distribute.Strategy) -> None:
    """Raises ConfigError for what cannot work on the strategy's replicas."""
    replicas = strategy.num_replicas_in_sync
    if config.training.batch_size % replicas:
        raise ConfigError(
            "batch_size",
            f"must be divisible by the {replicas} replicas. "
            f"Received: {config.training.batch_size}.",
        )
    if config.training.jit_compile and replicas > 1:
        raise ConfigError(
            "jit_compile", f"works on one device only; there are {replicas} replicas."
        )


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process writes what all workers share."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    return resolver.task_type == "chief" or (
        resolver.task_type == "worker" and resolver.task_id == 0 and not _has_chief()
    )


def _cluster() -> dict:
    text = os.environ.get("TF_CONFIG", "")
    try:
        return json.loads(text).get("cluster", {}) if text else {}
    except json.JSONDecodeError as error:
        raise ConfigError(
            "strategy", f"TF_CONFIG is no JSON ({error}). Received: {text!r}."
        ) from None


def _num_workers() -> int:
    cluster = _cluster()
    return len(cluster.get("worker", [])) + len(cluster.get("chief", []))


def _has_chief() -> bool:
    return bool(_cluster().get("chief"))
