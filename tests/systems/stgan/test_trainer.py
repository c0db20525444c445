"""STGANTrainer: what an iteration changes, `fit`, the losses, and replicas against one device."""

import numpy as np
import pytest
import tensorflow as tf
from slow_parameters import quick_first

from stgan_tf.losses.gradient_penalty import gradient_penalty
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems import critic_trainer as trainer_module
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.stgan.trainer import STGANTrainer


def make_data(k=3, batch=4, size=16, attributes=13, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, (2, k, batch, attributes)).astype(np.float32)
    return {
        "images": tf.constant(rng.uniform(-1, 1, (k, batch, size, size, 3)), tf.float32),
        "source_attributes": tf.constant(labels[0]),
        "target_attributes": tf.constant(labels[1]),
    }


def weights_of(trainer):
    networks = (trainer.generator, trainer.discriminator)
    return [weight.numpy() for network in networks for weight in network.weights]


def test_iteration_updates_both_networks_the_stated_number_of_times(tiny_config):
    trainer = build_trainer(tiny_config, num_images=100)
    before = [w.numpy() for w in trainer.generator.trainable_variables]
    terms = trainer.train_step(make_data())
    assert int(trainer.discriminator_optimizer.iterations) == 2
    assert int(trainer.generator_optimizer.iterations) == 1
    assert all(np.isfinite(value) for value in terms.values())
    for old, variable in zip(before, trainer.generator.trainable_variables, strict=True):
        assert np.any(old != variable.numpy()), variable.path


def test_critic_step_leaves_generator_weights_but_moves_its_averages(tiny_config):
    trainer = build_trainer(tiny_config, num_images=100)
    batch = {name: values[0] for name, values in make_data().items()}
    before = {w.path: w.numpy() for w in trainer.generator.weights}
    trainer.critic_step(batch, tf.fill((4, 1, 1, 1), 0.5))
    moved = {w.path for w in trainer.generator.weights if np.any(before[w.path] != w.numpy())}
    averages = {w.path for w in trainer.generator.non_trainable_weights}
    assert moved == averages


def test_loss_terms_add_up_by_their_weights(tiny_config, change):
    """Primes, so that no weight can stand for another."""
    weights = {
        "gradient_penalty_weight": 7.0,
        "critic_attribute_weight": 3.0,
        "generator_attribute_weight": 11.0,
        "reconstruction_weight": 13.0,
    }
    trainer = build_trainer(change(tiny_config, "settings", **weights), num_images=100)
    terms = trainer.train_step(make_data())
    np.testing.assert_allclose(
        terms["critic_loss"],
        terms["critic_adversarial_loss"]
        + 7 * terms["gradient_penalty"]
        + 3 * terms["critic_attribute_loss"],
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        terms["generator_loss"],
        terms["generator_adversarial_loss"]
        + 11 * terms["generator_attribute_loss"]
        + 13 * terms["reconstruction_loss"],
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        terms["wasserstein_estimate"], -terms["critic_adversarial_loss"], rtol=1e-5
    )


@pytest.mark.parametrize("loss", quick_first(["wgan", "dcgan"]))
def test_every_critic_step_has_noise_of_its_own(tiny_config, change, loss):
    """Three steps of two iterations: the uniform numbers of (seed, step's number in the run)."""
    config = change(tiny_config, "training", seed=17)
    config = change(config, "settings", critic_steps_per_generator_step=3)
    trainer = build_trainer(change(config, "settings", adversarial_loss=loss), num_images=100)
    critic_step, drawn = trainer.critic_step, []

    def watch(batch, alpha, beta=None):
        drawn.append((alpha.numpy(), None if beta is None else beta.numpy()))
        return critic_step(batch, alpha, beta)

    trainer.critic_step = watch
    for seed in range(2):
        trainer.train_step(make_data(k=4, seed=seed))
    for number, (alpha, beta) in enumerate(drawn):
        expected = tf.random.stateless_uniform((4, 1, 1, 1), (17, number))
        np.testing.assert_array_equal(alpha, expected, err_msg=f"step {number}")
        assert (beta is None) == (loss == "wgan")
    noises = [np.ravel(value)[:4] for pair in drawn for value in pair if value is not None]
    assert len(noises) == (6 if loss == "wgan" else 12)
    assert len(np.unique(noises)) == 4 * len(noises)
    if loss == "dcgan":
        assert {beta.shape for _, beta in drawn} == {(4, 16, 16, 3)}
        np.testing.assert_allclose([beta.mean() for _, beta in drawn], 0.5, atol=0.05)


def test_each_update_has_a_batch_of_its_own(tiny_config):
    trainer = build_trainer(tiny_config, num_images=100)
    critic_step, generator_step, seen = trainer.critic_step, trainer.generator_step, []
    trainer.critic_step = lambda batch, *noise: seen.append(batch) or critic_step(batch, *noise)
    trainer.generator_step = lambda batch: seen.append(batch) or generator_step(batch)
    data = make_data()
    trainer.train_step(data)
    assert len(seen) == 3
    for k, batch in enumerate(seen):
        for name, values in data.items():
            np.testing.assert_array_equal(batch[name], values[k], err_msg=f"{name} of update {k}")


def test_training_edits_have_intensities_from_the_least_to_one(tiny_config, change):
    """One factor for all attributes of an image, drawn anew for every update of the run."""
    config = change(tiny_config, "settings", least_intensity=0.5)
    trainer = build_trainer(config, num_images=100)
    label_of_edit, given = trainer.label_of_edit, []

    def watch(batch):
        given.append(
            (batch["target_attributes"] - batch["source_attributes"], label_of_edit(batch))
        )
        return given[-1][1]

    trainer.label_of_edit = watch
    for seed in range(2):
        trainer.train_step(make_data(batch=8, seed=seed))
    factors = []
    for difference, label in given:
        rows = np.abs(label).max(axis=1, keepdims=True)
        np.testing.assert_allclose(label, difference * rows, rtol=1e-6)
        factors.extend(rows.ravel())
    assert len(set(factors)) == len(factors) == 2 * 3 * 8
    assert 0.5 <= min(factors) < 0.6 and 0.9 < max(factors) < 1
    # Of the other streams, 0 and 1 are the gradient penalty's and 2 that of shuffled targets.
    first = [0.5 + 0.5 * trainer.uniform_rows((8, 1), 0, trainer.seed, each) for each in range(4)]
    same = [np.allclose(np.ravel(each), factors[:8]) for each in first]
    assert same == [False, False, False, True]


def test_attributes_are_told_from_noisy_images_and_the_rest_from_clean_ones(tiny_config, change):
    trainer = build_trainer(change(tiny_config, "settings", attribute_noise=0.5), num_images=100)
    data = make_data(batch=8)
    first, second = trainer.take_batch(data, 0), trainer.take_batch(data, 1)
    noise = first["attribute_noise"]
    assert np.std(noise) == pytest.approx(0.5, rel=0.03)
    assert abs(np.corrcoef(np.ravel(noise), np.ravel(second["attribute_noise"]))[0, 1]) < 0.05

    images, source = first["images"], first["source_attributes"]
    target, label = first["target_attributes"], trainer.label_of_edit(first)
    edited = trainer.generator([images, label], training=True)
    noisy_critic = trainer.discriminator(images + noise)[1]
    scores = [tf.reduce_mean(trainer.discriminator(each)[0]) for each in (images, edited)]
    terms = trainer.critic_step(first, tf.fill((8, 1, 1, 1), 0.5))
    expected = trainer.attribute_loss(source, noisy_critic)
    np.testing.assert_allclose(terms["critic_attribute_loss"], expected, rtol=1e-5)
    np.testing.assert_allclose(terms["wasserstein_estimate"], scores[0] - scores[1], rtol=1e-3)

    score, clean = trainer.discriminator(edited)
    noisy = trainer.discriminator(edited + noise)[1]
    terms = trainer.generator_step(first)
    expected = trainer.attribute_loss(target, noisy)
    assert abs(expected - trainer.attribute_loss(target, clean)) > 1e-3
    np.testing.assert_allclose(terms["generator_attribute_loss"], expected, rtol=1e-4)
    np.testing.assert_allclose(
        terms["generator_adversarial_loss"], -tf.reduce_mean(score), rtol=1e-3, atol=1e-5
    )


def test_the_decoder_averages_the_edit_first_then_the_reconstruction(tiny_config, change):
    """As in the official code. At a momentum of 1/2 the averages tell: m/4 + edit/4 + again/2."""
    config = change(tiny_config, "settings", batch_norm_momentum=0.5)
    batch = {name: values[0] for name, values in make_data().items()}
    difference = batch["target_attributes"] - batch["source_attributes"]
    statistics = []
    for label in (difference, tf.zeros_like(difference)):
        generator = build_trainer(config, num_images=100).generator
        averages = generator.decoder.non_trainable_weights
        first = [average.numpy() for average in averages]
        generator.decode(generator.encode(batch["images"], training=True), label, training=True)
        pairs = zip(averages, first, strict=True)
        statistics.append([2 * average.numpy() - before for average, before in pairs])

    trainer = build_trainer(config, num_images=100)
    trainer.generator_step(batch)
    apart = 0.0
    for ours, before, edit, again in zip(
        trainer.generator.decoder.non_trainable_weights, first, *statistics, strict=True
    ):
        expected = before / 4 + edit / 4 + again / 2
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5, err_msg=ours.path)
        apart = max(apart, np.abs(edit - again).max())
    assert apart > 1e-2


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["lsgan", "dcgan"])
def test_other_losses_train(tiny_config, change, loss):
    trainer = build_trainer(change(tiny_config, "settings", adversarial_loss=loss), num_images=100)
    terms = trainer.train_step(make_data())
    assert all(np.isfinite(value) for value in terms.values())


def test_bfloat16_trains_close_to_float32(tiny_config, change):
    data = make_data()
    terms = {}
    for precision in ("float32", "bfloat16"):
        config = change(tiny_config, "training", precision=precision)
        trainer = build_trainer(config, num_images=100)
        assert {v.dtype for v in trainer.generator.variables} == {"float32"}
        terms[precision] = trainer.train_step(data)
    np.testing.assert_allclose(
        terms["bfloat16"]["reconstruction_loss"], terms["float32"]["reconstruction_loss"], rtol=0.02
    )


def test_bfloat16_leaves_the_penalty_and_the_heads_float32(tiny_config, change, monkeypatch):
    """A penalty from bfloat16's 8 bits would be off by percents; here it is the float32 one."""
    seen = []

    def watch(critic, points):
        penalty = gradient_penalty(critic, points)
        seen.append((points, critic(points), penalty))
        return penalty

    monkeypatch.setattr(trainer_module, "gradient_penalty", watch)
    trainer = build_trainer(change(tiny_config, "training", precision="bfloat16"), num_images=100)
    exact = build_trainer(tiny_config, num_images=100)
    assert trainer.generator.compute_dtype == "bfloat16"
    batch = {name: values[0] for name, values in make_data().items()}
    alpha = tf.fill((4, 1, 1, 1), 0.25)
    _, gradients, _ = trainer.critic_gradients(batch, alpha)
    assert {gradient.dtype for gradient in gradients} == {tf.float32}
    ((points, logits, penalty),) = seen
    discriminator = trainer.discriminator
    for ours, theirs in zip(discriminator.variables, exact.discriminator.variables, strict=True):
        assert ours.dtype == "float32"
        theirs.assign(ours)
    np.testing.assert_array_equal(logits, exact.discriminator(points)[0])
    expected = gradient_penalty(lambda x: exact.discriminator(x)[0], points)
    np.testing.assert_array_equal(penalty, expected)
    # The other passes are those of bfloat16: near, but not the same.
    rounded, attributes = discriminator(points)
    assert rounded.dtype == attributes.dtype == tf.float32
    assert not np.array_equal(rounded, logits)
    np.testing.assert_allclose(rounded, logits, rtol=0.1, atol=0.02)
    assert {layer.compute_dtype for layer in discriminator.blocks} == {"bfloat16"}
    heads = [discriminator.critic_hidden, discriminator.attribute_logit]
    assert {layer.compute_dtype for layer in heads} == {"float32"}


def test_options_that_are_off_are_not_in_the_graph(tiny_config):
    trainer = build_trainer(tiny_config, num_images=100)
    assert trainer.weight_average is None
    assert trainer.generator_optimizer.clip_gradient_norm == 0
    names = trainer.train_step(make_data()).keys()
    assert "stop_requested" not in names


@pytest.mark.slow
def test_stop_requests_and_bad_losses_reach_every_replica(mirrored, tiny_config):
    """What workers learn of each other, here from two replicas of one process: so that all stop."""
    with mirrored.scope():
        trainer = build_trainer(tiny_config, num_images=100, num_replicas=2)
    data = make_data(batch=2)
    asked = mirrored.experimental_distribute_values_from_function(
        lambda context: tf.constant(float(context.replica_id_in_sync_group == 1))
    )

    def train_step(asked):
        # Not finite in replica 1 only.
        images = tf.where(asked > 0, np.inf, data["images"])
        return trainer.train_step({**data, "images": images}, asked)

    found = mirrored.run(train_step, args=(asked,))
    terms = {name: mirrored.experimental_local_results(v) for name, v in found.items()}
    assert [float(value) for value in terms["stop_requested"]] == [0.5, 0.5]
    assert not np.isfinite([float(value) for value in terms["critic_loss"]]).any()


@pytest.mark.slow
def test_fit_trains(tiny_config):
    trainer = build_trainer(tiny_config, num_images=100)
    data = tf.data.Dataset.from_tensors(make_data()).repeat(2)
    history = trainer.fit(data, epochs=1, shuffle=False, verbose=0)
    assert int(trainer.generator_optimizer.iterations) == 2
    assert np.isfinite(history.history["generator_loss"]).all()


@pytest.mark.slow
def test_fit_trains_under_mirrored_strategy(mirrored, tiny_config):
    with mirrored.scope():
        trainer = build_trainer(tiny_config, num_images=100, num_replicas=2)
    data = mirrored.distribute_datasets_from_function(
        lambda _: tf.data.Dataset.from_tensors(make_data(batch=2)).repeat(4)
    )
    trainer.fit(data, epochs=1, steps_per_epoch=2, shuffle=False, verbose=0)
    assert int(trainer.generator_optimizer.iterations.numpy()) == 2


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["wgan", "dcgan"])
def test_two_replicas_equal_one_device(mirrored, tiny_config, change, loss):
    config = change(tiny_config, "settings", adversarial_loss=loss)

    # A large epsilon: Adam's first step is otherwise the gradient's sign, which turns rounding of a
    # tiny gradient into a whole step.
    def optimizers():
        return [FusedAdam(1e-3, beta_1=0.5, epsilon=1e-2) for _ in range(2)]

    data = make_data()
    one = build_trainer(config, num_images=100)
    one.compile(*optimizers())
    initial = weights_of(one)
    expected_terms = one.train_step(data)

    with mirrored.scope():
        two = build_trainer(config, num_images=100, num_replicas=2)
        two.compile(*optimizers())
    for ours, theirs in zip(weights_of(two), initial, strict=True):
        np.testing.assert_array_equal(ours, theirs)

    def share(name):
        return mirrored.experimental_distribute_values_from_function(
            lambda context: data[name][:, 2 * context.replica_id_in_sync_group :][:, :2]
        )

    terms = mirrored.run(two.train_step, args=({name: share(name) for name in data},))
    for name, value in terms.items():
        copies = mirrored.experimental_local_results(value)
        np.testing.assert_array_equal(*copies)
        np.testing.assert_allclose(copies[0], expected_terms[name], rtol=2e-4, atol=1e-5)
    changed = 0.0
    for ours, theirs, first in zip(weights_of(two), weights_of(one), initial, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-6)
        changed = max(changed, np.abs(theirs - first).max())
    assert changed > 1e-4  # the step was no empty one


def test_without_being_told_no_average_is_kept_and_batches_are_not_cut(tiny_config):
    built = build_trainer(tiny_config, num_images=100)
    plain = STGANTrainer(built.generator, built.discriminator, tiny_config.settings, LabelRule())
    assert plain.weight_average is None
    assert (plain.seed, plain.accumulation_steps) == (0, 1)
