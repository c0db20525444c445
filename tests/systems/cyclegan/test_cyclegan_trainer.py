"""CycleGAN through training, resuming, measuring, editing and export; its losses by hand."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.options import ConfigError
from stgan_tf.runtime.opening import open_model
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.cyclegan.image_pool import ImagePool
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import iterations_per_epoch
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.session import train
from stgan_tf.training.summary import summarize

SETTINGS = CycleGANSettings(
    generator_width=2,
    residual_blocks=1,
    discriminator_layers=2,
    discriminator_width=2,
    pool_size=3,
)


@pytest.fixture
def config(tiny_config):
    data = dataclasses.replace(tiny_config.data, attributes=("Male",))
    training = dataclasses.replace(tiny_config.training, batch_size=2)
    return dataclasses.replace(
        tiny_config, system="cyclegan", data=data, settings=SETTINGS, training=training
    )


def make_data(seed=0, batch=2, size=16):
    rng = np.random.default_rng(seed)
    labels = np.zeros((2, batch, 1), np.float32)
    labels[1] = 1
    return {
        "images": tf.constant(rng.uniform(-1, 1, (2, batch, size, size, 3)), tf.float32),
        "source_attributes": tf.constant(labels),
        "target_attributes": tf.constant(labels),
    }


def test_losses_by_hand(config):
    """Least squares, cycle and identity from the networks' own outputs."""
    weights = {"cycle_weight_a": 3.0, "cycle_weight_b": 5.0, "identity_weight": 0.7}
    settings = dataclasses.replace(SETTINGS, **weights)
    trainer = build_trainer(dataclasses.replace(config, settings=settings), 100)
    real_a, real_b = (image.numpy() for image in make_data()["images"])
    a_to_b = lambda x: trainer.translator.generator_a(x).numpy()  # noqa: E731
    b_to_a = lambda x: trainer.translator.generator_b(x).numpy()  # noqa: E731
    fake_b, fake_a = a_to_b(real_a), b_to_a(real_b)
    of_edits = [trainer.discriminator_a(fake_b).numpy(), trainer.discriminator_b(fake_a).numpy()]
    expected = (
        sum(((logits - 1) ** 2).mean() for logits in of_edits)
        + 3 * np.abs(b_to_a(fake_b) - real_a).mean()
        + 5 * np.abs(a_to_b(fake_a) - real_b).mean()
        + 0.7 * (5 * np.abs(a_to_b(real_b) - real_b).mean())
        + 0.7 * (3 * np.abs(b_to_a(real_a) - real_a).mean())
    )
    *_, terms = trainer.generator_gradients(tf.constant(real_a), tf.constant(real_b))
    np.testing.assert_allclose(terms["generator_loss"], expected, rtol=1e-5)
    batch = {"real_a": real_a, "real_b": real_b, "shown_b": fake_b, "shown_a": fake_a}
    _, _, terms = trainer.discriminator_gradients(batch)
    of_real = ((trainer.discriminator_a(real_b).numpy() - 1) ** 2).mean()
    np.testing.assert_allclose(
        terms["discriminator_loss_a"], (of_real + (of_edits[0] ** 2).mean()) / 2, rtol=1e-5
    )


def test_an_iteration_updates_all_four_networks_once(config):
    trainer = build_trainer(config, 100)
    before = {v.path: v.numpy() for n in trainer.networks.values() for v in n.trainable_variables}
    terms = trainer.train_step(make_data())
    assert all(np.isfinite(value) for value in terms.values())
    assert [int(o.iterations) for o in trainer.optimizers.values()] == [1, 1]
    for network in trainer.networks.values():
        for variable in network.trainable_variables:
            assert np.any(before[variable.path] != variable.numpy()), variable.path
    assert int(trainer.pool_a.stored) == int(trainer.pool_b.stored) == 2


@pytest.mark.slow
def test_a_restored_trainer_goes_on_as_if_it_had_not_stopped(config, tmp_path):
    """With its pools: five iterations overfill them."""
    first, second = (build_trainer(config, 100) for _ in range(2))
    for number in range(5):
        first.train_step(make_data(number))
    saver = Checkpoints(first, tmp_path, 1, "translator")
    saver.save()
    assert Checkpoints(second, tmp_path, 1, "translator").restore(tmp_path) == 5
    np.testing.assert_array_equal(second.pool_a.images.numpy(), first.pool_a.images.numpy())
    assert int(second.pool_b.stored) == 3
    for number in range(5, 8):
        first.train_step(make_data(number))
        second.train_step(make_data(number))
    for name, network in first.networks.items():
        for ours, again in zip(network.variables, second.networks[name].variables, strict=True):
            np.testing.assert_allclose(again.numpy(), ours.numpy(), atol=1e-5, err_msg=ours.path)


def test_the_pool_by_hand():
    """Two places; whether to exchange and for which place is given."""
    pool = ImagePool(2, (1, 1, 1), seed=0, stream=0)

    def exchange(values, swaps, slots):
        images = tf.reshape(tf.constant(values, tf.float32), (-1, 1, 1, 1))
        shown = pool.exchange_chosen(images, tf.constant(swaps), tf.constant(slots), len(values))
        return shown.numpy().ravel().tolist()

    # The first two fill it; the third takes the place of the second, which is shown.
    assert exchange([1, 2, 3], [True, True, True], [0, 0, 1]) == [1, 2, 2]
    # The fourth is shown and not kept; the fifth is exchanged for the first.
    assert exchange([4, 5], [False, True], [0, 0]) == [4, 1]
    assert sorted(pool.images.numpy().ravel().tolist()) == [3, 5]
    assert ImagePool(0, (1, 1, 1), 0, 0).exchange(tf.ones((1, 1, 1, 1)), 3).numpy() == 1


def test_choices_follow_from_seed_stream_and_iteration():
    def choices(seed, stream, number):
        pool = ImagePool(50, (1, 1, 1), seed, stream)
        swaps, slots = pool._choices(64, tf.constant(number, tf.int64))
        return [*swaps.numpy(), *slots.numpy()]

    same = choices(1, 0, 7)
    assert choices(1, 0, 7) == same
    assert 16 < sum(same[:64]) < 48 and len(set(same[64:])) > 25
    for other in (choices(2, 0, 7), choices(1, 1, 7), choices(1, 0, 8)):
        assert other != same


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"attributes": ("Male", "Young")}, "--attributes: must be a single attribute"),
        ({"image_size": 18}, "--image_size: must be divisible by 4"),
        ({"image_size": 8}, "--image_size: must be at least"),
    ],
)
def test_what_does_not_fit_is_named(config, data, message):
    with pytest.raises(ConfigError, match=message):
        dataclasses.replace(config, data=dataclasses.replace(config.data, **data))


@pytest.mark.slow
def test_trains_edits_and_is_exported(config, tmp_path):
    assert iterations_per_epoch(40, config) == 10
    assert summarize(config)["translator_parameters"] > 0
    assert train(config, tmp_path / "run", tf.distribute.get_strategy())
    images = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
    difference, source = np.float32([[1], [-1], [0]]), np.float32([[0], [1], [0]])
    run = open_model(tmp_path / "run")
    edited = run.edit(images, difference, source)
    options = ExportOptions(warmup=False, comparison_images=2, latency_repeats=1)
    export_run(tmp_path / "run", tmp_path / "exported", options=options)
    for path in ("saved_model", "litert/edit_float32.tflite"):
        again = open_model(tmp_path / "exported" / path).edit(images, difference, source)
        np.testing.assert_allclose(again, edited, atol=1e-4, err_msg=path)
    # The label chooses the direction: the second and third are led back to domain A.
    read = Config.read(tmp_path / "run" / "config.json")
    assert (read.system, read.settings) == ("cyclegan", config.settings)
    assert np.abs(edited[0] - run.edit(images[:1], difference[2:], source[2:])[0]).max() > 1e-3


@pytest.mark.slow
def test_two_replicas_equal_one_device(mirrored, config):
    one = build_trainer(config, 100)
    with mirrored.scope():
        two = build_trainer(config, 100, num_replicas=2)

    for number in range(4):
        data = make_data(number)

        def share(context, data=data):
            row = context.replica_id_in_sync_group
            return {name: values[:, row : row + 1] for name, values in data.items()}

        terms = one.train_step(data)
        shared = mirrored.experimental_distribute_values_from_function(share)
        others = mirrored.run(two.train_step, args=(shared,))
        for name, value in terms.items():
            theirs = mirrored.experimental_local_results(others[name])[0]
            if number == 0 or name.startswith("cycle_loss"):
                # Later, Adam's moves of biases before a norm, by rounding noise, are felt.
                tolerance = 1e-4 if number == 0 else 1e-2
                np.testing.assert_allclose(theirs, value, rtol=tolerance, err_msg=name)
        if number == 0:
            kernels = [
                (ours, theirs.numpy())
                for ours, theirs in zip(
                    one.translator.variables, two.translator.variables, strict=True
                )
                if ours.name == "kernel"
            ]
            # Where a gradient is all rounding, Adam goes a whole step either way.
            moved = [np.abs(theirs - ours.numpy()).ravel() for ours, theirs in kernels]
            assert np.mean(np.concatenate(moved) > 1e-5) < 0.01
    np.testing.assert_allclose(two.pool_a.images.numpy(), one.pool_a.images.numpy(), atol=1e-2)
