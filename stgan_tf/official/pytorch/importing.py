"""Imports a PyTorch generator's file as a trainer whose editing network has its weights."""

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.digests import digest
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.pytorch.known_generator import KnownGenerator, Mapped
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.pytorch.recognising import read_generator
from stgan_tf.official.pytorch.weights_file import Arrays
from stgan_tf.options import ConfigError
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.registry import find_system, settings_type
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.system_trainer import SystemTrainer

#: Maximum number of names listed in a message.
_LISTED = 5

#: Number of training images in CelebA, for the schedules.
_TRAIN_IMAGES = 162_770


@dataclasses.dataclass(frozen=True)
class GeneratorFile:
    """A generator's file, and the options that are not in the file.

    Attributes:
        path: The file.
        options: Attributes, image size and so on; path of the second generator.
    """

    path: Path
    options: FileOptions = FileOptions()

    @property
    def source(self) -> str:
        """The path, for messages and the record of an import."""
        return str(self.path)

    def digest(self) -> str:
        """SHA-256 digest over the files and the options, without the second file's location."""
        other = self.options.other_generator
        files = [self.path, *([Path(other)] if other else [])]
        if missing := [path for path in files if not path.is_file()]:
            raise OfficialCheckpointError(f"No file {missing[0]}.")
        values = {**dataclasses.asdict(self.options), "other_generator": bool(other)}
        return hashlib.sha256(f"{digest(*files)} {json.dumps(values)}".encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class ImportedGenerator:
    """An imported generator file.

    Attributes:
        trainer: A trainer with all networks. Those that are not in the file are untrained, and the
            optimisers are new.
        config: The equivalent configuration of a run.
        variables: Number of imported arrays.
        new: Names of the networks that are not in the file.
    """

    trainer: SystemTrainer
    config: Config
    variables: int
    new: tuple[str, ...]


def is_generator_file(path: Path | str) -> bool:
    """Whether `path` is a file that does not belong to a TensorFlow checkpoint."""
    path = Path(path)
    is_part = path.suffix in (".index", ".meta") or ".data-" in path.name
    return path.is_file() and not is_part and not Path(f"{path}.index").is_file()


def import_generator(file: GeneratorFile, data_dir: str = "") -> ImportedGenerator:
    """Imports a generator's file.

    Every array is used or known to be unused, and every variable of the generator is filled.

    Args:
        file: The file and its options.
        data_dir: Data folder for the configuration.

    Raises:
        OfficialCheckpointError: The file cannot be used; the message says why.
        ConfigError: An option does not fit the file.
        ModuleNotFoundError: A package is missing; the message says how to install it.
    """
    options = file.options
    known, arrays = read_generator(file.path)
    sources = [(file.path, arrays)]
    config = _config(known, file.path, arrays, options, data_dir)
    if options.other_generator:
        sources.append((Path(options.other_generator), _other(known, config, options)))
    trainer = build_trainer(config, _TRAIN_IMAGES)
    name = find_system(config.system).editing_name
    parts = known.mapped(trainer.networks[name], options)
    if len(sources) > len(parts):
        raise ConfigError(
            "other_generator",
            f"is for CycleGAN, but {file.path} contains {known.title}. Received: "
            f"{options.other_generator}.",
        )
    for (path, values), mapped in zip(sources, parts, strict=False):
        _fill(mapped, values, known, path)
    new = [network for network in trainer.networks if network != name]
    if len(sources) < len(parts):
        missing = "BtoA" if options.direction == "AtoB" else "AtoB"
        new.insert(0, f"the generator of {missing} (its edits are noise until it is trained)")
    filled = sum(len(mapped) for mapped, _ in zip(parts, sources, strict=False))
    return ImportedGenerator(trainer, config, filled, tuple(new))


def _config(
    known: KnownGenerator, path: Path, arrays: Arrays, options: FileOptions, data_dir: str
) -> Config:
    size = options.image_size or known.image_size
    try:
        attributes = known.attributes(arrays, options.attributes)
        settings = known.settings(arrays, size, options.attributes)
    except OfficialCheckpointError as error:
        raise OfficialCheckpointError(f"{path} contains {known.title}, but it {error}.") from error
    return Config(
        system=known.system,
        data=DataConfig(
            data_dir=data_dir,
            attributes=attributes,
            image_size=size,
            crop=options.crop or known.crop,
            crop_frame=() if options.crop else known.crop_frame,
            resize=known.resize,
            horizontal_flip=True,
        ),
        settings=settings_type(known.system)(**settings),
        training=known.training,
    )


def _other(known: KnownGenerator, config: Config, options: FileOptions) -> Arrays:
    """The second generator's state dict, which must be of the same kind and size."""
    path = options.other_generator
    kind, arrays = read_generator(path)
    if kind is not known:
        raise ConfigError(
            "other_generator", f"must contain {known.title}. Received: {path}, with {kind.title}."
        )
    theirs = _config(known, Path(path), arrays, options, "").settings
    for field in dataclasses.fields(theirs):
        ours, value = getattr(config.settings, field.name), getattr(theirs, field.name)
        if value != ours:
            raise ConfigError(
                "other_generator",
                f"must have the same {field.name} as the first, {ours}. Received: {path}, with "
                f"{value}.",
            )
    return arrays


def _fill(mapped: Mapped, arrays: Arrays, known: KnownGenerator, path: Path) -> None:
    """Assigns all variables, after checking that all arrays fit."""
    values, misshapen = {}, []
    for name, (variable, transform) in mapped.items():
        if name in arrays:
            values[name] = _transformed(arrays[name], transform)
            if values[name] is None or values[name].shape != tuple(variable.shape):
                misshapen.append(f"{name} {list(arrays[name].shape)}")
    missing = [name for name in mapped if name not in arrays]
    left_over = [n for n in arrays if n not in mapped and not n.endswith(known.unused or ("\0",))]
    problems = [
        ("lacks", missing),
        ("also has", left_over),
        ("has wrong shapes for", misshapen),
    ]
    if found := [f"{text} {_list(names)}" for text, names in problems if names]:
        raise OfficialCheckpointError(
            f"{path} contains {known.title}, but it {'; it '.join(found)}. Was it saved by "
            "modified code?"
        )
    for name, value in values.items():
        if value.dtype.kind != "f":
            raise OfficialCheckpointError(
                f"{path}: {name} must contain floats. Received: {value.dtype}."
            )
        if count := value.size - int(np.isfinite(value).sum()):
            raise OfficialCheckpointError(
                f"{path} has {count} non-finite value{'s' * (count > 1)} (NaN or infinite) in "
                f"{name}: its training failed, or the file is damaged."
            )
    for name, value in values.items():
        mapped[name][0].assign(value)


def _transformed(array: np.ndarray, transform) -> np.ndarray | None:
    try:
        return transform(array)
    except ValueError:  # wrong rank
        return None


def _list(names: list[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
