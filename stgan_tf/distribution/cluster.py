"""Reads which processes train together from the environment: TF_CONFIG or a Slurm job step."""

import json
import os
from collections.abc import Mapping

import tensorflow as tf

from stgan_tf.options import ConfigError

#: The task types that train. MultiWorkerMirroredStrategy has no others.
_TRAINING_TASKS = ("chief", "worker")

#: First port, ports per job (each task on a node takes one) and number of port ranges for Slurm
#: jobs. All stay below 32768, where Linux's ephemeral ports begin.
_SLURM_FIRST_PORT, _SLURM_PORTS_PER_JOB, _SLURM_PORT_RANGES = 12000, 64, 300


def find_cluster() -> tf.distribute.cluster_resolver.ClusterResolver | None:
    """This process's place among the workers, or None if the environment defines no cluster.

    TF_CONFIG (set by Kubeflow, Vertex AI, or by hand) takes precedence over Slurm's variables, so
    that a job script can override them.

    Raises:
        ConfigError: TF_CONFIG cannot be used.
    """
    if os.environ.get("TF_CONFIG", "").strip():
        return _from_tf_config(os.environ["TF_CONFIG"])
    # Only inside a job step: in a batch script outside srun there is a single process.
    if "SLURM_PROCID" in os.environ and int(os.environ.get("SLURM_STEP_NUM_TASKS", "1")) > 1:
        return SlurmBlockResolver(slurm_port_base(os.environ))
    return None


def num_workers(resolver: tf.distribute.cluster_resolver.ClusterResolver | None) -> int:
    """Number of processes that train; 1 without a cluster."""
    if resolver is None:
        return 1
    jobs = resolver.cluster_spec().as_dict()
    return max(1, sum(len(jobs.get(task, ())) for task in _TRAINING_TASKS))


def _from_tf_config(text: str) -> tf.distribute.cluster_resolver.ClusterResolver | None:
    try:
        parts = json.loads(text)
        cluster, task = parts.get("cluster") or {}, parts.get("task") or {}
        jobs = {name: list(cluster[name]) for name in _TRAINING_TASKS if cluster.get(name)}
        kind, index = task.get("type"), int(task.get("index", 0))
    except json.JSONDecodeError as error:
        raise _unusable(f"is not JSON ({error})", text) from None
    except (AttributeError, TypeError, ValueError) as error:
        raise _unusable(
            f"does not have the form {{cluster: ..., task: ...}} ({error})", text
        ) from None
    if not jobs:
        # Kubeflow and Vertex AI omit the cluster, or leave it empty, for a single process.
        return None
    if kind == "evaluator":
        raise _unusable(
            "makes this process an evaluator, but evaluation is a separate command "
            "(`python -m stgan_tf.evaluate --run_dir=...`): remove the evaluator from the job",
            text,
        )
    if kind not in _TRAINING_TASKS:
        raise _unusable(
            f"makes this process a {kind!r}, but only chief and worker tasks train here (there are "
            "no parameter servers): remove it from the job",
            text,
        )
    if len(jobs.get("chief", ())) > 1:
        raise _unusable("names more than one chief", text)
    if not 0 <= index < len(jobs.get(kind, ())):
        raise _unusable(f"has no {kind} {index} in its cluster", text)
    for address in [address for addresses in jobs.values() for address in addresses]:
        host, _, port = str(address).rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise _unusable(
                f"has an address that is not host:port, with a port of 1 to 65535: {address!r}",
                text,
            )
    # Parameter servers and evaluators listed in the cluster are ignored.
    return tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec(jobs),
        task_type=kind,
        task_id=index,
        num_accelerators=visible_gpus(),
        rpc_layer="grpc",
    )


def _unusable(reason: str, text: str) -> ConfigError:
    return ConfigError("strategy", f"TF_CONFIG {reason}. Received: {text!r}.")


def visible_gpus() -> dict[str, int]:
    """{"GPU": number of GPUs visible to this process}, without starting TensorFlow's runtime."""
    return {"GPU": len(tf.config.get_visible_devices("GPU"))}


def slurm_port_base(environment: Mapping[str, str]) -> int:
    """The first port of this job's tasks: the same for all of them, and different between jobs."""
    job = int(environment.get("SLURM_JOB_ID", "0"))
    return _SLURM_FIRST_PORT + job % _SLURM_PORT_RANGES * _SLURM_PORTS_PER_JOB


class SlurmBlockResolver(tf.distribute.cluster_resolver.SlurmClusterResolver):
    """A SlurmClusterResolver that keeps Slurm's task order and uses all GPUs visible to a task.

    The base class sorts the nodes by name as text, so that node9 and node10 would each take the
    other's place. It also assigns the GPUs itself, and fails if there are none or if Slurm has
    already assigned them (--gpus-per-task).
    """

    def __init__(self, port_base: int):
        super().__init__(port_base=port_base, gpus_per_node=0, gpus_per_task=0, auto_set_gpu=False)

    def cluster_spec(self) -> tf.train.ClusterSpec:
        nodes = [host for host, tasks in self._task_configuration.items() for _ in range(tasks)]
        ports = [port for n in self._task_configuration.values() for port in range(n)]
        here = os.environ.get("SLURMD_NODENAME", nodes[self._rank])
        if here != nodes[self._rank]:
            raise ConfigError(
                "strategy",
                f"Slurm task {self._rank} runs on {here}, but block distribution would put it on "
                f"{nodes[self._rank]}. Start the job with --distribution=block.",
            )
        self.task_type, self.task_id = "worker", self._rank
        return tf.train.ClusterSpec(
            {
                "worker": [
                    f"{node}:{self._port_base + port}"
                    for node, port in zip(nodes, ports, strict=True)
                ]
            }
        )

    def num_accelerators(self, task_type=None, task_id=None, config_proto=None):
        return visible_gpus()
