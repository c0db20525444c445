"""IcGAN's losses by hand. The official Lua code cannot be run: these are its only values."""

import dataclasses
import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.icgan.settings import IcGANSettings
from stgan_tf.systems.icgan.stage_plan import StagePlan
from stgan_tf.systems.icgan.trainer import (
    IcGANTrainer,
    cross_entropy,
    signs,
    squared_error,
)
from stgan_tf.systems.icgan.wrong_labels import choose_wrong_labels

LN2, LN3 = math.log(2), math.log(3)


class FirstAttributeDiscriminator(keras.Model):
    """The logit is v times the first attribute plus w times the image's mean."""

    def build(self, input_shape):
        self.v = self.add_weight(name="v", shape=())
        self.w = self.add_weight(name="w", shape=())
        self.built = True

    def call(self, inputs, training=False):
        images, labels = inputs
        return self.v * labels[:, 0] + self.w * tf.reduce_mean(images, axis=(1, 2, 3))


class GreyGenerator(keras.Model):
    """Grey images of g times the first number of z."""

    def build(self, input_shape):
        self.g = self.add_weight(name="g", shape=())
        self.built = True

    def call(self, inputs, training=False):
        latents, _ = inputs
        return tf.tile((self.g * latents[:, :1])[:, :, None, None], (1, 2, 2, 3))


class MeanEncoder(keras.Model):
    """a times the image's mean, as often as there are outputs."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def build(self, input_shape):
        self.a = self.add_weight(name="a", shape=())
        self.built = True

    def call(self, inputs, training=False):
        mean = tf.reduce_mean(inputs, axis=(1, 2, 3))
        return self.a * tf.tile(mean[:, None], (1, self.count))


class Parts(keras.Model):
    """The parts of an editor."""

    latent_size = 2

    def __init__(self):
        super().__init__()
        self.generator = GreyGenerator()
        self.latent_encoder = MeanEncoder(2)
        self.attribute_encoder = MeanEncoder(1)
        for part in (self.generator, self.latent_encoder, self.attribute_encoder):
            part.build(None)
        self.built = True


@pytest.fixture
def make_trainer():
    """A trainer of networks of one number each: v = ln 3, w = 0, g = 1/2, a = 2."""

    def make(**settings):
        editor, discriminator = Parts(), FirstAttributeDiscriminator()
        discriminator.build(None)
        discriminator.v.assign(LN3)
        discriminator.w.assign(0.0)
        editor.generator.g.assign(0.5)
        editor.latent_encoder.a.assign(2.0)
        editor.attribute_encoder.a.assign(2.0)
        plan = StagePlan(10, 10, 10)
        trainer = IcGANTrainer(editor, discriminator, IcGANSettings(**settings), plan)
        trainer.compile(*(FusedAdam(0.1, beta_1=0.5, epsilon=1e-8) for _ in range(4)))
        return trainer

    return make


def grey(*values):
    return tf.constant(np.tile(np.reshape(values, (-1, 1, 1, 1)), (1, 2, 2, 3)), tf.float32)


def column(*values):
    return tf.constant(values, tf.float32)[:, None]


#: Two images; the second's wrong label does not count.
BATCH = {
    "images": grey(0.0, 0.0),
    "labels": column(1, -1),
    "wrong_labels": column(-1, 1),
    "wrong_counts": tf.constant([1.0, 0.0]),
    "fake_labels": column(1, 1),
}


def test_cross_entropy_and_squared_error():
    """sigmoid(ln 3) = 3/4."""
    logits = tf.constant([0.0, LN3])
    np.testing.assert_allclose(cross_entropy(logits, 1.0), (LN2 + math.log(4 / 3)) / 2, rtol=1e-6)
    np.testing.assert_allclose(cross_entropy(logits, 0.0), (LN2 + math.log(4)) / 2, rtol=1e-6)
    counted = cross_entropy(logits, 0.0, tf.constant([0.0, 1.0]))
    np.testing.assert_allclose(counted, math.log(4) / 2, rtol=1e-6)
    assert squared_error(tf.constant([[1.0, 2], [3, 4]]), tf.zeros((2, 2))) == 30 / 4
    np.testing.assert_array_equal(signs(tf.constant([0.0, 1.0])), [-1, 1])


def test_the_discriminators_loss(make_trainer):
    """Logits of real images ln 3 and -ln 3; with the wrong labels -ln 3, which counts, and ln 3,
    which does not; of what is generated ln 3 twice.
    """
    trainer = make_trainer()
    variables, gradients, terms = trainer.discriminator_gradients(BATCH, grey(0.25, -0.25))
    real = (math.log(4 / 3) + math.log(4)) / 2
    wrong, fake = math.log(4 / 3) / 2, math.log(4)
    expected = {
        "discriminator_real_loss": real,
        "discriminator_wrong_loss": wrong,
        "discriminator_fake_loss": fake,
        "discriminator_loss": real + wrong / 2 + fake / 2,
    }
    assert set(terms) == set(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-6, err_msg=name)
    # Of v: real (-1/4 + 3/4) / 2, wrong -1/4 / 2, fake 3/4. The official gradient is not halved.
    assert [variable.name for variable in variables] == ["v", "w"]
    np.testing.assert_allclose(gradients[0], 1 / 4 + (-1 / 8 + 3 / 4) / 2, rtol=1e-6)
    # Of w: the real images are 0; the generated ones' means cancel.
    np.testing.assert_allclose(gradients[1], 0, atol=1e-7)


def test_without_wrong_labels_what_is_generated_counts_whole(make_trainer):
    trainer = make_trainer(wrong_labels=False)
    _, gradients, terms = trainer.discriminator_gradients(BATCH, grey(0.25, -0.25))
    real = (math.log(4 / 3) + math.log(4)) / 2
    np.testing.assert_allclose(terms["discriminator_loss"], real + math.log(4), rtol=1e-6)
    np.testing.assert_allclose(gradients[0], 1 / 4 + 3 / 4, rtol=1e-6)
    assert terms["discriminator_wrong_loss"] == 0


def test_the_generators_loss(make_trainer):
    """v = 0, w = ln 3, z = 2 and 0, so that images are grey 1 and 0: logits ln 3 and 0; their
    derivatives -1/4 and -1/2 by the logit, ln 3 * z by g.
    """
    trainer = make_trainer()
    trainer.discriminator.v.assign(0.0)
    trainer.discriminator.w.assign(LN3)
    latents = tf.constant([[2.0, 7.0], [0.0, 7.0]])
    with tf.GradientTape() as tape:
        fakes = trainer.editor.generator([latents, BATCH["fake_labels"]])
    _, gradients, terms = trainer.generator_gradients(BATCH, tape, fakes)
    np.testing.assert_allclose(terms["generator_loss"], (math.log(4 / 3) + LN2) / 2, rtol=1e-6)
    np.testing.assert_allclose(gradients, [-1 / 4 * LN3 * 2 / 2], rtol=1e-6)


def test_the_generator_meets_the_updated_discriminator_on_the_same_images(make_trainer):
    """Adam's first step is the rate, 0.1, against the gradient's sign. v falls; all images are
    real alike, so w follows the generated ones' mean, which is that of z.
    """
    trainer = make_trainer()
    latents = tf.constant([[2.0, 0.0], [4.0, 0.0]])
    trainer.draw_latents = lambda labels, number: latents
    batch = {
        "images": grey(0.0, 0.0),
        "source_attributes": column(1, 0),
        "target_attributes": column(1, 1),
    }
    terms = trainer.cgan_step(batch, tf.constant(0, tf.int64))
    # The fakes are grey 1 and 2: the loss falls with w, by half of 3/4 * 1.5.
    v, w = LN3 - 0.1, -0.1
    np.testing.assert_allclose(trainer.discriminator.v, v, rtol=1e-5)
    np.testing.assert_allclose(trainer.discriminator.w, w, rtol=1e-5)
    logits = v + w * np.array([1.0, 2.0])
    np.testing.assert_allclose(terms["generator_loss"], np.log1p(np.exp(-logits)).mean(), rtol=1e-5)
    # Brighter is less real now: g falls.
    np.testing.assert_allclose(trainer.editor.generator.g, 0.4, rtol=1e-5)
    slopes = -1 / (1 + np.exp(logits)) * w * np.array([2.0, 4.0])
    np.testing.assert_allclose(terms["generator_gradient_norm"], slopes.mean(), rtol=1e-4)


def test_the_loss_of_the_encoder_of_z(make_trainer):
    """z = (1, 3): grey 1/2, so that Ez answers (1, 1): (0 + 4) / 2; by a: -2 * 1/2 * 2 / 2."""
    trainer = make_trainer()
    variables, gradients, terms = trainer.latent_encoder_gradients(
        {"labels": column(1)}, tf.constant([[1.0, 3.0]])
    )
    assert [variable.name for variable in variables] == ["a"]
    np.testing.assert_allclose(terms["latent_loss"], 2, rtol=1e-6)
    np.testing.assert_allclose(gradients, [-1.0], rtol=1e-6)


def test_the_loss_of_the_encoder_of_attributes(make_trainer):
    """Grey 1 and 1/4 make 2 and 1/2; the labels are 1 and -1: (1 + 9/4) / 2. The first is right. By
    a: (2 * 1 * 1 + 2 * 3/2 * 1/4) / 2.
    """
    trainer = make_trainer()
    _, gradients, terms = trainer.attribute_encoder_gradients(
        {"images": grey(1.0, 0.25), "labels": column(1, -1)}
    )
    np.testing.assert_allclose(terms["attribute_loss"], 13 / 8, rtol=1e-6)
    np.testing.assert_allclose(terms["attribute_accuracy"], 0.5)
    np.testing.assert_allclose(gradients, [1 + 3 / 8], rtol=1e-6)


def test_wrong_labels_are_the_next_ones_that_differ():
    a, b, c = [1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]
    wrong, counts = choose_wrong_labels(tf.constant([a, a, b, c, a]))
    np.testing.assert_array_equal(wrong, [b, b, c, a, b])
    np.testing.assert_array_equal(counts, [1] * 5)
    wrong, counts = choose_wrong_labels(tf.constant([a, a, a]))
    np.testing.assert_array_equal(wrong, [a] * 3)
    np.testing.assert_array_equal(counts, [0] * 3)


def test_wrong_labels_are_every_other_one_alike_over_shuffled_batches():
    """Of (a, b, c, c), a's is b in a third of the orders and c in two thirds."""
    rows, drawn = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]], []
    rng = np.random.default_rng(0)
    for _ in range(300):
        order = rng.permutation(4)
        wrong, _ = choose_wrong_labels(tf.constant([rows[i] for i in order]))
        drawn.append(wrong.numpy()[list(order).index(0)][1])
    assert 0.58 < np.mean(drawn) < 0.75


def test_a_plan_of_epochs_and_of_few_iterations():
    """Seven iterations an epoch; the official passes do not fit into half of the encoder's 105."""
    settings = IcGANSettings()
    assert StagePlan.divide(55 * 7, settings) == StagePlan(175, 175 + 52, 280)
    assert StagePlan.divide(55 * 100, settings) == StagePlan(2500, 2600, 4000)
    assert StagePlan.divide(4, settings) == StagePlan(2, 2, 3)
    assert StagePlan.divide(1, settings) == StagePlan(1, 1, 1)
    fewer = dataclasses.replace(settings, cgan_share=1, statistics_passes=1)
    plan = StagePlan.divide(31, fewer)
    assert plan == StagePlan(1, 2, 16)
    stages = [plan.stage(done) for done in (0, 1, 2, 15, 16, 30, 31, 1000)]
    assert stages == [
        "cgan",
        "statistics",
        "latent_encoder",
        "latent_encoder",
        *["attribute_encoder"] * 4,
    ]
