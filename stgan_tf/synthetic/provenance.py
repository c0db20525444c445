"""The record beside a drawn data set: what it takes to draw any of its images again."""

import dataclasses
import json
from pathlib import Path
from typing import ClassVar, TypeVar

from stgan_tf.files import write_text

_Record = TypeVar("_Record", bound="Provenance")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Provenance:
    """What `write_dataset` was given, and what drew. A scene's own has defaults for the last two.

    subject: what is drawn, in the plural; the scene's name. current_version: raised whenever the
    same record would give other pixels or labels.
    """

    subject: ClassVar[str]
    current_version: ClassVar[int]

    seed: int
    num_images: int
    generator_version: int
    generator: str

    @classmethod
    def file_name(cls, finished: bool = True) -> str:
        """Of the record in the data set's folder; another one while it is being drawn."""
        return f"synthetic_{cls.subject}{'' if finished else '.unfinished'}.json"

    def write(self, folder: Path, finished: bool) -> None:
        """Writes JSON, whole or not at all."""
        text = json.dumps(dataclasses.asdict(self), indent=2) + "\n"
        write_text(folder / self.file_name(finished), text)

    def describe(self) -> str:
        """For messages."""
        return (
            f"seed {self.seed}, {self.num_images} images, generator version "
            f"{self.generator_version}"
        )

    @classmethod
    def read(cls: type[_Record], path: Path) -> _Record:
        """Reads a record. Raises ValueError where the file is not one."""
        try:
            record = cls(**json.loads(path.read_text(encoding="utf-8")))
            for field in dataclasses.fields(record):
                if field.type is int and type(getattr(record, field.name)) is not int:
                    raise TypeError(f"{field.name} must be an integer")
            return record
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path} is not a record of drawn {cls.subject}: {error}.") from error

    @classmethod
    def load(cls: type[_Record], data_dir: Path | str) -> _Record:
        """The record of a finished data set in `data_dir`.

        Raises:
          FileNotFoundError: the folder holds no (finished) drawn data set.
          ValueError: the record cannot be read, or another generator version drew the images, so
            that drawing them again would give other pixels.
        """
        path = Path(data_dir) / cls.file_name()
        if not path.is_file():
            raise FileNotFoundError(
                f"{path} does not exist: {data_dir} is not a finished data set of drawn "
                f"{cls.subject}. Draw one with: python -m stgan_tf.draw --scene={cls.subject} "
                f"--out_dir={data_dir} --num_images=4000"
            )
        record = cls.read(path)
        if record.generator_version != cls.current_version:
            raise ValueError(
                f"{data_dir} was drawn by generator version {record.generator_version}; this is "
                f"version {cls.current_version}, which draws other pixels. Draw the data set again "
                "with --overwrite."
            )
        return record
