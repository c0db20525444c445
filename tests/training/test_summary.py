import pytest

from stgan_tf.config.training import TrainingConfig
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.training.summary import summarize


def test_paper_model_has_the_official_parameter_counts():
    """The counts of the official code's graph (128 px, width 64)."""
    summary = summarize(Config())
    assert summary["generator_parameters"] == 74_998_771
    assert summary["encoder_parameters"] == 11_148_160
    assert summary["selective_transfer_parameters"] == 30_145_280
    assert summary["decoder_parameters"] == 33_705_331
    assert summary["discriminator_parameters"] == 44_718_990


def test_accumulation_saves_activations_and_averaging_costs_a_generator():
    narrow = STGANSettings(encoder_width=16, decoder_width=16, stu_width=16, discriminator_width=16)
    plain = summarize(Config(settings=narrow))
    training = TrainingConfig(accumulation_steps=4, ema_decay=0.999)
    other = summarize(Config(settings=narrow, training=training))
    assert other["activations_mib"] == pytest.approx(plain["activations_mib"] / 4, abs=1)
    more = other["weights_and_optimizer_mib"] - plain["weights_and_optimizer_mib"]
    largest = max(plain["generator_parameters"], plain["discriminator_parameters"])
    assert more == pytest.approx(4 * (largest + plain["generator_parameters"]) / 2**20, abs=1)
