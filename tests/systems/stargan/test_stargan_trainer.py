"""StarGAN trains through the same session, and its losses are the official ones."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.evaluation.protocol import ProtocolEdits
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.run_length import batches_per_iteration
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.training.run_folder import load_run
from stgan_tf.training.session import train
from stgan_tf.training.summary import summarize


def stargan(config, **settings):
    settings = StarGANSettings(
        generator_width=4,
        residual_blocks=1,
        discriminator_layers=2,
        discriminator_width=4,
        critic_steps_per_generator_step=2,
        reconstruction_weight=7.0,
        critic_attribute_weight=3.0,
        generator_attribute_weight=11.0,
        **settings,
    )
    return dataclasses.replace(config, system="stargan", settings=settings)


@pytest.mark.slow
def test_trains_and_edits(tiny_config, tmp_path):
    config = stargan(tiny_config)
    assert train(config, tmp_path / "run", tf.distribute.get_strategy())
    run = load_run(tmp_path / "run")
    assert run.step == 4
    assert run.label_rule == LabelRule("binary")
    editor = ProtocolEdits(run.network, config.data.attributes, run.label_rule)
    rng = np.random.default_rng(0)
    images = tf.constant(rng.uniform(-1, 1, (2, 16, 16, 3)), tf.float32)
    source = rng.integers(0, 2, (2, 13)).astype(np.float32)
    features = editor.encode(images)
    edits = [editor.flip(features, source, "Male", intensity) for intensity in (1.0, 2.0)]
    assert edits[0].shape == (2, 16, 16, 3)
    assert np.any(edits[0] != edits[1])
    assert summarize(config)["total_mib_estimate"] >= 0


def test_generator_loss_is_the_official_one(tiny_config):
    """solver.py: -mean D(fake) + lambda_rec * mean|x - G(G(x, trg), org)| + lambda_cls * the mean
    over the batch of BCE's sum over the attributes. Here with primes.
    """
    trainer = build_trainer(stargan(tiny_config), 100)
    rng = np.random.default_rng(0)
    batch = {
        "images": tf.constant(rng.uniform(-1, 1, (3, 16, 16, 3)), tf.float32),
        "source_attributes": tf.constant(rng.integers(0, 2, (3, 13)), tf.float32),
        "target_attributes": tf.constant(rng.integers(0, 2, (3, 13)), tf.float32),
    }
    _, gradients, terms = trainer.generator_gradients(batch)
    fake = trainer.generator([batch["images"], batch["target_attributes"]])
    back = trainer.generator([fake, batch["source_attributes"]])
    logits, attribute_logits = (value.numpy() for value in trainer.discriminator(fake))
    targets = batch["target_attributes"].numpy()
    entropy = np.logaddexp(0, attribute_logits) - targets * attribute_logits
    expected = (
        -logits.mean()
        + 7 * np.abs(batch["images"].numpy() - back.numpy()).mean()
        + 11 * entropy.sum(axis=1).mean()
    )
    np.testing.assert_allclose(terms["generator_loss"], expected, rtol=1e-5)
    assert all(np.abs(gradient).max() > 0 for gradient in gradients)


@pytest.mark.parametrize(("choice", "batches", "used"), [("fresh", 3, 2), ("critic", 2, 1)])
def test_which_batch_the_generator_is_trained_on(tiny_config, choice, batches, used):
    config = stargan(tiny_config, generator_batch=choice)
    assert batches_per_iteration(config) == batches
    trainer = build_trainer(config, 100)
    seen, step = [], trainer.generator_step
    trainer.generator_step = lambda batch: seen.append(batch) or step(batch)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, (2, batches, 3, 13))
    data = {
        "images": tf.constant(rng.uniform(-1, 1, (batches, 3, 16, 16, 3)), tf.float32),
        "source_attributes": tf.constant(labels[0], tf.float32),
        "target_attributes": tf.constant(labels[1], tf.float32),
    }
    trainer.train_step(data)
    for name, value in seen[0].items():
        np.testing.assert_array_equal(value, data[name][used])


@pytest.mark.parametrize(
    ("decay", "rates"),
    [
        # 4,000 iterations of two critic updates, at the start, in the middle, and at the end.
        ("linear", [1.0, 1.0, 0.5, 0.0]),
        ("coded", [1.0, 1.0, 1 - 2 / 4000, 1 - 4 / 4000]),
        ("steps", [1.0, 1.0, 0.1, 0.1]),
    ],
)
def test_both_optimisers_follow_the_schedule(tiny_config, decay, rates):
    config = stargan(tiny_config, rate_decay=decay)
    training = dataclasses.replace(
        config.training, num_iterations=4000, learning_rate=1.0, decay_after_iterations=2500
    )
    trainer = build_trainer(dataclasses.replace(config, training=training), 100)
    for optimizer, updates in (
        (trainer.generator_optimizer, 1),
        (trainer.discriminator_optimizer, 2),
    ):
        found = []
        for iteration in (0, 2000, 3000, 4000):
            optimizer.iterations.assign(iteration * updates)
            found.append(float(optimizer.learning_rate))
        np.testing.assert_allclose(found, rates, rtol=1e-5, atol=1e-7)
        assert optimizer.pytorch
