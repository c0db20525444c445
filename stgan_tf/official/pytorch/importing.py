"""A PyTorch generator's file -> a trainer whose editing network has its weights."""

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
from stgan_tf.systems.system import SystemTrainer

#: Names of one kind listed in a message.
_LISTED = 5

#: CelebA's, for the schedules.
_TRAIN_IMAGES = 162_770


@dataclasses.dataclass(frozen=True)
class GeneratorFile:
    """A file of a generator, and what it cannot tell.

    Attributes:
        path: The file.
        options: Attributes, image size and the like; the second generator's path.
    """

    path: Path
    options: FileOptions = FileOptions()

    @property
    def source(self) -> str:
        """For messages and the record of an import."""
        return str(self.path)

    def digest(self) -> str:
        """sha256 over the files and the options, but for where the second file is."""
        other = self.options.other_generator
        files = [self.path, *([Path(other)] if other else [])]
        if missing := [path for path in files if not path.is_file()]:
            raise OfficialCheckpointError(f"No file {missing[0]}.")
        values = {**dataclasses.asdict(self.options), "other_generator": bool(other)}
        return hashlib.sha256(f"{digest(*files)} {json.dumps(values)}".encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class ImportedGenerator:
    """What a file became.

    Attributes:
        trainer: All networks; those the file does not hold are new, as the optimisers are.
        config: The run it stands for.
        variables: How many arrays were taken over.
        new: Networks, by name, that the file does not hold.
    """

    trainer: SystemTrainer
    config: Config
    variables: int
    new: tuple[str, ...]


def is_generator_file(path: Path | str) -> bool:
    """Whether `path` is a file, and none of a TensorFlow checkpoint, whose prefix is no file."""
    path = Path(path)
    is_part = path.suffix in (".index", ".meta") or ".data-" in path.name
    return path.is_file() and not is_part and not Path(f"{path}.index").is_file()


def import_generator(file: GeneratorFile, data_dir: str = "") -> ImportedGenerator:
    """Reads a generator's file. Every array is used or known to be unused, and every variable of
    the generator is filled.

    Args:
        data_dir: Data folder for the configuration.

    Raises OfficialCheckpointError or ConfigError saying what does not fit, ImportError saying what
    to install.
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
            f"is for CycleGAN; {file.path} holds {known.title}. Received: "
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
        settings = known.settings(arrays, size)
    except OfficialCheckpointError as error:
        raise OfficialCheckpointError(f"{path} holds {known.title}, but it {error}.") from error
    return Config(
        system=known.system,
        data=DataConfig(
            data_dir=data_dir,
            attributes=attributes,
            image_size=size,
            crop=options.crop or known.crop,
            crop_frame=() if options.crop else known.crop_frame,
            horizontal_flip=True,
        ),
        settings=settings_type(known.system)(**settings),
        training=known.training,
    )


def _other(known: KnownGenerator, config: Config, options: FileOptions) -> Arrays:
    """The second generator's state dict; it has to be of the same kind and size."""
    path = options.other_generator
    kind, arrays = read_generator(path)
    if kind is not known:
        raise ConfigError(
            "other_generator", f"must hold {known.title}. Received: {path}, with {kind.title}."
        )
    theirs = _config(known, Path(path), arrays, options, "").settings
    for field in dataclasses.fields(theirs):
        ours, value = getattr(config.settings, field.name), getattr(theirs, field.name)
        if value != ours:
            raise ConfigError(
                "other_generator",
                f"must be of the same size as the first: {field.name} {ours}. Received: {path}, "
                f"with {value}.",
            )
    return arrays


def _fill(mapped: Mapped, arrays: Arrays, known: KnownGenerator, path: Path) -> None:
    """Assigns all variables, once it is known that all arrays fit."""
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
        ("has beyond that network", left_over),
        ("has in another shape", misshapen),
    ]
    if found := [f"{text} {_list(names)}" for text, names in problems if names]:
        raise OfficialCheckpointError(
            f"{path} holds {known.title}, but it {'; it '.join(found)}. Is it of a changed code?"
        )
    for name, value in values.items():
        if value.dtype.kind != "f":
            raise OfficialCheckpointError(f"{path}: {name} holds {value.dtype}, not floats.")
        if count := value.size - int(np.isfinite(value).sum()):
            raise OfficialCheckpointError(
                f"{path} holds {count} value{'s' * (count > 1)} in {name} that are not finite (NaN "
                "or infinite): its training had failed, or the file is damaged."
            )
    for name, value in values.items():
        mapped[name][0].assign(value)


def _transformed(array: np.ndarray, transform) -> np.ndarray | None:
    try:
        return transform(array)
    except ValueError:  # of another rank
        return None


def _list(names: list[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
