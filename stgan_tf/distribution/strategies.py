"""--strategy: how many devices a run uses, on tf.distribute."""

import tensorflow as tf

from stgan_tf.config.training import STRATEGIES
from stgan_tf.distribution.cluster import find_cluster, num_workers
from stgan_tf.distribution.rendezvous import wait_for_workers
from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import Config

#: Seconds that workers wait for each other at the start: time for a cluster to find machines for
#: the last of them and to fetch its image.
START_TIMEOUT = 900.0


def make_strategy(name: str, start_timeout: float = START_TIMEOUT) -> tf.distribute.Strategy:
    """The strategy called `name`; waits for the other workers, where there are any, for
    `start_timeout` seconds (`rendezvous.wait_for_workers`, which says what it raises).

    auto: multiworker if TF_CONFIG or a Slurm job step names more than one worker (TF_CONFIG goes
    first), mirrored if there are several GPUs, single otherwise. mirrored takes all GPUs, or all
    logical CPU devices where there is no GPU.
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
                "(srun) of several tasks. Neither is there.",
            )
        name = "mirrored" if len(gpus) > 1 else "single"
    if name == "single":
        return tf.distribute.get_strategy()
    devices = tf.config.list_logical_devices("GPU" if gpus else "CPU")
    # Parts of one processor share its memory: adding up in one place costs less than the ring that
    # TensorFlow would send messages around (27.9 against 18.6 % of an iteration at batch 16).
    adding = None if gpus else tf.distribute.ReductionToOneDevice()
    return tf.distribute.MirroredStrategy([device.name for device in devices], adding)


def require_compatible(config: Config, strategy: tf.distribute.Strategy) -> None:
    """Raises ConfigError for what cannot work on the strategy's replicas."""
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
            "jit_compile", f"works on one device only; there are {replicas} replicas."
        )


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process writes what all workers share."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    return resolver.task_type == "chief" or (
        resolver.task_type == "worker"
        and resolver.task_id == 0
        and "chief" not in resolver.cluster_spec().as_dict()
    )


def worker_name(strategy: tf.distribute.Strategy) -> str:
    """Such as worker-1; local where there is one process."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return "local"
    return f"{resolver.task_type}-{resolver.task_id}"
