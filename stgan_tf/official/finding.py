"""Finds out which kind of official checkpoint a path refers to."""

from pathlib import Path

from stgan_tf.official.checkpoint_files import OfficialCheckpoint, find_checkpoint
from stgan_tf.official.pytorch.importing import GeneratorFile, is_generator_file
from stgan_tf.official.pytorch.options import FileOptions, require_none
from stgan_tf.options import ConfigError


def find_official(
    path: Path | str, options: FileOptions, setting: Path | str = ""
) -> OfficialCheckpoint | GeneratorFile:
    """Finds the file of a PyTorch generator or a TensorFlow 1 checkpoint (`find_checkpoint`).

    Args:
        path: The file, or a path as in `find_checkpoint`.
        options: Options for a PyTorch file; must be the defaults for a TensorFlow checkpoint.
        setting: Path of setting.txt, for a TensorFlow checkpoint that is not next to it.

    Raises:
        OfficialCheckpointError: There is no checkpoint.
        ConfigError: An option does not apply to this kind of checkpoint.
    """
    if not is_generator_file(path):
        checkpoint = find_checkpoint(path, setting)
        require_none(options)
        return checkpoint
    if setting:
        raise ConfigError(
            "setting_file",
            f"is for TensorFlow 1 checkpoints, but {path} is a PyTorch file. Received: {setting}.",
        )
    return GeneratorFile(Path(path), options)
