"""The compiled step; what the loop does with it: test_session.py."""

import types

import tensorflow as tf

from stgan_tf.training import loop


def test_workers_are_asked_to_stop_only_when_told(monkeypatch):
    monkeypatch.setattr(loop, "has_several_workers", lambda _: True)

    def train_step(data, stop_requested):
        return {"data": data, "stop_requested": stop_requested}

    trainer = types.SimpleNamespace(train_step=train_step, phase=lambda: None)
    step = loop.compile_step(trainer, tf.distribute.get_strategy())
    assert step(tf.constant(2.5)) == {"data": 2.5, "stop_requested": 0.0}
    assert step(tf.constant(2.5), True) == {"data": 2.5, "stop_requested": 1.0}
