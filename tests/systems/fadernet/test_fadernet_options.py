"""FaderNet with the patch discriminator, the classifier and a category of three hair colours."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.edits import edit_difference
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.options import ConfigError
from stgan_tf.runtime.opening import open_model
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.run_folder import load_run
from stgan_tf.training.session import train
from stgan_tf.training.summary import summarize

ATTRIBUTES = ("Male", "Black_Hair", "Blond_Hair", "Brown_Hair")

SETTINGS = FaderNetSettings(
    num_layers=3,
    encoder_width=2,
    max_channels=8,
    shortcut_layers=1,
    latent_hidden_units=5,
    latent_weight=0.5,
    latent_ramp_iterations=4,
    decoder_dropout=0.2,
    patch_weight=0.3,
    patch_steps=2,
    classifier_weight=0.7,
    attribute_groups=("Black_Hair+Blond_Hair+Brown_Hair",),
)
BATCHES = 5  # the latent discriminator's, two of patches, the classifier's, the auto-encoder's


@pytest.fixture
def config(tiny_config):
    data = dataclasses.replace(tiny_config.data, attributes=ATTRIBUTES, image_size=32)
    training = dataclasses.replace(tiny_config.training, clip_gradient_norm=5.0)
    return dataclasses.replace(
        tiny_config, system="fadernet", data=data, settings=SETTINGS, training=training
    )


def with_settings(config, **settings):
    return dataclasses.replace(config, settings=dataclasses.replace(config.settings, **settings))


def make_data(seed=0, batch=4, batches=BATCHES):
    rng = np.random.default_rng(seed)
    hair = np.eye(4)[rng.integers(0, 4, (batches, batch))][..., 1:]
    labels = np.concatenate([rng.integers(0, 2, (batches, batch, 1)), hair], axis=-1)
    return {
        "images": tf.constant(rng.uniform(-1, 1, (batches, batch, 32, 32, 3)), tf.float32),
        "source_attributes": tf.constant(labels, tf.float32),
        "target_attributes": tf.constant(labels, tf.float32),
    }


@pytest.mark.slow
def test_each_network_is_updated_on_batches_of_its_own(config):
    assert find_system("fadernet").batches_per_iteration(config.settings) == BATCHES
    trainer = build_trainer(config, 100)
    assert list(trainer.networks) == [
        "auto_encoder",
        "latent_discriminator",
        "patch_discriminator",
        "classifier",
    ]
    data, seen = make_data(), []
    steps = ("discriminator_step", "patch_step", "patch_step", "classifier_step")
    for name in {*steps, "auto_encoder_step"}:
        step = getattr(trainer, name)
        setattr(
            trainer,
            name,
            lambda batch, number, name=name, step=step: (
                seen.append((name, int(number), batch["images"])) or step(batch, number)
            ),
        )
    before = {v.path: v.numpy() for n in trainer.networks.values() for v in n.trainable_variables}
    terms = trainer.train_step(data)
    assert all(np.isfinite(value) for value in terms.values())
    assert [name for name, _, _ in seen] == [*steps, "auto_encoder_step"]
    assert [number for _, number, _ in seen] == [0, 0, 1, 0, 0]
    for k, (_, _, images) in enumerate(seen):
        np.testing.assert_array_equal(images, data["images"][k])
    counts = {name: int(o.iterations.value) for name, o in trainer.optimizers.items()}
    assert counts == {
        "auto_encoder_optimizer": 1,
        "latent_discriminator_optimizer": 1,
        "patch_discriminator_optimizer": 2,
        "classifier_optimizer": 1,
    }
    changed = {
        v.path
        for n in trainer.networks.values()
        for v in n.trainable_variables
        if np.any(before[v.path] != v.numpy())
    }
    assert changed == set(before)
    # The ramp starts at 0, so edits do not count yet.
    np.testing.assert_allclose(terms["auto_encoder_loss"], terms["reconstruction_loss"])


def test_the_auto_encoders_objective(config):
    trainer = build_trainer(config, 100)
    batch = {name: values[0] for name, values in make_data().items()}
    terms = trainer.auto_encoder_step(batch, tf.constant(2, tf.int64))
    expected = terms["reconstruction_loss"] + 0.5 * (
        0.5 * terms["flipped_attributes_loss"]
        + 0.3 * terms["patch_loss"]
        + 0.7 * terms["edited_attributes_loss"]
    )
    np.testing.assert_allclose(terms["auto_encoder_loss"], expected, rtol=1e-6)


def test_the_patch_discriminators_objective(config):
    """An undecided one, all weights 0: p = 0.5 of each, so twice log 2 whatever is smoothed."""
    trainer = build_trainer(config, 100)
    for variable in trainer.patch_discriminator.trainable_variables:
        variable.assign(tf.zeros_like(variable))
    batch = {name: values[0] for name, values in make_data().items()}
    terms = trainer.patch_step(batch, tf.constant(0, tf.int64))
    np.testing.assert_allclose(terms["patch_discriminator_loss"], 2 * np.log(2), rtol=1e-6)


@pytest.mark.parametrize(
    ("settings", "names", "batches"),
    [
        ({"patch_weight": 0.0}, {"classifier"}, 3),
        ({"classifier_weight": 0.0}, {"patch_discriminator"}, 4),
        ({"classifier_weight": 0.0, "patch_weight": 0.0}, set(), 2),
    ],
)
def test_what_has_no_weight_does_not_exist(config, settings, names, batches):
    config = with_settings(config, **settings)
    trainer = build_trainer(config, 100)
    assert set(trainer.networks) == {"auto_encoder", "latent_discriminator"} | names
    terms = trainer.train_step(make_data(batches=batches))
    assert ("patch_loss" in terms) == ("patch_discriminator" in names)
    assert ("edited_attributes_loss" in terms) == ("classifier" in names)
    assert set(find_system("fadernet").costs(config).parameters) == set(trainer.networks)


def test_the_options_change_no_weights_and_draws_of_the_rest(config):
    """So that a run without them goes on as before: the other networks start from the same weights,
    and their dropout is drawn from the same numbers.
    """
    whole = build_trainer(config, 100)
    plain = build_trainer(with_settings(config, classifier_weight=0.0, patch_weight=0.0), 100)
    for name, network in plain.networks.items():
        for ours, theirs in zip(network.weights, whole.networks[name].weights, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    number = tf.constant(7, tf.int64)
    for stream, word in ((0, 7), (1, -8)):
        expected = tf.random.stateless_uniform((3, 2), tf.constant([5, word], tf.int64))
        np.testing.assert_array_equal(plain.uniform_rows((3, 2), number, 5, stream), expected)
    draws = [plain.uniform_rows((3, 2), n, 5, s).numpy() for n in (7, 8) for s in range(6)]
    assert len({draw.tobytes() for draw in draws}) == 12


def test_the_rate_of_all_optimisers_falls_in_the_same_iteration(config):
    training = dataclasses.replace(config.training, decay_after_iterations=5, learning_rate=0.5)
    trainer = build_trainer(dataclasses.replace(config, training=training), 100)
    for name, optimizer in trainer.optimizers.items():
        updates = 2 if name == "patch_discriminator_optimizer" else 1
        rates = []
        for n in (5 * updates - 1, 5 * updates):
            optimizer.iterations.assign(n)
            rates.append(float(optimizer.learning_rate))
        np.testing.assert_allclose(rates, [0.5, 0.05], rtol=1e-5, err_msg=name)


@pytest.mark.slow
def test_a_restored_trainer_goes_on_as_if_it_had_not_stopped(config, tmp_path):
    first, second = (build_trainer(config, 100) for _ in range(2))
    for number in range(2):
        first.train_step(make_data(number))
    Checkpoints(first, tmp_path, 1, "auto_encoder").save()
    assert Checkpoints(second, tmp_path, 1, "auto_encoder").restore(tmp_path) == 2
    for number in range(2, 4):
        first.train_step(make_data(number))
        second.train_step(make_data(number))
    for name, network in first.networks.items():
        for ours, again in zip(network.variables, second.networks[name].variables, strict=True):
            np.testing.assert_allclose(again.numpy(), ours.numpy(), atol=1e-5, err_msg=ours.path)


def test_the_auto_encoders_step_in_parts_is_that_of_the_whole_batch(config):
    """With instance norm no network looks at several images, and each keeps its own draws."""
    config = with_settings(config, encoder_norm="instance")
    whole, parts = (
        build_trainer(
            dataclasses.replace(
                config, training=dataclasses.replace(config.training, accumulation_steps=steps)
            ),
            100,
        )
        for steps in (1, 2)
    )
    batch = {name: values[0] for name, values in make_data().items()}
    number = tf.constant(3, tf.int64)
    expected = whole.auto_encoder_step(batch, number)
    for name, value in parts.auto_encoder_step(batch, number).items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-4, err_msg=name)
    weights = parts.auto_encoder.weights
    # A norm takes the bias before it away: its gradient is rounding, of which Adam makes a step.
    normed = {
        weight.path.split("/normalization/")[0] for weight in weights if "/norm" in weight.path
    }
    taken_away = {f"{block}/convolution/bias" for block in normed}
    assert taken_away & {weight.path for weight in weights}
    for ours, theirs in zip(weights, whole.auto_encoder.weights, strict=True):
        bound = 2 * config.training.learning_rate if ours.path in taken_away else 5e-5
        np.testing.assert_allclose(ours, theirs, atol=bound, err_msg=ours.path)
    terms = parts.train_step(make_data())
    assert all(np.isfinite(value) for value in terms.values())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"attribute_groups": ("Bald",)}, "--attribute_groups: must be groups of two .*'Bald'"),
        ({"attribute_groups": ("Bald+",)}, "--attribute_groups: must be groups of two"),
        ({"attribute_groups": ("A+B", "B+C")}, "--attribute_groups: .*in only one group"),
        ({"smooth_label": 0.5}, "--smooth_label: must be between 0"),
        ({"patch_steps": 0}, "--patch_steps: must be at least 1"),
    ],
)
def test_settings_that_cannot_work_are_named(settings, message):
    with pytest.raises(ConfigError, match=message):
        FaderNetSettings(**settings)


def test_what_does_not_fit_the_data_is_named(config):
    small = dataclasses.replace(config.data, image_size=16)
    with pytest.raises(ConfigError, match="--image_size: must be at least 32 .*Received: 16"):
        dataclasses.replace(config, data=small)
    fewer = dataclasses.replace(config.data, attributes=ATTRIBUTES[:3])
    with pytest.raises(ConfigError, match="--attribute_groups: .*add Brown_Hair to --attributes"):
        dataclasses.replace(config, data=fewer)


@pytest.mark.slow
def test_trains_edits_and_is_exported(config, tmp_path):
    """With a change of hair colour beyond 1."""
    assert Config.from_json(config.to_json()) == config
    summary = summarize(config)
    assert summary["patch_discriminator_parameters"] > 0
    assert summary["classifier_parameters"] > 0
    assert train(config, tmp_path / "run", tf.distribute.get_strategy())
    images = np.random.default_rng(0).uniform(-1, 1, (3, 32, 32, 3)).astype(np.float32)
    source = np.float32([[0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0]])
    difference = edit_difference({"Blond_Hair": 2.0}, ATTRIBUTES, source, needs_source=True)
    edited = open_model(tmp_path / "run").edit(images, difference, source)
    network = load_run(tmp_path / "run").network
    # Of Male: absent, present; of hair: none, black, blond, brown. The old colour goes to 0, so
    # what is beyond 1 is beyond 1 from no colour.
    columns = np.float32([[1, 0, -1, 0, 2, 0], [0, 1, -1, 0, 2, 0], [1, 0, -1, 0, 2, 0]])
    expected = network.decode_columns(network.encode(images), columns)
    np.testing.assert_allclose(edited, expected, atol=1e-5)
    options = ExportOptions(warmup=False, comparison_images=2, latency_repeats=1)
    export_run(tmp_path / "run", tmp_path / "exported", options=options)
    for path in ("saved_model", "litert/edit_float32.tflite"):
        again = open_model(tmp_path / "exported" / path).edit(images, difference, source)
        np.testing.assert_allclose(again, edited, atol=1e-4, err_msg=path)


@pytest.mark.slow
def test_two_replicas_equal_one_device(mirrored, config):
    """Each on half the batch, with the batch norm and the draws of the whole one."""
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
        np.testing.assert_allclose(theirs, value, rtol=2e-3, atol=1e-6, err_msg=name)
