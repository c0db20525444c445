"""An official STGAN or AttGAN checkpoint -> a trainer with its weights and Adam state."""

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

#: Training images of the official code, for its learning-rate schedule.
OFFICIAL_TRAIN_IMAGES = 182_000


@dataclasses.dataclass(frozen=True)
class ImportedModel:
    """What a checkpoint became.

    Attributes:
        trainer: Networks and optimisers, filled.
        config: The run it stands for.
        variables: {official name: our variable} of both networks.
        unused: Official names of units that no skip connection uses; they are not kept.
        iterations: The official iteration counter.
    """

    trainer: STGANTrainer
    config: Config
    variables: Named
    unused: tuple[str, ...]
    iterations: int


def import_model(checkpoint: OfficialCheckpoint, data_dir: str = "") -> ImportedModel:
    """Reads a checkpoint of the official train.py.

    Every variable of the file is used or known to be unused, and every one of ours is filled.

    Args:
        data_dir: Data folder for the configuration: the official one is of another machine.

    Raises OfficialCheckpointError naming a setting or a variable that does not fit.
    """
    if checkpoint.setting is None:
        raise OfficialCheckpointError(
            f"No {SETTING_FILE} beside {checkpoint.prefix} or one folder up: the networks' sizes "
            "are in it. Give it by --setting_file."
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
    # Units that get no gradient have no slots.
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
    """Variables of the units above the last used skip connection, which the official code saves."""
    if not has_selective_transfer(checkpoint.setting):
        return {}
    settings = dataclasses.replace(
        config.settings, use_stu=True, shortcut_layers=config.settings.num_layers - 1
    )
    generator = Generator.from_settings(settings)
    size = config.data.image_size
    generator.build([(None, size, size, 3), (None, len(config.data.attributes))])
    every = unit_variables(generator.selective_transfer)
    return {name: variable for name, variable in every.items() if name not in used}
