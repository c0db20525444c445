"""IcGAN's stages: what each changes, resuming in each, replicas, and a run to its export."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from small_training import eager_step

from stgan_tf.config.data import DataConfig
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.options import ConfigError
from stgan_tf.runtime.opening import open_model
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.icgan.settings import IcGANSettings
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.session import train
from stgan_tf.training.summary import summarize

SETTINGS = IcGANSettings(
    generator_width=4,
    discriminator_width=4,
    encoder_width=2,
    latent_size=5,
    attribute_encoder_units=6,
    cgan_share=2,
    latent_encoder_share=4,
    attribute_encoder_share=2,
    statistics_passes=2,
)

#: The stages of the eight iterations that these shares make.
STAGES = [
    "cgan",
    "cgan",
    "statistics",
    "statistics",
    "latent_encoder",
    "latent_encoder",
    "attribute_encoder",
    "attribute_encoder",
]


@pytest.fixture
def config(tiny_config, change):
    config = change(tiny_config, "data", attributes=("Bangs", "Eyeglasses", "Male"))
    config = change(config, "training", num_iterations=8)
    return dataclasses.replace(config, system="icgan", settings=SETTINGS)


def make_data(seed=0, batch=4, size=16):
    rng = np.random.default_rng(seed)
    source = rng.integers(0, 2, (1, batch, 3)).astype(np.float32)
    return {
        "images": tf.constant(rng.uniform(-1, 1, (1, batch, size, size, 3)), tf.float32),
        "source_attributes": tf.constant(source),
        "target_attributes": tf.constant(source[:, ::-1].copy()),
    }


def variables_of(trainer):
    """{path: variable} of all networks."""
    return {v.path: v for network in trainer.networks.values() for v in network.variables}


def values_of(trainer):
    return {path: variable.numpy() for path, variable in variables_of(trainer).items()}


def part_of(path):
    """The network, or part of the editor, that a variable belongs to."""
    first, second = path.split("/")[:2]
    return second if first == "editor" else first


def is_average(path):
    return path.endswith(("moving_mean", "moving_variance"))


#: stage -> what it changes: {part: all of it, or its moving averages alone}.
CHANGES = {
    "cgan": {"generator": "all", "discriminator": "all"},
    "statistics": {"generator": "averages"},
    "latent_encoder": {"latent_encoder": "all"},
    "attribute_encoder": {"attribute_encoder": "all"},
}


@pytest.mark.slow
def test_every_stage_changes_its_network_and_no_other_and_is_resumed(config, tmp_path):
    """From a checkpoint before the last iteration of each stage, another trainer does what the
    first one does: its stage, z and optimisers' state follow.
    """
    config = dataclasses.replace(
        config, training=dataclasses.replace(config.training, ema_decay=0.9)
    )
    whole = build_trainer(config, 100)
    step = eager_step(whole, tf.distribute.get_strategy())
    states, stages = [values_of(whole)], []
    for number in range(8):
        stages.append(whole.phase())
        if number % 2:
            Checkpoints(whole, tmp_path / str(number), 1, "editor").save()
        terms = step(make_data(number))
        states.append(values_of(whole))
        assert terms["stage"] == number // 2
        if number % 2 == 0:
            continue

        before, after = states[-2:]
        changed = {path for path in before if np.any(before[path] != after[path])}
        expected = {
            path
            for path in before
            if (of_part := CHANGES[stages[-1]].get(part_of(path)))
            and (of_part == "all" or is_average(path))
        }
        assert changed == expected, stages[-1]

        again = build_trainer(config, 100)
        folder = tmp_path / str(number)
        assert Checkpoints(again, folder, 1, "editor").restore(folder) == number
        repeated = eager_step(again, tf.distribute.get_strategy())(make_data(number))
        assert repeated.keys() == terms.keys()
        for name, value in terms.items():
            np.testing.assert_allclose(repeated[name], value, rtol=1e-5, err_msg=name)
        for path, value in values_of(again).items():
            np.testing.assert_allclose(value, after[path], atol=1e-5, err_msg=path)
        for path, average in again.weight_average.named_variables.items():
            whole_average = whole.weight_average.named_variables[path]
            np.testing.assert_allclose(average, whole_average, atol=1e-5, err_msg=path)
    assert stages == STAGES
    assert [int(optimizer.iterations) for optimizer in whole.optimizers.values()] == [8, 2, 2, 2]


def test_z_is_standard_normal_and_follows_from_seed_and_iteration(config, change):
    drawn = []
    for seed in (5, 6):
        trainer = build_trainer(change(config, "training", seed=seed), 100)
        for number in range(2):
            latents = trainer.draw_latents(tf.zeros((4, 3)), tf.constant(number, tf.int64))
            np.testing.assert_array_equal(
                latents, tf.random.stateless_normal((4, 5), (seed, number))
            )
            drawn.append(latents.numpy())
    assert len(np.unique(drawn)) == np.size(drawn)
    many = trainer.normal_rows((500, 20), tf.constant(0, tf.int64), 5)
    assert abs(np.mean(many)) < 0.05 and 0.95 < np.std(many) < 1.05


def test_statistics_are_renewed_by_hand(config):
    """The first norm's averages: 0.9 of the old ones and 0.1 of the batch's, the variance unbiased;
    labels are the targets as -1 and 1.
    """
    trainer = build_trainer(config, 100)
    data = make_data(3)
    labels = 2 * data["target_attributes"][0] - 1
    number = tf.constant(2, tf.int64)
    latents = trainer.draw_latents(labels, number)
    generator = trainer.editor.generator
    outputs = generator.convolutions[0](tf.concat([latents, labels], 1)[:, None, None]).numpy()
    trainer.statistics_step({name: value[0] for name, value in data.items()}, number)
    values = outputs.reshape(-1, outputs.shape[-1])
    norm = generator.norms[0]
    np.testing.assert_allclose(norm.moving_mean, 0.1 * values.mean(0), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(norm.moving_variance, 0.9 + 0.1 * values.var(0, ddof=1), rtol=1e-5)


def test_the_encoder_of_z_sees_what_the_fixed_generator_makes_in_inference(config):
    trainer = build_trainer(config, 100)
    data, number = make_data(3), tf.constant(5, tf.int64)
    labels = 2 * data["target_attributes"][0] - 1
    latents = trainer.draw_latents(labels, number)
    images = trainer.editor.generator([latents, labels], training=False)
    answers = trainer.editor.latent_encoder(images, training=True)
    expected = np.mean((answers - latents) ** 2)
    terms = trainer.latent_encoder_step({name: value[0] for name, value in data.items()}, number)
    np.testing.assert_allclose(terms["latent_loss"], expected, rtol=1e-5)


def test_parts_of_a_batch_make_one_update_of_each_network(config, change):
    """Batch normalisation sees parts: only counts, finiteness and what changes are compared."""
    trainer = build_trainer(change(config, "training", accumulation_steps=2), 100)
    before = values_of(trainer)
    terms = trainer.train_step(make_data())
    assert all(np.isfinite(value) for value in terms.values())
    assert [int(optimizer.iterations) for optimizer in trainer.optimizers.values()] == [1, 1, 0, 0]
    changed = {path for path, value in values_of(trainer).items() if np.any(before[path] != value)}
    assert {part_of(path) for path in changed} == {"generator", "discriminator"}


@pytest.mark.slow
def test_two_replicas_equal_one_device_in_every_stage(mirrored, config):
    """Synchronised norms, the same z, wrong labels among all replicas' images."""
    settings = dataclasses.replace(SETTINGS, cgan_share=1, attribute_encoder_share=1)
    settings = dataclasses.replace(settings, latent_encoder_share=2)
    training = dataclasses.replace(config.training, num_iterations=4)
    config = dataclasses.replace(config, settings=settings, training=training)

    # A large epsilon: Adam's first step is otherwise the gradient's sign, which turns rounding of a
    # tiny gradient into a whole step.
    def optimizers():
        return [FusedAdam(1e-3, beta_1=0.5, epsilon=1e-2) for _ in range(4)]

    one = build_trainer(config, 100)
    one.compile(*optimizers())
    initial = values_of(one)
    with mirrored.scope():
        two = build_trainer(config, 100, num_replicas=2)
        two.compile(*optimizers())
    for path, value in values_of(two).items():
        np.testing.assert_array_equal(value, initial[path], err_msg=path)
    step_one = eager_step(one, tf.distribute.get_strategy())
    step_two = eager_step(two, mirrored)
    for number, stage in enumerate(CHANGES):
        data = make_data(number)

        def share(context, data=data):
            row = 2 * context.replica_id_in_sync_group
            return {name: values[:, row : row + 2] for name, values in data.items()}

        assert one.phase() == two.phase() == stage
        terms = step_one(data)
        others = step_two(mirrored.experimental_distribute_values_from_function(share))
        assert others.keys() == terms.keys()
        for name, value in terms.items():
            np.testing.assert_allclose(others[name], value, rtol=1e-3, atol=1e-5, err_msg=name)
    assert int(two.iterations.numpy()) == 4
    changed = set()
    for path, value in values_of(two).items():
        expected = variables_of(one)[path].numpy()
        np.testing.assert_allclose(value, expected, rtol=1e-3, atol=1e-5, err_msg=path)
        if np.abs(expected - initial[path]).max() > 1e-4:
            changed.add(part_of(path))
    assert changed == {"generator", "discriminator", "latent_encoder", "attribute_encoder"}


def test_what_is_configured_reaches_networks_and_optimisers(config, change):
    config = change(
        config,
        "training",
        learning_rate=0.25,
        adam_beta_1=0.75,
        adam_beta_2=0.875,
        clip_gradient_norm=3.0,
        decay_after_iterations=2,
        seed=29,
    )
    config = change(config, "settings", encoder_learning_rate=0.5, encoder_adam_beta_1=0.125)
    trainer = build_trainer(config, 100)
    for name, optimizer in trainer.optimizers.items():
        of_encoder = "encoder" in name
        found = (float(optimizer.learning_rate), optimizer.beta_1)
        assert found == ((0.5, 0.125) if of_encoder else (0.25, 0.75)), name
        assert (optimizer.beta_2, optimizer.epsilon) == (0.875, 1e-8)
        assert optimizer.clip_gradient_norm == 3 and not optimizer.pytorch
        optimizer.iterations.assign(2)  # its own updates
        np.testing.assert_allclose(
            optimizer.learning_rate, 0.05 if of_encoder else 0.025, rtol=1e-6
        )
    assert trainer.seed == 29
    found = trainer.editor.get_config()
    for name in ("latent_size", "generator_width", "encoder_width", "attribute_encoder_units"):
        assert found[name] == getattr(SETTINGS, name), name
    assert trainer.discriminator.width == 4
    parts = summarize(config)
    assert parts["editor_parameters"] == sum(
        parts[f"{part}_parameters"] for part in ("generator", "latent_encoder", "attribute_encoder")
    )


def test_the_configuration_comes_back_from_json(config):
    settings = IcGANSettings(2, 3, 4, 5, 6, 7, False, 8, 9, 10, 11, 0.5, 0.25)
    for field in dataclasses.fields(settings):
        assert getattr(settings, field.name) != field.default, field.name
    config = dataclasses.replace(config, settings=settings)
    assert Config.from_json(config.to_json()) == config


@pytest.mark.parametrize("size", [8, 24, 100])
def test_sizes_that_do_not_fit_are_named(size):
    with pytest.raises(ConfigError, match=f"--image_size: must be a power of two.*{size}"):
        Config("icgan", DataConfig(image_size=size))


def test_single_images_are_refused(config, change):
    config = change(config, "training", batch_size=2, accumulation_steps=2)
    with pytest.raises(ConfigError, match="--batch_size: must be at least 2 per accumulation step"):
        build_trainer(config, 100)


def test_the_flag_file_has_the_published_values():
    text = (Path(__file__).parents[3] / "flags" / "icgan.cfg").read_text(encoding="utf-8")
    lines = [line[2:].split("=") for line in text.splitlines() if line.startswith("--")]
    flags = {name: value[0] if value else "true" for name, *value in lines}
    assert len(flags["attributes"].split(",")) == 18
    assert (flags["batch_size"], flags["num_epochs"]) == ("64", "55")
    for field in dataclasses.fields(IcGANSettings):
        kind = type(field.default)
        value = flags[field.name] == "true" if kind is bool else kind(flags[field.name])
        assert value == field.default, field.name
    assert flags.keys() >= find_system("icgan").forceable


@pytest.mark.slow
def test_trains_goes_on_edits_and_is_exported(config, tmp_path):
    """Stopped in the stage of the encoder of z."""
    run_dir = tmp_path / "run"
    strategy = tf.distribute.get_strategy()
    shorter = dataclasses.replace(config.training, num_iterations=6, checkpoint_every=3)
    assert train(dataclasses.replace(config, training=shorter), run_dir, strategy)
    assert train(config, run_dir, strategy)
    read = Config.read(run_dir / "config.json")
    assert (read.system, read.settings) == ("icgan", SETTINGS)

    images = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
    difference = np.float32([[1, 0, 0], [0, -1, 1.5], [0, 0, 0]])
    run = open_model(run_dir)
    edited = run.edit(images, difference)
    assert edited.shape == images.shape
    options = ExportOptions(warmup=False, comparison_images=2, latency_repeats=1)
    export_run(run_dir, tmp_path / "exported", options=options)
    for path in ("saved_model", "litert/edit_float32.tflite"):
        again = open_model(tmp_path / "exported" / path).edit(images, difference)
        np.testing.assert_allclose(again, edited, atol=1e-4, err_msg=path)
