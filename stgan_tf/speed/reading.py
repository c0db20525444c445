"""The data pipeline, against what tf.data needs for decoding the same files."""

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.cores import usable_cores
from stgan_tf.data.decoding import decode_pixels, name_unreadable, path_tensor
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import training_dataset
from stgan_tf.speed.durations import interleaved_seconds
from stgan_tf.speed.memory import peak_memory_mib
from stgan_tf.synthetic import faces
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import batches_per_iteration

#: Faces drawn for this if there is no --data_dir.
_NUM_FACES = 512
#: Least number of images read per repetition.
_IMAGES = 6000
_DECODED_TOGETHER = 64
#: Least number of iterations read per repetition, so that the elements prefetched before the clock
#: started do not matter.
_ITERATIONS = 10


def measure_reading(config: Config, repeats: int) -> dict:
    """JPEG files -> decoded, cropped, resized batches, as training reads them; and, in turns with
    it, the same files only decoded. Both use all cores.

    Returns {name: figure}: images per second of the pipeline, in all and per core, of decoding
    alone, the first as a share of the second, and by how much the peak memory of the process grew
    in all repetitions after the first.
    """
    with tempfile.TemporaryDirectory() as folder:
        table = _jpeg_table(config, Path(folder))
        pipeline, count = _pipeline(table, config)
        works = [pipeline, _decoding(table, count)]
        interleaved_seconds(works, 0)
        peak = peak_memory_mib()
        seconds = [statistics.median(times) for times in interleaved_seconds(works, repeats)]
        growth = peak_memory_mib() - peak
    rate, limit = (count / median for median in seconds)
    return {
        "images_per_second": rate,
        "images_per_second_per_core": rate / usable_cores(),
        "decoded_images_per_second": limit,
        "percent_of_decoding": 100 * rate / limit,
        "peak_rss_growth_mib": growth,
    }


def _pipeline(table: ImageTable, config: Config) -> tuple[Callable[[], None], int]:
    """What reads some iterations, and their number of images."""
    batches = batches_per_iteration(config)
    elements = training_dataset(
        table,
        config.data,
        batch_size=config.training.batch_size,
        batches_per_iteration=batches,
        seed=config.training.seed,
    )
    elements = name_unreadable(elements, table, config.data)
    images = batches * config.training.batch_size
    iterations = max(_ITERATIONS, _IMAGES // images)

    def read() -> None:
        for _ in range(iterations):
            next(elements)["images"].numpy()

    return read, iterations * images


def _decoding(table: ImageTable, count: int) -> Callable[[], None]:
    """What decodes `count` images."""
    files = path_tensor(table.files)

    @tf.autograph.experimental.do_not_convert
    def decode(index: tf.Tensor) -> tf.Tensor:
        # A pixel, since TensorFlow would skip decoding if no pixels were needed.
        return decode_pixels(tf.gather(files, index % len(table)), None)[0, 0, 0]

    # Made once, like the pipeline: else each repetition would trace it and find its parallelism.
    decoded = tf.data.Dataset.counter().map(decode, tf.data.AUTOTUNE)
    batches = iter(decoded.batch(_DECODED_TOGETHER))

    def read() -> None:
        for _ in range(round(count / _DECODED_TOGETHER)):
            next(batches).numpy()

    return read


def _jpeg_table(config: Config, folder: Path) -> ImageTable:
    """The training images of --data_dir, or faces drawn for this measurement."""
    if config.data.data_dir or config.data.dataset == "synthetic":
        return load_split(config.data, "train")
    faces.write_dataset(folder / "faces", _NUM_FACES)
    files = sorted(str(path) for path in (folder / "faces" / "img_align_celeba").iterdir())
    names = config.data.attributes
    return ImageTable(np.array(files), np.zeros((len(files), len(names)), np.uint8), names)
