"""Which kind of official checkpoint a path means."""

from pathlib import Path

from stgan_tf.official.checkpoint_files import OfficialCheckpoint, find_checkpoint
from stgan_tf.official.pytorch.importing import GeneratorFile, is_generator_file
from stgan_tf.official.pytorch.options import FileOptions, require_none
from stgan_tf.options import ConfigError


def find_official(
    path: Path | str, options: FileOptions, setting: Path | str = ""
) -> OfficialCheckpoint | GeneratorFile:
    """The file of a PyTorch generator, or as `find_checkpoint`.

    Args:
        options: Of a PyTorch file; the default ones for a TensorFlow checkpoint.
        setting: Path of setting.txt, for a TensorFlow checkpoint that is not beside it.

    Raises OfficialCheckpointError, or ConfigError for an option of the other kind.
    """
    if not is_generator_file(path):
        checkpoint = find_checkpoint(path, setting)
        require_none(options)
        return checkpoint
    if setting:
        raise ConfigError(
            "setting_file",
            f"is for TensorFlow 1 checkpoints; {path} is a file. Received: {setting}.",
        )
    return GeneratorFile(Path(path), options)
