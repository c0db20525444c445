"""Imports an official STGAN or AttGAN checkpoint as a trainer with its weights and Adam state."""

import dataclasses

from stgan_tf.official.adam_state import (
    DISCRIMINATOR_POWERS,
    GENERATOR_POWERS,
    restore_optimizer,
    slot_names,
    updates_done,
)
from stgan_tf.official.checkpoint_files import (
    SETTING_FILE,
    OfficialCheckpoint,
    OfficialCheckpointError,
)
from stgan_tf.official.reading import COUNTER, CheckpointReader
from stgan_tf.official.settings import has_selective_transfer, read_config
from stgan_tf.official.variables import (
    Named,
    discriminator_variables,
    generator_variables,
    unit_variables,
)
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.generator import Generator
from stgan_tf.systems.stgan.trainer import STGANTrainer

#: Number of training images in the official code, for its learning-rate schedule.
OFFICIAL_TRAIN_IMAGES = 182_000


@dataclasses.dataclass(frozen=True)
class ImportedModel:
    """An imported checkpoint.

    Attributes:
        trainer: A trainer with the checkpoint's weights and Adam state.
        config: The equivalent configuration of a run.
        variables: {official name: our variable} of both networks.
        unused: Official names of variables in units that no skip connection uses; not imported.
        iterations: The official iteration counter.
    """

    trainer: STGANTrainer
    config: Config
    variables: Named
    unused: tuple[str, ...]
    iterations: int


def import_model(checkpoint: OfficialCheckpoint, data_dir: str = "") -> ImportedModel:
    """Imports a checkpoint of the official train.py.

    Every variable in the file is used or known to be unused, and every variable of ours is filled.

    Args:
        checkpoint: The checkpoint, with its setting.txt.
        data_dir: Data folder for the configuration (the official one is on another machine).

    Raises:
        OfficialCheckpointError: A setting or variable does not fit; the message names it.
    """
    if checkpoint.setting is None:
        raise OfficialCheckpointError(
            f"No {SETTING_FILE} next to {checkpoint.prefix} or one folder up. It has the sizes of "
            "the networks: give its path with --setting_file."
        )
    reader = CheckpointReader(checkpoint)
    config = read_config(checkpoint.setting, data_dir)
    trainer = build_trainer(config, OFFICIAL_TRAIN_IMAGES)
    of_generator = generator_variables(trainer.generator)
    of_discriminator = discriminator_variables(trainer.discriminator)
    variables = {**of_generator, **of_discriminator}
    unused = _unused_units(config, checkpoint, variables)

    wanted = {name: variable.shape for name, variable in variables.items()}
    for name, variable in variables.items():
        if variable.trainable:
            wanted.update(dict.fromkeys(slot_names(name), variable.shape))
    # Units that receive no gradient have no slots.
    wanted.update({name: variable.shape for name, variable in unused.items()})
    wanted.update(dict.fromkeys((*GENERATOR_POWERS, *DISCRIMINATOR_POWERS, COUNTER), ()))
    reader.require_exactly(wanted)

    for name, variable in variables.items():
        variable.assign(reader.read(name))
    for optimizer, named, powers, each in (
        (trainer.generator_optimizer, of_generator, GENERATOR_POWERS, 1),
        (
            trainer.discriminator_optimizer,
            of_discriminator,
            DISCRIMINATOR_POWERS,
            config.settings.critic_steps_per_generator_step,
        ),
    ):
        restore_optimizer(optimizer, named, updates_done(reader, powers, each), reader)
    return ImportedModel(trainer, config, variables, tuple(unused), int(reader.read(COUNTER)))


def _unused_units(config: Config, checkpoint: OfficialCheckpoint, used: Named) -> Named:
    """Variables of units above the last used skip connection, which the official code saves too."""
    if not has_selective_transfer(checkpoint.setting):
        return {}
    settings = dataclasses.replace(
        config.settings, use_stu=True, shortcut_layers=config.settings.num_layers - 1
    )
    generator = Generator(settings, name="generator")
    size = config.data.image_size
    generator.build([(None, size, size, 3), (None, len(config.data.attributes))])
    every = unit_variables(generator.selective_transfer)
    return {name: variable for name, variable in every.items() if name not in used}
