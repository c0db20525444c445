"""Every system trains, goes on, follows its schedule, is packed and edits with any Keras."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from addons.moved_runs import open_trainer

from stgan_tf.keras_versions import HAS_ADDONS, named_variables
from stgan_tf.packing.options import PackOptions
from stgan_tf.packing.pack_run import pack_run
from stgan_tf.runtime.opening import open_model
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.icgan.settings import IcGANSettings
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.training.session import train

pytestmark = pytest.mark.skipif(not HAS_ADDONS, reason="other tests show the same of Keras 3")

#: STGAN with all that is ours.
OURS = {
    "edit_mask": True,
    "least_intensity": 0.5,
    "attribute_noise": 0.3,
    "decoder_upsampling": "upsampling",
}
ATTGAN = {"label_mode": "target", "use_stu": False, "inject_layers": 1}
SMALL = {"discriminator_layers": 2, "discriminator_width": 2}
CASES = {
    "stgan": ("stgan", OURS),
    "attgan": ("stgan", ATTGAN),
    "stargan": ("stargan", StarGANSettings(generator_width=4, residual_blocks=1, **SMALL)),
    "cyclegan": ("cyclegan", CycleGANSettings(generator_width=2, residual_blocks=1, **SMALL)),
    "fadernet": (
        "fadernet",
        FaderNetSettings(num_layers=3, encoder_width=2, latent_hidden_units=5),
    ),
    "icgan": (
        "icgan",
        IcGANSettings(
            generator_width=4,
            discriminator_width=4,
            encoder_width=2,
            latent_size=5,
            cgan_share=1,
            latent_encoder_share=1,
            attribute_encoder_share=1,
            statistics_passes=1,
        ),
    ),
}
#: Whose rate falls to a tenth each time. CycleGAN's falls in a line to 0; IcGAN trains one network
#: after another.
STEPWISE = {"stgan", "attgan", "stargan", "fadernet"}
RATE = 0.01


def trained_weights(config, run, iterations):
    """{network/path: value} of what is trained, after so many iterations in all."""
    training = dataclasses.replace(config.training, num_iterations=iterations)
    changed = dataclasses.replace(config, training=training)
    assert train(changed, run, tf.distribute.get_strategy())
    trainer, _ = open_trainer(run)
    return {
        f"{name}/{path}": variable.numpy()
        for name, network in trainer.networks.items()
        for path, variable in named_variables(network).items()
        if variable.trainable
    }


def config_of(tiny_config, case):
    system, settings = CASES[case]
    if isinstance(settings, dict):
        settings = dataclasses.replace(tiny_config.settings, **settings)
    attributes = ("Male",) if system == "cyclegan" else ("Male", "Young")
    return dataclasses.replace(
        tiny_config,
        system=system,
        settings=settings,
        data=dataclasses.replace(tiny_config.data, attributes=attributes, image_size=32),
        training=dataclasses.replace(
            tiny_config.training,
            batch_size=2,
            learning_rate=RATE,
            decay_after_iterations=1 if case in STEPWISE else 100,
            checkpoint_every=1,
            sample_every=0,
        ),
    )


@pytest.mark.parametrize("case", CASES)
def test_trains_by_its_schedule_and_edits_packed(case, tiny_config, tmp_path):
    config, run = config_of(tiny_config, case), tmp_path / "run"
    first, second = (trained_weights(config, run, iterations) for iterations in (1, 2))
    moved = {name: np.abs(second[name] - before).max() for name, before in first.items()}
    assert max(moved.values()) > RATE / 100
    if case in STEPWISE:
        # Adam's updates are about as large as its rate, which has fallen to a tenth.
        assert max(moved.values()) < RATE / 2

    packed = pack_run(run, tmp_path, PackOptions("small", "Apache-2.0"))
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)
    source = rng.integers(0, 2, (2, len(config.data.attributes))).astype(np.float32)
    edited = open_model(run).edit(images, 1 - 2 * source, source)
    assert edited.shape == images.shape and np.ptp(edited) > 0
    model = open_model(packed)
    np.testing.assert_allclose(model.edit(images, 1 - 2 * source, source), edited, atol=1e-6)
