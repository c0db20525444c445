"""The tf.distribute strategies behind --strategy."""

import tensorflow as tf

from stgan_tf.config.training import STRATEGIES
from stgan_tf.distribution.cluster import find_cluster, num_workers
from stgan_tf.distribution.rendezvous import wait_for_workers
from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import Config

#: Seconds that workers wait for each other at the start: time for a cluster to schedule the last
#: of them and to pull its image.
START_TIMEOUT = 900.0


def make_strategy(name: str, start_timeout: float = START_TIMEOUT) -> tf.distribute.Strategy:
    """The strategy called `name`, once all workers have started.

    auto is multiworker if TF_CONFIG or a Slurm job step names more than one worker (TF_CONFIG takes
    precedence), mirrored if there are several GPUs, and single otherwise. mirrored uses all GPUs,
    or all logical CPU devices if there is no GPU.

    Args:
        name: One of STRATEGIES.
        start_timeout: Seconds to wait for the other workers, if there are any.

    Raises:
        ConfigError: The name is unknown, or multiworker was asked for without a usable cluster.
        MissingWorkerError, OSError, StoppedEarlyError: See `rendezvous.wait_for_workers`.
    """
    if name not in STRATEGIES:
        raise ConfigError(
            "strategy", f"must be one of {', '.join(STRATEGIES)}. Received: {name!r}."
        )
    # Logical devices must not be listed before a MultiWorkerMirroredStrategy is made: that starts
    # the runtime, after which its collective operations cannot be set up.
    gpus = tf.config.get_visible_devices("GPU")
    if name in ("auto", "multiworker"):
        cluster = find_cluster()
        if num_workers(cluster) > 1:
            wait_for_workers(cluster, start_timeout)
        if num_workers(cluster) > 1 or (cluster is not None and name == "multiworker"):
            return tf.distribute.MultiWorkerMirroredStrategy(cluster)
        if name == "multiworker":
            raise ConfigError(
                "strategy",
                "multiworker needs TF_CONFIG with a cluster of workers, or a Slurm job step "
                "(srun) of several tasks. Found neither.",
            )
        name = "mirrored" if len(gpus) > 1 else "single"
    if name == "single":
        return tf.distribute.get_strategy()
    devices = tf.config.list_logical_devices("GPU" if gpus else "CPU")
    # The logical devices of one CPU share its memory, so reducing to one device costs less than
    # TensorFlow's ring all-reduce (18.6 instead of 27.9 % of an iteration at batch 16).
    adding = None if gpus else tf.distribute.ReductionToOneDevice()
    return tf.distribute.MirroredStrategy([device.name for device in devices], adding)


def require_compatible(config: Config, strategy: tf.distribute.Strategy) -> None:
    """Raises ConfigError for settings that cannot work with the strategy's number of replicas."""
    replicas, training = strategy.num_replicas_in_sync, config.training
    parts = replicas * training.accumulation_steps
    if training.batch_size % parts:
        each = (
            f" times the {training.accumulation_steps} accumulation steps"
            if training.accumulation_steps > 1
            else ""
        )
        raise ConfigError(
            "batch_size",
            f"must be divisible by the {replicas} replicas{each}. Received: {training.batch_size}.",
        )
    if training.jit_compile and replicas > 1:
        raise ConfigError(
            "jit_compile", f"works on a single device only. Received: {replicas} replicas."
        )


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process is the one that writes the run folder for all workers."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    return resolver.task_type == "chief" or (
        resolver.task_type == "worker"
        and resolver.task_id == 0
        and "chief" not in resolver.cluster_spec().as_dict()
    )


def worker_name(strategy: tf.distribute.Strategy) -> str:
    """The worker's name, such as worker-1; "local" if there is a single process."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return "local"
    return f"{resolver.task_type}-{resolver.task_id}"
