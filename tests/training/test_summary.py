import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stargan.settings import StarGANSettings
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


def test_memory_of_the_paper_model():
    """Worked by hand: 12 bytes a weight and 4 a gradient of the larger network; 4 tensors of 4
    bytes for each of 32 images and each value of encoder, decoder, units and discriminator.
    """
    pyramid = 64**2 * 64 + 32**2 * 128 + 16**2 * 256 + 8**2 * 512 + 4**2 * 1024
    units = 6 * (pyramid - 4**2 * 1024)
    state = 12 * (74_998_771 + 44_718_990) + 4 * 74_998_771
    activations = 32 * 4 * 4 * (3 * pyramid + units)
    summary = summarize(Config())
    assert summary["weights_and_optimizer_mib"] == round(state / 2**20) == 1656
    assert summary["activations_mib"] == round(activations / 2**20) == 2184
    assert summary["total_mib_estimate"] == round((state + activations) / 2**20)


@pytest.mark.parametrize(
    ("system", "settings", "values"),
    [
        # 32 px: encoder 16^2*2 + 8^2*4, decoder 16^2*4 + 8^2*8, a unit's six times 16^2*8,
        # discriminator 16^2*1 + 8^2*2 + 4^2*4.
        (
            "stgan",
            STGANSettings(
                num_layers=2,
                encoder_width=2,
                decoder_width=4,
                stu_width=8,
                shortcut_layers=1,
                inject_layers=1,
                stu_inject_layers=1,
                discriminator_layers=3,
                discriminator_width=1,
            ),
            4 * (768 + 1536 + 12288 + 448),
        ),
        # Three passes of a wide discriminator are more than that.
        (
            "stgan",
            STGANSettings(
                num_layers=2,
                encoder_width=2,
                decoder_width=4,
                use_stu=False,
                shortcut_layers=1,
                inject_layers=1,
                stu_inject_layers=1,
                discriminator_layers=1,
                discriminator_width=10,
            ),
            4 * 3 * 2560,
        ),
        # The convolution in the unit's place, 16^2*8 once, and the sum with the feature.
        (
            "stgan",
            STGANSettings(
                num_layers=2,
                encoder_width=8,
                decoder_width=4,
                stu_width=8,
                skip_unit="conv",
                skip_residual=True,
                shortcut_layers=1,
                inject_layers=1,
                stu_inject_layers=1,
                discriminator_layers=3,
                discriminator_width=1,
            ),
            4 * (16**2 * 8 + 8**2 * 16 + 1536 + 2 * 2048 + 448),
        ),
        # Twice 32^2*2 * (2 + 2/2 + 2/4 * (1 + 3)), and 16^2*1 + 8^2*2.
        (
            "stargan",
            StarGANSettings(
                generator_width=2, residual_blocks=3, discriminator_layers=2, discriminator_width=1
            ),
            4 * (20480 + 384),
        ),
    ],
)
def test_values_held_for_an_image(system, settings, values):
    config = Config(system, DataConfig(image_size=32), settings)
    assert find_system(system).costs(config).activation_values == values
