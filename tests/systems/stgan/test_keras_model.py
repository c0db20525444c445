"""The trainer as a Keras model: compile, fit, evaluate, predict, save and load, callbacks."""

import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import stgan_tf
from stgan_tf.keras_versions import named_variables
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.systems.stgan.trainer import STGANTrainer

SETTINGS = STGANSettings(critic_steps_per_generator_step=2, reconstruction_weight=7.0)


def networks():
    generator = stgan_tf.Generator(num_layers=2, encoder_width=4, decoder_width=4, stu_width=4)
    return generator, stgan_tf.Discriminator(3, num_layers=2, width=4, fc_units=4)


def small_trainer(**options):
    keras.utils.set_random_seed(5)
    return STGANTrainer(*networks(), SETTINGS, **options)


def faces(count=8, size=8):
    rng = np.random.default_rng(3)
    images = rng.uniform(-1, 1, (count, size, size, 3)).astype(np.float32)
    return images, rng.integers(0, 2, (count, 3)).astype(np.float32)


def built(trainer):
    trainer.build((None, 8, 8, 3), (None, 3))
    return trainer


def test_compile_takes_a_name_an_optimiser_or_the_papers():
    trainer = small_trainer()
    trainer.compile("sgd")
    for optimizer in (trainer.generator_optimizer, trainer.discriminator_optimizer):
        assert type(optimizer) is keras.optimizers.SGD
    assert trainer.generator_optimizer is not trainer.discriminator_optimizer
    assert trainer.optimizer is trainer.generator_optimizer

    trainer.compile(keras.optimizers.RMSprop(0.25), keras.optimizers.SGD(0.5))
    assert float(trainer.generator_optimizer.learning_rate) == 0.25
    assert float(trainer.discriminator_optimizer.learning_rate) == 0.5

    trainer.compile()
    for optimizer in (trainer.generator_optimizer, trainer.discriminator_optimizer):
        values = (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon)
        np.testing.assert_allclose(optimizer.learning_rate, 2e-4)
        assert values == (0.5, 0.999, 1e-8)
    assert not trainer.jit_compile


def test_networks_are_built_with_the_first_data_and_their_optimisers_then():
    trainer = small_trainer(ema_decay=0.5)
    trainer.compile("sgd")
    assert not trainer.built and trainer.weight_average is None
    built(trainer)
    assert trainer.built and trainer.generator.built and trainer.discriminator.built
    for optimizer in trainer.optimizers.values():
        assert optimizer._built if hasattr(optimizer, "_built") else optimizer.built
    names = set(named_variables(trainer.generator))
    assert set(trainer.weight_average.named_variables) == names


def test_settings_are_the_papers_unless_given():
    trainer = STGANTrainer(*networks())
    assert trainer.settings == STGANSettings()
    assert trainer.settings.batches_per_iteration == 6
    assert trainer.label_rule == LabelRule("difference", 1.0)
    target = STGANTrainer(*networks(), STGANSettings(label_mode="target", label_scale=2.0))
    assert target.label_rule == LabelRule("target", 2.0)


def test_calling_it_edits():
    trainer, (images, labels) = built(small_trainer()), faces(2)
    expected = trainer.generator([images, labels])
    np.testing.assert_array_equal(trainer(images, labels), expected)
    np.testing.assert_array_equal(trainer([images, labels]), expected)
    first = STGANTrainer(*networks())
    assert first(images, labels).shape == (2, 8, 8, 3)  # builds it
    assert first.built


def test_plain_batches_are_cut_in_order_and_targets_are_a_shuffle_of_each(monkeypatch):
    trainer, (images, attributes) = built(small_trainer()), faces(12)
    trainer.compile("sgd")
    attributes[:, 2] = np.arange(12)  # tells which image it is
    seen = []

    def watch(batch, *noise):
        seen.append({name: value.numpy() for name, value in batch.items()})
        return {"term": tf.constant(0.0)}

    monkeypatch.setattr(trainer, "critic_step", watch)
    monkeypatch.setattr(trainer, "generator_step", watch)
    for data in (
        (images, attributes),
        (images.reshape(3, 4, 8, 8, 3), attributes.reshape(3, 4, 3)),
    ):
        trainer.train_step(tuple(map(tf.constant, data)))
    trainer.generator_optimizer.iterations.assign(1)
    trainer.train_step((tf.constant(images), tf.constant(attributes)))
    assert len(seen) == 9
    orders = []
    for number, batch in enumerate(seen):
        rows = slice(4 * (number % 3), 4 * (number % 3) + 4)
        np.testing.assert_array_equal(batch["images"], images[rows])
        np.testing.assert_array_equal(batch["source_attributes"], attributes[rows])
        donors = batch["target_attributes"][:, 2].astype(int)
        assert sorted(donors) == list(range(12))[rows]
        np.testing.assert_array_equal(batch["target_attributes"], attributes[donors])
        orders.append(tuple(donors % 4))
    assert orders[:3] == orders[3:6]  # the same iteration
    assert orders[6:] != orders[:3]
    assert len(set(orders)) > 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (faces(8), r"takes 3 batches.*n divisible by 3 .*Received: shape \(8, 8, 8, 3\)"),
        (
            [part.reshape(2, 4, *part.shape[1:]) for part in faces(8)],
            r"takes 3 batches, .*Received: 2 batches, images of shape \(2, 4, 8, 8, 3\)",
        ),
        (faces(3)[:1], "Received: images only"),
        ((*faces(3), np.ones(3, np.float32)), "Received: sample weights, too"),
    ],
)
def test_data_that_do_not_fit_are_refused(data, message):
    trainer = built(small_trainer())
    trainer.compile("sgd")
    with pytest.raises(ValueError, match=message):
        trainer.train_step(tuple(map(tf.constant, data)))


def test_a_dict_with_another_number_of_batches_is_refused():
    trainer, (images, attributes) = built(small_trainer()), faces(16)
    trainer.compile("sgd")
    labels = tf.reshape(attributes, (4, 4, 3))
    data = {"images": tf.reshape(images, (4, 4, 8, 8, 3)), "source_attributes": labels}
    with pytest.raises(ValueError, match="takes 3 batches.*Received: 4 batches"):
        trainer.train_step({**data, "target_attributes": labels})


def test_a_batch_that_accumulation_does_not_divide_is_refused():
    trainer = built(small_trainer(accumulation_steps=3))
    trainer.compile("sgd")
    with pytest.raises(ValueError, match="divisible by accumulation_steps=3. Received: 4 images"):
        trainer.train_step(tuple(map(tf.constant, faces(12))))


def test_evaluation_is_the_mean_over_images_and_trains_nothing():
    trainer, (images, attributes) = built(small_trainer()), faces(6)
    trainer.compile("sgd")
    before = [weight.numpy() for weight in trainer.generator.weights]
    trainer.test_step((tf.constant(images[:4]), tf.constant(attributes[:4])))
    terms = trainer.test_step((tf.constant(images[4:]), tf.constant(attributes[4:])))
    for old, new in zip(before, trainer.generator.weights, strict=True):
        np.testing.assert_array_equal(old, new)
    again = trainer.generator([images, np.zeros_like(attributes)])
    np.testing.assert_allclose(
        terms["reconstruction_loss"], np.abs(again - images).mean(), rtol=1e-5
    )
    target = np.concatenate([attributes[[1, 2, 3, 0]], attributes[[5, 4]]])
    edited = trainer.generator([images, target - attributes])
    logits, of_edits = (np.float64(value) for value in trainer.discriminator(edited))
    np.testing.assert_allclose(terms["generator_adversarial_loss"], -logits.mean(), rtol=1e-5)
    wrong = np.logaddexp(0, of_edits) - target * of_edits
    np.testing.assert_allclose(terms["generator_attribute_loss"], wrong.mean(), rtol=1e-5)
    np.testing.assert_allclose(
        terms["generator_loss"],
        -logits.mean() + 10 * wrong.mean() + 7 * np.abs(again - images).mean(),
        rtol=1e-5,
    )
    assert set(terms) <= {metric.name for metric in trainer.metrics}
    dicts = {
        "images": tf.reshape(images, (3, 2, 8, 8, 3)),
        "source_attributes": tf.reshape(attributes, (3, 2, 3)),
        "target_attributes": tf.reshape(target, (3, 2, 3)),
    }
    trainer.reset_metrics()
    for name, value in trainer.test_step(dicts).items():
        np.testing.assert_allclose(value, terms[name], rtol=1e-5, err_msg=name)


def test_weights_of_images_are_refused():
    with pytest.raises(ValueError, match="`sample_weight` is not supported"):
        small_trainer().fit(*faces(), sample_weight=np.ones(8))


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((faces()[0], np.zeros((8, 5))), {}, r"predicts 3 attributes. Received: .* shape \(6, 5\)"),
        ((tf.data.Dataset.range(3),), {"validation_split": 0.5}, "needs images and attributes as"),
        (
            (np.full((8, 8, 8, 3), np.nan), faces()[1]),
            {},
            "floats in .*: float64 from nan",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(arguments, options, message):
    trainer = small_trainer()
    trainer.compile("sgd")
    with pytest.raises(ValueError, match=message):
        trainer.fit(*arguments, batch_size=2, verbose=0, **options)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (faces(9)[0] * 127, faces(9)[1], "pixels / 127.5 - 1"),
        (faces(9)[0], None, r"must have shape \(N, attributes\). Received: shape \(\)"),
    ],
)
def test_one_batch_that_does_not_fit_is_refused(x, y, message):
    trainer = built(small_trainer())
    trainer.compile("sgd")
    with pytest.raises(ValueError, match=message):
        trainer.train_on_batch(x, y)


@pytest.mark.slow
def test_fit_evaluate_predict_and_callbacks(tmp_path):
    images, attributes = faces(14)
    trainer = small_trainer(ema_decay=0.5)
    trainer.compile("adam")
    backup = keras.callbacks.BackupAndRestore(str(tmp_path / "backup"), delete_checkpoint=False)
    best = keras.callbacks.ModelCheckpoint(
        str(tmp_path / "best.keras"),
        monitor="val_reconstruction_loss",
        mode="min",
        save_best_only=True,
    )
    board = keras.callbacks.TensorBoard(str(tmp_path / "logs"))
    history = trainer.fit(
        images,
        attributes,
        batch_size=2,
        epochs=2,
        verbose=0,
        validation_split=1 / 7,
        callbacks=[backup, best, board],
    )
    assert int(trainer.iterations) == 4  # 12 images, 6 an iteration, 2 epochs
    assert int(trainer.discriminator_optimizer.iterations) == 8
    assert {"generator_loss", "val_generator_loss", "critic_gradient_norm"} <= set(history.history)
    assert list(tmp_path.glob("logs/train/events*"))
    edited = trainer.predict([images, attributes], batch_size=5, verbose=0)
    np.testing.assert_allclose(edited, trainer(images, attributes), atol=1e-6)
    terms = trainer.evaluate(images[12:], attributes[12:], return_dict=True, verbose=0)
    np.testing.assert_allclose(
        terms["generator_loss"], history.history["val_generator_loss"][-1], rtol=1e-5
    )
    assert keras.models.load_model(tmp_path / "best.keras").built

    resumed = small_trainer(ema_decay=0.5)
    resumed.compile("adam")
    built(resumed)
    resumed.fit(images[:12], attributes[:12], batch_size=2, epochs=2, verbose=0, callbacks=[backup])
    assert int(resumed.iterations) == 4  # both epochs are behind it
    for ours, theirs in zip(resumed.variables, trainer.variables, strict=True):
        np.testing.assert_array_equal(ours, theirs, err_msg=ours.name)
    # Another batch size, from a data set.
    data = tf.data.Dataset.from_tensor_slices((images, attributes)).batch(4)
    trainer.fit(data, epochs=1, verbose=0)
    assert int(trainer.iterations) == 5


@pytest.mark.slow
def test_fit_on_plain_arrays_over_two_replicas(mirrored):
    with mirrored.scope():
        trainer = small_trainer()
        trainer.compile("sgd")
    history = trainer.fit(*faces(12), batch_size=4, epochs=2, verbose=0)
    assert int(trainer.iterations.numpy()) == 2
    assert np.isfinite(history.history["generator_loss"]).all()


README = Path(__file__).parents[3] / "README.md"

DATA = """
import numpy as np
rng = np.random.default_rng(0)
images = rng.uniform(-1, 1, (96, 16, 16, 3)).astype("float32")
attributes = rng.integers(0, 2, (96, 13)).astype("float32")
differences = 1 - 2 * attributes[:8]
"""

#: Of the README's lines: the same with smaller networks and fewer epochs.
SHORTER = {"width=16": "width=4", "num_layers=4": "num_layers=2", "epochs=20": "epochs=2"}

IN_A_NEW_PROCESS = """
np.testing.assert_allclose(edited, np.load("edited.npy"), atol=1e-5)
assert type(trainer) is stgan_tf.STGANTrainer
assert (int(trainer.iterations), int(trainer.discriminator_optimizer.iterations)) == (2, 10)
trainer.fit(images, attributes, batch_size=16, epochs=1, verbose=0)
assert int(trainer.iterations) == 3
"""


@pytest.mark.slow
def test_the_lines_of_the_readme_train_and_another_process_goes_on(tmp_path):
    [text] = re.findall(r"### For Keras users.*?```python\n(.*?)```", README.read_text(), re.DOTALL)
    for shown, run in SHORTER.items():
        assert shown in text
        text = text.replace(shown, run)
    before, after = text.split("\n\ntrainer = keras.models.load_model")
    before += '\nnp.save("edited.npy", trainer(images[:8], differences))\n'
    after = "import keras, stgan_tf\ntrainer = keras.models.load_model" + after + IN_A_NEW_PROCESS
    for code in (before, after):
        result = subprocess.run(
            [sys.executable, "-W", "error::UserWarning", "-c", DATA + code],
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
            cwd=tmp_path,
        )
        assert result.returncode == 0, result.stderr


def test_saved_and_loaded_with_optimisers_average_and_settings(tmp_path):
    trainer = built(small_trainer(seed=4, accumulation_steps=2, ema_decay=0.5))
    trainer.compile(keras.optimizers.SGD(0.25, momentum=0.5), "adam")
    for average in trainer.weight_average.named_variables.values():
        average.assign(tf.random.stateless_uniform(average.shape, (1, 2)))
    trainer.generator_optimizer.iterations.assign(3)
    trainer.save(tmp_path / "trainer.keras")
    again = keras.models.load_model(tmp_path / "trainer.keras")
    assert type(again) is STGANTrainer
    assert again.settings == SETTINGS
    assert (again.seed, again.accumulation_steps, again.ema_decay) == (4, 2, 0.5)
    assert float(again.optimizer.learning_rate) == 0.25
    assert type(again.discriminator_optimizer) is keras.optimizers.Adam
    assert int(again.iterations) == 3
    averages = [t.weight_average.named_variables.values() for t in (again, trainer)]
    for ours, theirs in zip(*averages, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(again.variables, trainer.variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)
