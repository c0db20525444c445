"""A trainer of `fit` as a run."""

import numpy as np
import pytest

import stgan_tf
from stgan_tf.systems.cyclegan.discriminator import PatchDiscriminator
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.cyclegan.trainer import CycleGANTrainer
from stgan_tf.systems.cyclegan.translator import Translator
from stgan_tf.systems.label_rule import LabelRule

NAMES = ("Bangs", "Male")


def small_trainer(label_rule=None, width=4, **options):
    generator = stgan_tf.Generator(num_layers=2, encoder_width=4, decoder_width=8, stu_width=4)
    discriminator = stgan_tf.Discriminator(2, num_layers=3, width=width, fc_units=8)
    trainer = stgan_tf.STGANTrainer(generator, discriminator, None, label_rule, **options)
    trainer.compile("sgd")
    return trainer


def test_the_run_edits_as_the_trainer_does(tmp_path):
    trainer = small_trainer(LabelRule("difference", 2.0), seed=7)
    trainer.build((None, 8, 8, 3), (None, 2))
    trainer.generator_optimizer.iterations.assign(3)
    folder = stgan_tf.save_run(trainer, tmp_path / "runs" / "mine", NAMES, image_size=8)
    assert folder == tmp_path / "runs" / "mine"
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoints", "config.json"]
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]
    run = stgan_tf.load_run(folder)
    assert run.step == 3
    assert (run.config.data.attributes, run.config.training.seed) == (NAMES, 7)
    assert run.config.settings.discriminator_layers == 3
    assert run.config.settings.discriminator_fc_units == 8
    assert run.label_rule == LabelRule("difference", 2.0)
    pixels = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 3), dtype=np.uint8)
    edited = stgan_tf.Editor(folder).edit(pixels, {"Male": 1})
    expected = trainer(pixels / np.float32(127.5) - 1, np.float32([[0, 2]]))
    difference = np.abs(np.float32(edited) - (np.asarray(expected) + 1) * 127.5)
    assert difference.max() <= 1.0


def test_the_average_is_what_the_run_edits_with(tmp_path):
    trainer = small_trainer(ema_decay=0.5)
    trainer.build((None, 8, 8, 3), (None, 2))
    averages = trainer.weight_average.named_variables
    for average in averages.values():
        average.assign_add(average * 0 + 1)
    stgan_tf.save_run(trainer, tmp_path / "run", NAMES, image_size=8)
    run = stgan_tf.load_run(tmp_path / "run")
    assert run.weights == "average"
    for variable, average in zip(run.network.variables, averages.values(), strict=True):
        np.testing.assert_array_equal(variable, average)


def test_what_does_not_fit_is_refused_and_nothing_is_written(tmp_path):
    trainer = small_trainer()
    with pytest.raises(ValueError, match="must be compiled and built"):
        stgan_tf.save_run(trainer, tmp_path / "run", NAMES, image_size=8)
    trainer.build((None, 8, 8, 3), (None, 2))
    with pytest.raises(ValueError, match="must name the 2 attributes .* Received: 1, Bangs"):
        stgan_tf.save_run(trainer, tmp_path / "run", NAMES[:1], image_size=8)
    with pytest.raises(ValueError, match="divisible by .* Received: 9"):
        stgan_tf.save_run(trainer, tmp_path / "run", NAMES, image_size=9)
    other = stgan_tf.Generator(num_layers=2, encoder_width=4)
    other.build([(None, 8, 8, 3), (None, 5)])  # for five attributes
    mixed = stgan_tf.STGANTrainer(other, trainer.discriminator)
    mixed.compile("sgd")
    with pytest.raises(ValueError, match="do not describe its networks"):
        stgan_tf.save_run(mixed, tmp_path / "run", NAMES, image_size=8)
    assert not list(tmp_path.iterdir())
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").write_text("text")
    with pytest.raises(ValueError, match="new or empty folder. Received: .*run"):
        stgan_tf.save_run(trainer, tmp_path / "run", NAMES, image_size=8)


def test_trainers_that_are_not_made_by_hand_are_refused(tmp_path):
    """Keras could not load them, and a run's networks are not known from them."""
    translator = Translator(2, 1)
    translator.build([(None, 16, 16, 3), (None, 1)])
    discriminators = [PatchDiscriminator(1, 2) for _ in range(2)]
    for discriminator in discriminators:
        discriminator.build((None, 16, 16, 3))
    trainer = CycleGANTrainer(translator, *discriminators, CycleGANSettings(), 16)
    trainer.compile("sgd", "sgd")
    with pytest.raises(TypeError, match=r"stgan_tf\.train\. Received: CycleGANTrainer"):
        stgan_tf.save_run(trainer, tmp_path / "run", ("winter",), image_size=16)
    with pytest.raises(NotImplementedError, match=r"not registered .* Received: CycleGANTrainer"):
        trainer.save(tmp_path / "trainer.keras")
    assert not list(tmp_path.iterdir())
