import json

import pytest
import tensorflow as tf

from stgan_tf.config.training import TrainingConfig
from stgan_tf.distribution.strategies import (
    is_chief,
    make_strategy,
    require_compatible,
    worker_name,
)
from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import Config


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch):
    for name in ("TF_CONFIG", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS"):
        monkeypatch.delenv(name, raising=False)


def test_auto_without_gpus_is_one_device():
    strategy = make_strategy("auto")
    assert strategy.num_replicas_in_sync == 1
    assert is_chief(strategy)
    assert worker_name(strategy) == "local"


def test_auto_with_one_worker_is_one_device(monkeypatch):
    cluster = {"cluster": {"chief": ["a:1"]}, "task": {"type": "chief", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(cluster))
    assert make_strategy("auto") is tf.distribute.get_strategy()


def test_mirrored_takes_all_logical_devices():
    strategy = make_strategy("mirrored")
    assert isinstance(strategy, tf.distribute.MirroredStrategy)
    assert strategy.num_replicas_in_sync == 2
    assert is_chief(strategy)


def test_multiworker_needs_a_cluster():
    with pytest.raises(ConfigError, match="--strategy: multiworker needs TF_CONFIG"):
        make_strategy("multiworker")


def test_single_ignores_the_cluster(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "{cluster")
    assert make_strategy("single").num_replicas_in_sync == 1


@pytest.mark.parametrize(
    ("cluster", "task", "chief"),
    [
        ({"worker": ["a:1", "b:1"]}, ("worker", 0), True),
        ({"worker": ["a:1", "b:1"]}, ("worker", 1), False),
        ({"chief": ["c:1"], "worker": ["a:1"]}, ("chief", 0), True),
        ({"chief": ["c:1"], "worker": ["a:1"]}, ("worker", 0), False),
    ],
)
def test_one_process_is_chief(cluster, task, chief):
    class Strategy:
        cluster_resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
            tf.train.ClusterSpec(cluster), task_type=task[0], task_id=task[1]
        )

    assert is_chief(Strategy) is chief
    assert worker_name(Strategy) == f"{task[0]}-{task[1]}"


def test_unknown_name():
    with pytest.raises(ConfigError, match="--strategy: must be one of auto.*'tpu'"):
        make_strategy("tpu")


def test_batch_must_fit_replicas_and_accumulation():
    config = Config(training=TrainingConfig(batch_size=12, accumulation_steps=6))

    class Strategy:
        num_replicas_in_sync = 2

    require_compatible(config, Strategy)
    Strategy.num_replicas_in_sync = 4
    with pytest.raises(ConfigError, match=r"--batch_size: .*4 replicas times the 6 accumulation"):
        require_compatible(config, Strategy)
