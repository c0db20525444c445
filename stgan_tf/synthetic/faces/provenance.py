"""The record beside a drawn data set: what it takes to draw any of its faces again."""

import dataclasses
import json
from pathlib import Path

from stgan_tf.files import write_text

#: Raised whenever the same seed would draw other pixels or labels.
GENERATOR_VERSION = 1
GENERATOR = "stgan_tf.synthetic.faces"
FILE_NAME = "synthetic_faces.json"
#: There while a data set is being drawn, instead of FILE_NAME.
UNFINISHED_FILE_NAME = "synthetic_faces.unfinished.json"


@dataclasses.dataclass(frozen=True)
class Provenance:
    """seed and num_images as given to write_dataset; the version of the generator."""

    seed: int
    num_images: int
    generator_version: int = GENERATOR_VERSION
    generator: str = GENERATOR

    def write(self, path: Path) -> None:
        """Writes JSON, whole or not at all."""
        write_text(path, json.dumps(dataclasses.asdict(self), indent=2) + "\n")

    def describe(self) -> str:
        """For messages."""
        return (
            f"seed {self.seed}, {self.num_images} images, generator version "
            f"{self.generator_version}"
        )


def read_provenance(path: Path) -> Provenance:
    """Reads a record. Raises ValueError where the file is not one."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        record = Provenance(**values)
        numbers = (record.seed, record.num_images, record.generator_version)
        if not all(isinstance(value, int) for value in numbers):
            raise TypeError("seed, num_images and generator_version must be integers")
        return record
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is not a record of drawn faces: {error}.") from error


def load_provenance(data_dir: Path | str) -> Provenance:
    """The record of a finished data set in `data_dir`.

    Raises:
      FileNotFoundError: the folder holds no (finished) drawn data set.
      ValueError: the record cannot be read, or another generator version drew the images, so that
        drawing them again would give other pixels.
    """
    path = Path(data_dir) / FILE_NAME
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} does not exist: {data_dir} is not a finished data set of drawn faces. "
            f"Draw one with: python -m stgan_tf.faces --out_dir={data_dir} --num_images=4000"
        )
    record = read_provenance(path)
    if record.generator_version != GENERATOR_VERSION:
        raise ValueError(
            f"{data_dir} was drawn by generator version {record.generator_version}; this is "
            f"version {GENERATOR_VERSION}, which draws other pixels. Draw the data set again with "
            "--overwrite."
        )
    return record
