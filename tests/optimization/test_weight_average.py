"""The generator's averaged weights: values, replicas, checkpoints, and who uses them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from systems.stgan.test_trainer import make_data

from stgan_tf.optimization.weight_average import WeightAverage
from stgan_tf.runtime.exportable import load_exportable
from stgan_tf.runtime.opening import open_model
from stgan_tf.systems.building import build_trainer
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.run_folder import load_run


def small_network():
    network = keras.Sequential([keras.layers.Dense(1, use_bias=False)])
    network.build((None, 1))
    return network


def test_values_follow_the_stated_rule():
    network = small_network()
    network.variables[0].assign([[1.0]])
    average = WeightAverage(network, decay=0.5)
    expected = 1.0
    for update, weight in enumerate([3.0, -1.0, 2.0, 8.0, 0.5, 7.0, 1.0, -2.0, 4.0, 6.0]):
        network.variables[0].assign([[weight]])
        average.update(tf.constant(update))
        keep = min(0.5, (1 + update) / (10 + update))
        expected = keep * expected + (1 - keep) * weight
        [value] = average.named_variables.values()
        np.testing.assert_allclose(value, [[expected]], rtol=1e-6)


def test_averages_on_replicas_are_equal(mirrored):
    with mirrored.scope():
        network = small_network()
        network.variables[0].assign([[1.0]])
        average = WeightAverage(network, decay=0.9)
        network.variables[0].assign([[3.0]])

    @tf.function(autograph=False)
    def step():
        mirrored.run(lambda: average.update(tf.constant(2)))

    step()
    [variable] = average.named_variables.values()
    copies = mirrored.experimental_local_results(variable)
    assert len(copies) == 2
    for copy in copies:
        np.testing.assert_allclose(copy, [[0.25 * 1 + 0.75 * 3]], rtol=1e-6)


@pytest.fixture
def averaging_run(tiny_config, change, tmp_path):
    """(trainer after two iterations, its run folder)."""
    config = change(tiny_config, "training", ema_decay=0.5)
    trainer = build_trainer(config, num_images=100)
    for seed in range(2):
        trainer.train_step(make_data(seed=seed))
    config.write(tmp_path / "config.json")
    Checkpoints(trainer, tmp_path / "checkpoints", 1).save()
    return trainer, tmp_path


@pytest.mark.slow
def test_load_run_takes_the_average_or_the_raw_weights(averaging_run):
    trainer, run_dir = averaging_run
    averages = trainer.weight_average.named_variables
    differing = 0
    raw, averaged = load_run(run_dir, weights="raw").network, load_run(run_dir).network
    for ours, smooth, trained in zip(
        raw.variables, averaged.variables, trainer.generator.variables, strict=True
    ):
        np.testing.assert_array_equal(ours, trained, err_msg=trained.path)
        np.testing.assert_array_equal(smooth, averages[trained.path], err_msg=trained.path)
        differing += np.any(ours.numpy() != smooth.numpy())
    assert differing == len(averages)


def test_average_is_resumed(averaging_run, tiny_config, change):
    trainer, run_dir = averaging_run
    other = build_trainer(change(tiny_config, "training", ema_decay=0.5), num_images=100)
    assert Checkpoints(other, run_dir / "checkpoints", 1).restore(run_dir / "checkpoints") == 2
    for path, value in trainer.weight_average.named_variables.items():
        np.testing.assert_array_equal(other.weight_average.named_variables[path], value)


@pytest.mark.slow
def test_average_switched_off_and_on(averaging_run, tiny_config, change):
    """With --force: off leaves it out of the next checkpoint, on starts from the weights."""
    trainer, run_dir = averaging_run
    folder = run_dir / "checkpoints"
    without = build_trainer(tiny_config, num_images=100)
    saver = Checkpoints(without, folder, 1)
    assert saver.restore(folder) == 2
    saver.save()
    np.testing.assert_array_equal(
        load_run(run_dir).network.variables[0], trainer.generator.variables[0]
    )
    again = build_trainer(change(tiny_config, "training", ema_decay=0.5), num_images=100)
    assert Checkpoints(again, folder, 1).restore(folder) == 2
    for variable in again.generator.variables:
        average = again.weight_average.named_variables[variable.path]
        np.testing.assert_array_equal(average, variable, err_msg=variable.path)


@pytest.mark.slow
def test_averaging_changes_nothing_about_the_training(averaging_run, tiny_config):
    trainer, _ = averaging_run
    plain = build_trainer(tiny_config, num_images=100)
    for seed in range(2):
        plain.train_step(make_data(seed=seed))
    for ours, theirs in zip(trainer.generator.variables, plain.generator.variables, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5, err_msg=theirs.path)


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["average", pytest.param("raw", marks=pytest.mark.slow)])
def test_editor_and_export_take_the_weights_asked_for(averaging_run, asked):
    _, run_dir = averaging_run
    model = load_exportable(run_dir, weights=asked)
    assert model.weights == asked
    images = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 3)).astype(np.float32)
    difference = np.eye(len(model.description.attributes), dtype=np.float32)[:2]
    expected = load_run(run_dir, weights=asked).network([images, difference])
    np.testing.assert_allclose(model.edit(images, difference), expected, atol=1e-5)
    ours = open_model(run_dir, weights=asked).edit(images, difference)
    np.testing.assert_allclose(ours, expected, atol=1e-5)
    other = load_run(run_dir, weights="raw" if asked == "average" else "average").network
    assert np.abs(other([images, difference]) - expected).max() > 1e-4


def test_a_run_without_averages_says_so(tiny_config, tmp_path):
    trainer = build_trainer(tiny_config, num_images=100)
    tiny_config.write(tmp_path / "config.json")
    Checkpoints(trainer, tmp_path / "checkpoints", 1).save()
    assert load_run(tmp_path).weights == load_run(tmp_path, weights="raw").weights == "raw"
