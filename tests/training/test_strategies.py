import json

import pytest
import tensorflow as tf

from stgan_tf.config import ConfigError
from stgan_tf.training.strategies import is_chief, make_strategy


def test_auto_without_gpus_is_one_device(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    strategy = make_strategy("auto")
    assert strategy.num_replicas_in_sync == 1
    assert is_chief(strategy)


def test_mirrored_takes_all_logical_devices():
    strategy = make_strategy("mirrored")
    assert isinstance(strategy, tf.distribute.MirroredStrategy)
    assert strategy.num_replicas_in_sync == 2
    assert is_chief(strategy)


def test_multiworker_needs_a_cluster(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(ConfigError, match="--strategy: multiworker needs TF_CONFIG"):
        make_strategy("multiworker")


def test_broken_tf_config(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "{cluster")
    with pytest.raises(ConfigError, match="TF_CONFIG is no JSON"):
        make_strategy("auto")


@pytest.mark.parametrize(
    ("cluster", "task", "chief"),
    [
        ({"worker": ["a:1", "b:1"]}, ("worker", 0), True),
        ({"worker": ["a:1", "b:1"]}, ("worker", 1), False),
        ({"chief": ["c:1"], "worker": ["a:1"]}, ("chief", 0), True),
        ({"chief": ["c:1"], "worker": ["a:1"]}, ("worker", 0), False),
    ],
)
def test_one_process_is_chief(monkeypatch, cluster, task, chief):
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster}))

    class Strategy:
        class cluster_resolver:  # noqa: N801
            task_type, task_id = task

    assert is_chief(Strategy) is chief


def test_unknown_name():
    with pytest.raises(ConfigError, match="--strategy: must be one of auto.*'tpu'"):
        make_strategy("tpu")
