"""A small data set of drawn faces and a configuration that trains on it in seconds."""

import dataclasses

import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.synthetic.faces import write_dataset
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.training import session


@pytest.fixture(scope="session")
def faces_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faces")
    write_dataset(folder / "faces", 48, seed=3, num_processes=1)
    return folder / "faces"


@pytest.fixture(scope="session")
def tiny_config(faces_dir):
    return Config(
        data=DataConfig(
            data_dir=str(faces_dir),
            image_size=16,
            split="fractions",
            split_fractions=(0.6, 0.2, 0.2),
        ),
        settings=STGANSettings(
            critic_steps_per_generator_step=2,
            num_layers=3,
            shortcut_layers=2,
            inject_layers=2,
            stu_inject_layers=2,
            discriminator_layers=3,
            encoder_width=4,
            decoder_width=4,
            stu_width=4,
            discriminator_width=4,
            discriminator_fc_units=8,
        ),
        training=TrainingConfig(
            batch_size=4,
            num_iterations=4,
            checkpoint_every=2,
            sample_every=2,
            log_every=1,
            deterministic=False,
        ),
    )


def eager_step(trainer, strategy, jit_compile=False):
    """What `compile_step` returns, without a graph: a few iterations take less time than that."""

    def step(data, stop=False):
        options = {} if trainer.phase() is None else {"phase": trainer.phase()}
        terms = strategy.run(trainer.train_step, args=(data,), kwargs=options)
        return {
            name: float(strategy.experimental_local_results(value)[0])
            for name, value in terms.items()
        }

    return step


@pytest.fixture
def eager_steps(monkeypatch):
    """`train` runs its iterations by `eager_step`."""
    monkeypatch.setattr(session, "compile_step", eager_step)


@pytest.fixture
def change():
    """change(config, section, field=value, ...) -> a changed copy."""

    def changed(config, section, **fields):
        part = dataclasses.replace(getattr(config, section), **fields)
        return dataclasses.replace(config, **{section: part})

    return changed
