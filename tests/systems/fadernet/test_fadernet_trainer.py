"""FaderNet through training, resuming, editing and export; its losses by hand."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.layers.upsampling_block import UpsamplingBlock
from stgan_tf.options import ConfigError
from stgan_tf.runtime.opening import open_model
from stgan_tf.systems.building import build_editing_network, build_trainer
from stgan_tf.systems.fadernet.losses import attributes_loss
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.settings import UPSAMPLINGS
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.session import train
from stgan_tf.training.summary import summarize

SETTINGS = FaderNetSettings(
    num_layers=3,
    encoder_width=2,
    max_channels=8,
    latent_hidden_units=5,
    latent_weight=0.5,
    latent_ramp_iterations=4,
    decoder_dropout=0.2,
)


@pytest.fixture
def config(tiny_config):
    data = dataclasses.replace(tiny_config.data, attributes=("Male", "Young"))
    training = dataclasses.replace(tiny_config.training, clip_gradient_norm=5.0)
    return dataclasses.replace(
        tiny_config, system="fadernet", data=data, settings=SETTINGS, training=training
    )


def make_data(seed=0, batch=4, size=16):
    rng = np.random.default_rng(seed)
    labels = tf.constant(rng.integers(0, 2, (2, batch, 2)), tf.float32)
    return {
        "images": tf.constant(rng.uniform(-1, 1, (2, batch, size, size, 3)), tf.float32),
        "source_attributes": labels,
        "target_attributes": labels,
    }


def test_the_attributes_loss_by_hand():
    """Two images, two attributes: log(1 + e^(wrong - right)), summed, then the mean."""
    logits = tf.constant([[1.0, 3, 0, 0], [2, 1, 0, 4]])
    columns = tf.constant([[0.0, 1, 1, 0], [0, 1, 1, 0]])
    expected = (
        np.log1p(np.exp(-2)) + np.log1p(np.exp(0)) + np.log1p(np.exp(1)) + np.log1p(np.exp(4))
    ) / 2
    np.testing.assert_allclose(attributes_loss(columns, logits, (2, 2)), expected, rtol=1e-6)


def test_the_weight_rises_over_the_ramp(config):
    trainer = build_trainer(config, 100)
    found = [float(trainer.ramp(tf.constant(n, tf.int64))) for n in (0, 1, 4, 9)]
    np.testing.assert_allclose(found, [0, 0.25, 1, 1])
    settings = dataclasses.replace(SETTINGS, latent_ramp_iterations=0)
    trainer = build_trainer(dataclasses.replace(config, settings=settings), 100)
    assert float(trainer.ramp(tf.constant(0, tf.int64))) == 1


def test_the_auto_encoders_objective(config):
    settings = dataclasses.replace(SETTINGS, reconstruction_weight=3.0, decoder_dropout=0.0)
    trainer = build_trainer(dataclasses.replace(config, settings=settings), 100)
    batch = {name: values[0] for name, values in make_data().items()}
    columns = trainer.categories.one_hot(batch["source_attributes"])
    batch = {"images": batch["images"], "columns": columns, "wrong_columns": 1 - columns}
    _, gradients, terms = trainer.auto_encoder_gradients(batch, 0.7)
    np.testing.assert_allclose(
        terms["auto_encoder_loss"],
        3 * terms["reconstruction_loss"] + 0.5 * 0.7 * terms["flipped_attributes_loss"],
        rtol=1e-6,
    )
    assert all(gradient is not None for gradient in gradients)


def test_each_network_is_updated_on_a_batch_of_its_own(config):
    trainer = build_trainer(config, 100)
    data, seen = make_data(), []
    for name in ("discriminator_step", "auto_encoder_step"):
        step = getattr(trainer, name)
        setattr(
            trainer,
            name,
            lambda batch, number, step=step: seen.append(batch) or step(batch, number),
        )
    before = {v.path: v.numpy() for n in trainer.networks.values() for v in n.trainable_variables}
    terms = trainer.train_step(data)
    assert all(np.isfinite(value) for value in terms.values())
    for k, batch in enumerate(seen):
        np.testing.assert_array_equal(batch["images"], data["images"][k])
    # The ramp starts at 0, so the first iteration's auto-encoder only reconstructs.
    assert float(terms["latent_weight"]) == 0
    changed = {
        v.path
        for n in trainer.networks.values()
        for v in n.trainable_variables
        if np.any(before[v.path] != v.numpy())
    }
    assert changed == set(before)


def test_dropout_keeps_its_share_and_its_mean(config):
    trainer = build_trainer(config, 100)
    number = tf.constant(3, tf.int64)
    [keep] = trainer._keep([(4, 8, 8, 16)], 0.25, number, stream=0)
    values = keep.numpy()
    assert set(np.round(np.unique(values), 4)) == {0, np.float32(1.3333)}
    assert abs((values == 0).mean() - 0.25) < 0.03
    again = trainer._keep([(4, 8, 8, 16)], 0.25, number, stream=0)[0]
    np.testing.assert_array_equal(again, values)
    assert trainer._keep([(4, 8, 8, 16)], 0.0, number, stream=0) == ()


def test_a_restored_trainer_goes_on_as_if_it_had_not_stopped(config, tmp_path):
    first, second = (build_trainer(config, 100) for _ in range(2))
    for number in range(3):
        first.train_step(make_data(number))
    Checkpoints(first, tmp_path, 1, "auto_encoder").save()
    assert Checkpoints(second, tmp_path, 1, "auto_encoder").restore(tmp_path) == 3
    for number in range(3, 6):
        first.train_step(make_data(number))
        second.train_step(make_data(number))
    for name, network in first.networks.items():
        for ours, again in zip(network.variables, second.networks[name].variables, strict=True):
            np.testing.assert_allclose(again.numpy(), ours.numpy(), atol=1e-5, err_msg=ours.path)


@pytest.mark.parametrize("upsampling", UPSAMPLINGS)
def test_every_decoder_keeps_sizes_and_passes_gradients(config, upsampling):
    settings = dataclasses.replace(
        SETTINGS, decoder_upsampling=upsampling, encoder_norm="instance", shortcut_layers=1
    )
    network = build_editing_network(dataclasses.replace(config, settings=settings))
    batch = {name: values[0] for name, values in make_data().items()}
    with tf.GradientTape() as tape:
        images = network([batch["images"], batch["source_attributes"]], training=True)
        loss = tf.reduce_mean(tf.square(images - batch["images"]))
    assert images.shape == batch["images"].shape
    for gradient in tape.gradient(loss, network.trainable_variables):
        assert gradient is not None


def test_pixels_are_shuffled_as_pytorch_does():
    """Channel c * 4 + 2 * row + column of a pixel becomes that place of channel c."""
    block = UpsamplingBlock(2, "pixelshuffle", "none", "linear")
    block.build((1, 1, 1, 1))
    kernel = np.zeros((3, 3, 1, 8), np.float32)
    kernel[1, 1, 0] = np.arange(8)
    block.block.convolution.kernel.assign(kernel)
    found = block(tf.ones((1, 1, 1, 1))).numpy()[0]
    np.testing.assert_array_equal(found[:, :, 0], [[0, 1], [2, 3]])
    np.testing.assert_array_equal(found[:, :, 1], [[4, 5], [6, 7]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"image_size": 20}, "--image_size: must be divisible by 2"),
        ({"image_size": 24}, "--image_size: must be a power of 2"),
    ],
)
def test_what_does_not_fit_is_named(config, change, message):
    with pytest.raises(ConfigError, match=message):
        dataclasses.replace(config, data=dataclasses.replace(config.data, **change))
    with pytest.raises(ConfigError, match="--shortcut_layers: must be at most"):
        FaderNetSettings(num_layers=3, shortcut_layers=3)


@pytest.mark.slow
def test_trains_edits_and_is_exported(config, tmp_path):
    assert summarize(config)["auto_encoder_parameters"] > 0
    assert train(config, tmp_path / "run", tf.distribute.get_strategy())
    images = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
    difference = np.float32([[1, 0], [0, -2], [0, 0]])
    source = np.float32([[0, 1], [1, 1], [0, 0]])
    run = open_model(tmp_path / "run")
    edited = run.edit(images, difference, source)
    options = ExportOptions(warmup=False, comparison_images=2, latency_repeats=1)
    export_run(tmp_path / "run", tmp_path / "exported", options=options)
    for path in ("saved_model", "litert/edit_float32.tflite"):
        again = open_model(tmp_path / "exported" / path).edit(images, difference, source)
        np.testing.assert_allclose(again, edited, atol=1e-4, err_msg=path)


@pytest.mark.slow
def test_two_replicas_equal_one_device(mirrored, config):
    """Each on half the batch, with batch norm and dropout of the whole one."""
    one = build_trainer(config, 100)
    with mirrored.scope():
        two = build_trainer(config, 100, num_replicas=2)
    data = make_data()

    def share(context):
        first = 2 * context.replica_id_in_sync_group
        return {name: values[:, first : first + 2] for name, values in data.items()}

    terms = one.train_step(data)
    shared = mirrored.experimental_distribute_values_from_function(share)
    others = mirrored.run(two.train_step, args=(shared,))
    for name, value in terms.items():
        theirs = mirrored.experimental_local_results(others[name])[0]
        np.testing.assert_allclose(theirs, value, rtol=1e-3, atol=1e-6, err_msg=name)
