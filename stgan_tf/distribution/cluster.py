"""Which processes train together, as the environment says: TF_CONFIG, or a Slurm job step."""

import json
import os
from collections.abc import Mapping

import tensorflow as tf

from stgan_tf.options import ConfigError

#: The tasks that train. MultiWorkerMirroredStrategy has no others.
_TRAINING_TASKS = ("chief", "worker")

#: First port of Slurm jobs, and how many ports a job has: tasks of one node take one each. Below
#: 32768, from where Linux hands out ports of its own.
_SLURM_FIRST_PORT, _SLURM_PORTS_PER_JOB, _SLURM_PORT_RANGES = 12000, 64, 300


def find_cluster() -> tf.distribute.cluster_resolver.ClusterResolver | None:
    """This process's place among the workers; None where the environment names no cluster.

    TF_CONFIG (set by Kubeflow, Vertex AI, or by hand) goes before Slurm's variables, so that a job
    script can overrule them. Raises ConfigError for a TF_CONFIG that cannot be used.
    """
    if os.environ.get("TF_CONFIG", "").strip():
        return _from_tf_config(os.environ["TF_CONFIG"])
    # Of a job step: in a batch script outside of srun there is only one process.
    if "SLURM_PROCID" in os.environ and int(os.environ.get("SLURM_STEP_NUM_TASKS", "1")) > 1:
        return SlurmBlockResolver(slurm_port_base(os.environ))
    return None


def num_workers(resolver: tf.distribute.cluster_resolver.ClusterResolver | None) -> int:
    """Processes that train; 1 without a cluster."""
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
        raise _unusable(f"is no JSON ({error})", text) from None
    except (AttributeError, TypeError, ValueError) as error:
        raise _unusable(f"has not the form {{cluster: ..., task: ...}} ({error})", text) from None
    if not jobs:
        # Kubeflow and Vertex AI leave the cluster out, or empty, where there is one process.
        return None
    if kind == "evaluator":
        raise _unusable(
            "makes this process an evaluator. Measuring is a command of its own, "
            "`python -m stgan_tf.evaluate --run_dir=...`: take the evaluator out of the job",
            text,
        )
    if kind not in _TRAINING_TASKS:
        raise _unusable(
            f"makes this process a {kind!r}; all train alike here, as chief or worker, without "
            "parameter servers: take it out of the job",
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
    # Parameter servers and evaluators that are in the cluster take no part.
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
    """{"GPU": how many this process may use}; without starting TensorFlow's runtime."""
    return {"GPU": len(tf.config.get_visible_devices("GPU"))}


def slurm_port_base(environment: Mapping[str, str]) -> int:
    """The first port of this job's tasks: the same in all of them, and another for another job."""
    job = int(environment.get("SLURM_JOB_ID", "0"))
    return _SLURM_FIRST_PORT + job % _SLURM_PORT_RANGES * _SLURM_PORTS_PER_JOB


class SlurmBlockResolver(tf.distribute.cluster_resolver.SlurmClusterResolver):
    """SlurmClusterResolver whose tasks are in Slurm's order, on all GPUs that Slurm lets them see.

    The base class sorts the nodes by name as text, so that of node9 and node10 each would take
    itself for the other. It also hands out the GPUs itself, and fails where there are none, or
    where Slurm (--gpus-per-task) has done so already.
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
                f"Slurm's task {self._rank} is on {here}, where block distribution would put it on "
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
