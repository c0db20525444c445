"""Small runs as each version of Keras writes them, in written/keras_2 and written/keras_3.

written/format_1 is the run in keras_3 as version 0.2.0 wrote it.

`PYTHONPATH=.:tests python tests/addons/moved_runs.py` writes those of the Keras that it runs on.
"""

import shutil
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from small_runs import CLASSIFIER_ATTRIBUTES, SIZE, write_classifier, write_run

from stgan_tf.classifier.training import load_classifier
from stgan_tf.exporting.version_folder import write_graph
from stgan_tf.keras_versions import named_variables, tf_variable
from stgan_tf.runtime.exportable import load_exportable
from stgan_tf.runtime.opening import open_model
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.loop import compile_step

RUNS = Path(__file__).with_name("written")
#: Iterations of a run, and further ones whose terms are recorded.
DONE, FURTHER = 3, 3


def open_trainer(run_dir, strategy=None):
    """The run's trainer on the devices of a strategy, restored, and its `Checkpoints`."""
    config = Config.read(run_dir / "config.json")
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        trainer = build_trainer(config, 100, strategy.num_replicas_in_sync)
    checkpoints = Checkpoints(trainer, run_dir / "checkpoints", keep=1)
    checkpoints.restore(run_dir / "checkpoints")
    return trainer, checkpoints


def train_on(trainer, iterations, strategy=None):
    """Trains on noise that depends on the iteration only; returns the terms, {name: [value]}."""
    strategy = strategy or tf.distribute.get_strategy()
    step, terms = compile_step(trainer, strategy), []
    rows = 2 // strategy.num_replicas_in_sync
    for _ in range(iterations):
        rng = np.random.default_rng(int(trainer.iterations.numpy()))
        source, target = rng.integers(0, 2, (2, 3, 2, 4)).astype(np.float32)
        images = rng.uniform(-1, 1, (3, 2, SIZE, SIZE, 3)).astype(np.float32)
        data = {"images": images, "source_attributes": source, "target_attributes": target}

        def of_replica(context, data=data):
            start = rows * context.replica_id_in_sync_group
            return {name: tf.constant(part[:, start : start + rows]) for name, part in data.items()}

        terms.append(step(strategy.experimental_distribute_values_from_function(of_replica)))
    return {name: [of_step[name] for of_step in terms] for name in terms[0]}


def inputs():
    """Images (2, S, S, 3) and differences (2, 4) of an edit."""
    rng = np.random.default_rng(5)
    images = rng.uniform(-1, 1, (2, SIZE, SIZE, 3)).astype(np.float32)
    return images, np.array([[1, 0, 0, -1], [0, 0.5, 0, 0]], np.float32)


def _write(folder):
    settings = {"critic_steps_per_generator_step": 2, "discriminator_fc_units": 2}
    settings |= {"encoder_width": 2, "decoder_width": 2, "stu_width": 2}
    write_run(folder / "run", settings=settings)
    trainer, checkpoints = open_trainer(folder / "run")
    train_on(trainer, DONE)
    checkpoints.save()
    write_classifier(folder / "run" / "classifier")

    images, difference = inputs()
    write_graph(load_exportable(folder / "run"), folder / "saved_model")
    expected = {f"term_{name}": values for name, values in train_on(trainer, FURTHER).items()}
    classifier = load_classifier(folder / "run" / "classifier").model
    expected["edited"] = open_model(folder / "run").edit(images, difference)
    expected["logits"] = classifier(images).numpy()
    assert expected["logits"].shape == (2, len(CLASSIFIER_ATTRIBUTES))
    np.savez_compressed(folder / "expected.npz", **expected)


def _write_format_1(run, folder):
    """Writes the state of `run`, of Keras 3, as versions up to 0.2.0 did."""
    folder.mkdir(parents=True)
    trainer, checkpoints = open_trainer(run)
    networks = {
        name: {path: tf_variable(variable) for path, variable in named_variables(network).items()}
        for name, network in trainer.networks.items()
    }
    name = f"iteration-{checkpoints.iteration()}"
    checkpoint = tf.train.Checkpoint(**networks, **trainer.optimizers)
    assert checkpoint.save_counter is not None
    checkpoint.write(str(folder / "checkpoints" / name))
    (folder / "checkpoints" / "checkpoint").write_text(f'model_checkpoint_path: "{name}"\n')
    shutil.copy(run / "config.json", folder)


if __name__ == "__main__":
    written = RUNS / f"keras_{keras.__version__[0]}"
    shutil.rmtree(written, ignore_errors=True)
    _write(written)
    if written.name == "keras_3":
        shutil.rmtree(RUNS / "format_1", ignore_errors=True)
        _write_format_1(written / "run", RUNS / "format_1" / "run")
