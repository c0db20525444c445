"""What workers must agree on, with the others' answers made up; test_workers.py has real ones."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.config.data import DataConfig
from stgan_tf.data.image_table import ImageTable
from stgan_tf.distribution import agreement
from stgan_tf.distribution.agreement import (
    DisagreementError,
    WorkerLostError,
    gather,
    has_several_workers,
    noticing_lost_workers,
    require_agreement,
)
from stgan_tf.systems.run_config import Config

TABLE = ImageTable(np.array(["a.jpg", "b.jpg"]), np.array([[0], [1]], np.uint8), ("Bald",))


class TwoWorkers:
    cluster_resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": ["a:1", "b:1"]}), task_type="worker", task_id=0
    )


@pytest.fixture
def answers(monkeypatch):
    """Collects each call's values, as if each came from another worker."""
    rows = []

    def answer(_, values):
        rows.append(values)
        return np.array(rows)

    monkeypatch.setattr(agreement, "gather", answer)
    return rows


def test_gather_holds_a_row_for_each_replica(mirrored):
    np.testing.assert_array_equal(gather(mirrored, [3, 2**60]), [[3, 2**60]] * 2)


def test_one_process_agrees_with_itself(mirrored):
    assert not has_several_workers(mirrored)
    assert has_several_workers(TwoWorkers)
    require_agreement(mirrored, Config(), TABLE, 0)


def test_places_of_the_data_may_differ(answers):
    for place in ("/a", "/b"):
        config = Config(data=DataConfig(data_dir=place, image_dir=place))
        moved = dataclasses.replace(TABLE, paths=np.array([f"{place}/1", f"{place}/2"]))
        require_agreement(TwoWorkers, config, moved, 5)
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("config", "table", "start", "message"),
    [
        (Config(data=DataConfig(horizontal_flip=True)), TABLE, 5, "configuration"),
        (Config(), TABLE.select([0]), 5, "training images"),
        (Config(), TABLE.select([1, 0]), 5, "training images"),
        (Config(), TABLE, 0, r"iteration to start from .*\[0, 5\]"),
    ],
)
def test_differences_are_named(answers, config, table, start, message):
    require_agreement(TwoWorkers, Config(), TABLE, 5)
    with pytest.raises(DisagreementError, match=f"The workers differ in the {message}"):
        require_agreement(TwoWorkers, config, table, start)


def test_lost_worker_is_told_from_other_errors(mirrored):
    gone = tf.errors.UnavailableError(None, None, "Socket closed\n  at step 3")
    with (
        pytest.raises(WorkerLostError, match=r"same command.*\(Socket closed at step 3\)"),
        noticing_lost_workers(TwoWorkers),
    ):
        raise gone
    with pytest.raises(KeyError), noticing_lost_workers(TwoWorkers):
        raise KeyError
    with pytest.raises(tf.errors.UnavailableError), noticing_lost_workers(mirrored):
        raise gone
