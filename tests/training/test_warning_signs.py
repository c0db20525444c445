"""Warning signs on made-up sequences, and quiet on the metrics of a healthy run."""

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.systems.critic_trainer import CriticTrainer
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.cyclegan.trainer import CycleGANTrainer
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.fadernet.trainer import FaderNetTrainer
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.systems.stargan.trainer import StarGANTrainer
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.systems.stgan.trainer import STGANTrainer
from stgan_tf.training import warning_signs
from stgan_tf.training.warning_signs import PATIENCE, WINDOW, WarningSigns

HEALTHY = {"edit_strength": 0.1, "wasserstein_estimate": 4.0, "reconstruction_loss": 0.13}
WATCHED = CriticTrainer.watched_terms
ENOUGH = WINDOW * PATIENCE


def warnings(number=2 * ENOUGH, **sequences):
    """What is said about `number` iterations of terms that are constant, or functions of them."""
    signs, said = WarningSigns(WATCHED, CriticTrainer.advice), []
    for iteration in range(1, number + 1):
        terms = dict(HEALTHY)
        for name, value in sequences.items():
            terms[name] = value(iteration) if callable(value) else value
        said += [(iteration, text) for text in signs.look(iteration, terms)]
    return said


def test_quiet_where_all_is_well():
    assert warnings(5 * ENOUGH) == []


def test_identity_collapse_is_told_once_when_it_has_lasted():
    [(iteration, text)] = warnings(4 * ENOUGH, edit_strength=1e-4)
    assert iteration == ENOUGH
    assert "edits change nothing" in text
    assert "--reconstruction_weight" in text
    assert "When training goes wrong" in text


def test_identity_collapse_later_in_training():
    said = warnings(4 * ENOUGH, edit_strength=lambda i: 0.05 if i <= ENOUGH else 1e-3)
    assert [iteration for iteration, _ in said] == [2 * ENOUGH]


def test_weak_edits_now_and_then_are_no_collapse():
    assert warnings(edit_strength=lambda i: 1e-4 if i % (3 * WINDOW) < 2 * WINDOW else 0.05) == []


@pytest.mark.parametrize("sign", [1, -1])
def test_diverging_gap(sign):
    said = warnings(wasserstein_estimate=lambda i: sign * 2.0 * 1.003**i, number=2 * ENOUGH)
    assert len(said) == 1
    assert "gap between real and edited images is diverging" in said[0][1]
    assert "--clip_gradient_norm" in said[0][1]


def test_gap_that_is_large_but_settled_or_grows_slowly():
    assert warnings(wasserstein_estimate=500.0) == []
    assert warnings(wasserstein_estimate=lambda i: 30 + i / 100) == []
    assert warnings(wasserstein_estimate=lambda i: 300 + 20 * np.sin(i / 500)) == []


def test_reconstruction_stuck():
    [(iteration, text)] = warnings(reconstruction_loss=0.4)
    assert iteration == ENOUGH
    assert "reconstruction is not improving" in text


def test_reconstruction_good_already_or_improving():
    assert warnings(reconstruction_loss=0.08) == []
    assert warnings(reconstruction_loss=lambda i: 0.4 * 0.9995**i) == []


def test_only_what_the_system_has_is_watched():
    signs = WarningSigns({"reconstruction": "cycle"})
    assert [text for i in range(ENOUGH) for text in signs.look(i, {"cycle": 0.4})]
    with pytest.raises(ValueError, match="Received: \\['boredom'\\]"):
        WarningSigns({"boredom": "cycle"})


def test_two_signs_are_two_warnings():
    assert len(warnings(edit_strength=0.0, reconstruction_loss=0.5)) == 2


def test_quiet_on_a_healthy_run(monkeypatch):
    """An AttGAN-ED on drawn faces at 64 px, logged every 20th iteration; windows to match."""
    monkeypatch.setattr(warning_signs, "WINDOW", 10)
    path = Path(__file__).with_name("healthy_metrics.jsonl")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(rows) >= 10 * PATIENCE
    signs = WarningSigns(WATCHED)
    assert [text for row in rows for text in signs.look(row["iteration"], row)] == []


def test_a_gap_that_falls_now_and_then_is_not_diverging():
    """Every second window is larger by half than the one before last, the others lie below."""

    def gap(iteration):
        window = (iteration - 1) // WINDOW
        return 300.0 * 1.8 ** (window // 2) * (0.6 if window % 2 else 1.0)

    assert warnings(wasserstein_estimate=gap, number=3 * ENOUGH) == []


@pytest.mark.parametrize(
    ("term", "value", "shown"),
    [
        ("edit_strength", lambda window: 1e-4 * (window + 1), "has been 0.0005 for"),
        (
            "wasserstein_estimate",
            lambda window: -100.0 * 2**window,
            "diverging: 1.6e+03, after growing",
        ),
        ("reconstruction_loss", lambda window: 0.5 + 0.1 * window, "L1 loss 0.9 after"),
    ],
)
def test_the_last_windows_mean_is_told(term, value, shown):
    said = warnings(number=ENOUGH, **{term: lambda i: value((i - 1) // WINDOW)})
    assert len(said) == 1 and shown in said[0][1]


@pytest.mark.parametrize(
    ("trainer", "settings"),
    [
        (STGANTrainer, STGANSettings),
        (StarGANTrainer, StarGANSettings),
        (CycleGANTrainer, CycleGANSettings),
        (FaderNetTrainer, FaderNetSettings),
    ],
)
def test_advice_names_flags_that_the_system_has(trainer, settings):
    texts = {**warning_signs.ADVICE, **trainer.advice}
    fields = {
        field.name
        for kind in (settings, TrainingConfig, DataConfig)
        for field in dataclasses.fields(kind)
    }
    for sign in trainer.watched_terms:
        assert set(re.findall(r"--([a-z_0-9]+)", texts[sign])) <= fields, sign


def test_other_systems_are_told_only_of_flags_that_all_have():
    fields = {
        field.name for kind in (TrainingConfig, DataConfig) for field in dataclasses.fields(kind)
    }
    for sign, text in warning_signs.ADVICE.items():
        assert set(re.findall(r"--([a-z_0-9]+)", text)) <= fields, sign


def test_a_system_may_say_it_in_its_own_words():
    signs = WarningSigns({"reconstruction": "cycle"}, {"reconstruction": "Stuck at {value:.1f}."})
    [text] = [text for i in range(ENOUGH) for text in signs.look(i, {"cycle": 0.4})]
    assert "Stuck at 0.4." in text and "L1" not in text
