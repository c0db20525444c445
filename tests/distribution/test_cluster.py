"""TF_CONFIG as Kubeflow and Vertex AI write it, Slurm's variables, and which goes first."""

import json

import pytest

from stgan_tf.distribution.cluster import find_cluster, num_workers, slurm_port_base
from stgan_tf.options import ConfigError

#: As the TFJob controller writes it: the evaluator is a task, but in no cluster.
KUBEFLOW = {
    "cluster": {
        "chief": ["run-chief-0.ns.svc:2222"],
        "worker": ["run-worker-0.ns.svc:2222", "run-worker-1.ns.svc:2222"],
    },
    "task": {"type": "worker", "index": 1},
    "environment": "cloud",
}
VERTEX = {
    "cluster": {
        "chief": ["cmle-training-workerpool0-ab-0:2222"],
        "worker": ["cmle-training-workerpool1-ab-0:2222"],
    },
    "environment": "cloud",
    "task": {"type": "chief", "index": 0, "trial": "1"},
    "job": '{"scale_tier": "CUSTOM"}',
}
SLURM = {
    "SLURM_JOB_ID": "7",
    "SLURM_PROCID": "2",
    "SLURM_STEP_NUM_TASKS": "3",
    "SLURM_STEP_NODELIST": "gpu[9-10]",
    "SLURM_STEP_TASKS_PER_NODE": "1,2",
    "SLURMD_NODENAME": "gpu10",
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch):
    for name in ("TF_CONFIG", *SLURM):
        monkeypatch.delenv(name, raising=False)


def set_slurm(monkeypatch, **values):
    for name, value in {**SLURM, **values}.items():
        monkeypatch.setenv(name, value)


def tf_config(monkeypatch, value):
    text = value if isinstance(value, str) else json.dumps(value)
    monkeypatch.setenv("TF_CONFIG", text)
    return find_cluster()


def place(resolver):
    return resolver.task_type, resolver.task_id


def test_nothing_set():
    assert find_cluster() is None
    assert num_workers(None) == 1


def test_kubeflow(monkeypatch):
    resolver = tf_config(monkeypatch, KUBEFLOW)
    assert place(resolver) == ("worker", 1)
    assert resolver.cluster_spec().as_dict() == KUBEFLOW["cluster"]
    assert num_workers(resolver) == 3
    assert resolver.num_accelerators() == {"GPU": 0}


def test_vertex(monkeypatch):
    resolver = tf_config(monkeypatch, VERTEX)
    assert place(resolver) == ("chief", 0)
    assert num_workers(resolver) == 2


def test_parameter_servers_and_evaluators_of_the_cluster_take_no_part(monkeypatch):
    cluster = {**KUBEFLOW["cluster"], "ps": ["run-ps-0:2222"], "evaluator": ["run-ev-0:2222"]}
    resolver = tf_config(monkeypatch, {**KUBEFLOW, "cluster": cluster})
    assert resolver.cluster_spec().as_dict() == KUBEFLOW["cluster"]


@pytest.mark.parametrize("value", ["", "{}", '{"cluster": {}}', '{"environment": "cloud"}'])
def test_one_process_without_a_cluster(monkeypatch, value):
    assert tf_config(monkeypatch, value) is None


def test_index_as_text(monkeypatch):
    resolver = tf_config(monkeypatch, {**KUBEFLOW, "task": {"type": "worker", "index": "1"}})
    assert place(resolver) == ("worker", 1)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{cluster", "TF_CONFIG is not JSON"),
        ("[1]", "TF_CONFIG does not have the form"),
        ({**KUBEFLOW, "task": {"type": "worker", "index": "x"}}, "does not have the form"),
        ({**KUBEFLOW, "task": {"type": "evaluator", "index": 0}}, r"stgan_tf\.evaluate"),
        ({**KUBEFLOW, "task": {"type": "ps", "index": 0}}, "no parameter servers"),
        ({**KUBEFLOW, "task": {}}, "makes this process a None"),
        ({**KUBEFLOW, "task": {"type": "worker", "index": 2}}, "has no worker 2"),
        (
            {"cluster": {"worker": ["a:1"]}, "task": {"type": "chief", "index": 0}},
            "has no chief 0",
        ),
        (
            {"cluster": {"chief": ["a:1", "b:1"]}, "task": {"type": "chief", "index": 0}},
            "more than one chief",
        ),
        *(
            (
                {"cluster": {"worker": ["a:1", address]}, "task": {"type": "worker", "index": 0}},
                f"not host:port, with a port of 1 to 65535: {address!r}",
            )
            for address in ("b", ":2", "b:", "b:x", "b:\u00b2", "b:0", "b:65536", 7)
        ),
    ],
)
def test_what_cannot_be_used_is_named(monkeypatch, value, message):
    with pytest.raises(ConfigError, match=rf"--strategy: .*{message}.*Received: "):
        tf_config(monkeypatch, value)


def test_slurm_keeps_slurms_order(monkeypatch):
    """gpu9 before gpu10, which as text comes first."""
    set_slurm(monkeypatch)
    resolver = find_cluster()
    base = slurm_port_base(SLURM)
    assert resolver.cluster_spec().as_dict() == {
        "worker": [f"gpu9:{base}", f"gpu10:{base}", f"gpu10:{base + 1}"]
    }
    assert place(resolver) == ("worker", 2)
    assert num_workers(resolver) == 3
    assert resolver.num_accelerators() == {"GPU": 0}


def test_slurm_task_on_another_node_than_thought(monkeypatch):
    set_slurm(monkeypatch, SLURMD_NODENAME="gpu9")
    with pytest.raises(ConfigError, match="--distribution=block"):
        find_cluster().cluster_spec()


def test_slurm_with_one_task_or_outside_of_srun(monkeypatch):
    set_slurm(monkeypatch, SLURM_STEP_NUM_TASKS="1")
    assert find_cluster() is None
    monkeypatch.delenv("SLURM_STEP_NUM_TASKS")
    assert find_cluster() is None


def test_tf_config_goes_before_slurm(monkeypatch):
    set_slurm(monkeypatch)
    assert place(tf_config(monkeypatch, VERTEX)) == ("chief", 0)


def test_slurm_ports_differ_from_job_to_job_and_stay_below_the_ephemeral_ones():
    bases = {slurm_port_base({"SLURM_JOB_ID": str(job)}) for job in range(300)}
    assert len(bases) == 300
    assert min(bases) > 1024
    assert max(bases) + 64 <= 32768


def test_a_task_without_an_index_is_the_first(monkeypatch):
    task = {"type": "chief"}
    tf_config(monkeypatch, {"cluster": VERTEX["cluster"], "task": task})
    found = find_cluster()
    assert (found.task_type, found.task_id) == ("chief", 0)
