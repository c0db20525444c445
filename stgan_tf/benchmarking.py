"""What `stgan_tf.benchmark` measures: medians over repetitions, in seconds and images a second."""

import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.config import Config
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import training_dataset
from stgan_tf.data.synthetic_faces import write_dataset
from stgan_tf.training.building import build_generator, build_trainer
from stgan_tf.training.loop import compile_step

#: Faces drawn for the pipeline's measurement where --data_dir names none.
_NUM_FACES = 512


def measure(part: str, config: Config, repeats: int) -> dict:
    """Runs one part ("train", "pipeline", "generator") of the benchmark `repeats` times.

    Returns names -> figures, with what they were measured on.
    """
    measured = {"train": _train, "pipeline": _pipeline, "generator": _generator}[part](
        config, repeats
    )
    # Linux counts in KiB, macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {
        "part": part,
        "image_size": config.data.image_size,
        "encoder_width": config.network.encoder_width,
        "batch_size": config.training.batch_size,
        "precision": config.training.precision,
        "jit_compile": config.training.jit_compile,
        **measured,
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit,
        "cpus": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "gpus": len(tf.config.list_physical_devices("GPU")),
        "tensorflow": tf.__version__,
        "python": platform.python_version(),
    }


def _train(config: Config, repeats: int) -> dict:
    """One whole iteration (critic updates and one generator update) on images in memory."""
    training = config.training
    trainer = build_trainer(config, num_images=1)
    step = compile_step(trainer, tf.distribute.get_strategy(), training.jit_compile)
    batches = training.critic_steps_per_generator_step + 1
    shape = (batches, training.batch_size)
    size, attributes = config.data.image_size, len(config.data.attributes)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, (2, *shape, attributes))
    data = {
        "images": tf.constant(rng.uniform(-1, 1, (*shape, size, size, 3)), tf.float32),
        "source_attributes": tf.constant(labels[0], tf.float32),
        "target_attributes": tf.constant(labels[1], tf.float32),
    }
    seconds = _median_seconds(lambda: step(data), repeats)
    return {
        "critic_steps": training.critic_steps_per_generator_step,
        "iteration_seconds": seconds,
        "images_per_second": batches * training.batch_size / seconds,
    }


def _pipeline(config: Config, repeats: int) -> dict:
    """JPEG files -> decoded, cropped, resized batches, as training reads them."""
    with tempfile.TemporaryDirectory() as folder:
        table = _jpeg_table(config, Path(folder))
        batches = config.training.critic_steps_per_generator_step + 1
        elements = iter(
            training_dataset(
                table,
                config.data,
                batch_size=config.training.batch_size,
                batches_per_iteration=batches,
                seed=config.training.seed,
            )
        )
        next(elements)
        images_per_element = batches * config.training.batch_size
        # Enough elements that what was prefetched before the clock started does not count.
        count = max(10, 2000 // images_per_element)

        def read() -> None:
            for _ in range(count):
                next(elements)["images"].numpy()

        seconds = _median_seconds(read, repeats)
    return {"images_per_second": count * images_per_element / seconds}


def _jpeg_table(config: Config, folder: Path) -> ImageTable:
    """The training images of --data_dir, or faces drawn for the purpose."""
    if config.data.data_dir:
        return load_split(config.data, "train")
    write_dataset(folder / "faces", _NUM_FACES)
    files = sorted(str(path) for path in (folder / "faces" / "img_align_celeba").iterdir())
    names = config.data.attributes
    return ImageTable(np.array(files), np.zeros((len(files), len(names)), np.uint8), names)


def _generator(config: Config, repeats: int) -> dict:
    """Inference: one image's latency and a batch's throughput."""
    generator = build_generator(config)
    size, attributes = config.data.image_size, len(config.data.attributes)

    def seconds(batch: int) -> float:
        images = tf.zeros((batch, size, size, 3))
        labels = tf.zeros((batch, attributes))
        edit = tf.function(lambda: generator([images, labels], training=False))
        return _median_seconds(lambda: edit().numpy(), repeats)

    batch = config.training.batch_size
    return {"latency_seconds": seconds(1), "images_per_second": batch / seconds(batch)}


def _median_seconds(work: Callable[[], object], repeats: int) -> float:
    work()
    durations = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)
