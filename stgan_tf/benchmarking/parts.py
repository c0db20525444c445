"""The measurements of `stgan_tf.benchmark`: medians over repetitions, in seconds and images per
second.
"""

import functools
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf
from threadpoolctl import threadpool_limits

from stgan_tf.benchmarking.arithmetic import function_flops, machine_flops
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import training_dataset
from stgan_tf.distribution.strategies import make_strategy
from stgan_tf.synthetic import faces, landscapes
from stgan_tf.systems.building import build_editing_network, build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import batches_per_iteration
from stgan_tf.training.loop import compile_step

#: Faces drawn for the pipeline measurement if there is no --data_dir.
_NUM_FACES = 512


def measure(part: str, config: Config, repeats: int) -> dict:
    """Runs one part of the benchmark (train, pipeline, generator, replicas, drawing) `repeats`
    times.

    Returns {name: figure}, including what they were measured on.
    """
    parts = {
        "train": _train,
        "pipeline": _pipeline,
        "generator": _generator,
        "replicas": _replicas,
        "drawing": _drawing,
    }
    measured = parts[part](config, repeats)
    # Linux reports KiB, macOS bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {
        "part": part,
        "image_size": config.data.image_size,
        "system": config.system,
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
    """One full iteration (critic updates and one generator update) on images in memory."""
    training = config.training
    trainer = build_trainer(config, num_images=1)
    step = compile_step(trainer, tf.distribute.get_strategy(), training.jit_compile)
    data = _random_batches(config)
    # Counted in a graph of its own, which is never run.
    flops = function_flops(functools.partial(trainer.train_step, **_phase(trainer)), data)
    seconds = _median_seconds(lambda: step(data), repeats)
    batches = batches_per_iteration(config)
    return {
        "batches_per_iteration": batches,
        "iteration_seconds": seconds,
        "images_per_second": batches * training.batch_size / seconds,
        **_arithmetic(flops, seconds, training.precision),
    }


def _replicas(config: Config, repeats: int) -> dict:
    """An iteration on two logical CPU devices against one device with the same global batch: the
    overhead of the replicas, since they share the cores. The two alternate, so that other load on
    the machine affects both alike.
    """
    tf.config.set_visible_devices([], "GPU")
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    one, two = make_strategy("single"), make_strategy("mirrored")
    work = []
    for strategy in (one, two):
        replicas = strategy.num_replicas_in_sync
        with strategy.scope():
            trainer = build_trainer(config, num_images=1, num_replicas=replicas)
        data, rows = _random_batches(config), config.training.batch_size // replicas

        def share(context, data=data, rows=rows):
            first = context.replica_id_in_sync_group * rows
            return {name: values[:, first : first + rows] for name, values in data.items()}

        if replicas > 1:
            data = strategy.experimental_distribute_values_from_function(share)
        step = compile_step(trainer, strategy)
        work.append(lambda step=step, data=data: step(data))
    durations = _interleaved_seconds(work, repeats)
    single, mirrored = (statistics.median(times) for times in durations)
    return {
        "batches_per_iteration": batches_per_iteration(config),
        "one_device_iteration_seconds": single,
        "two_devices_iteration_seconds": mirrored,
        "overhead_percent": 100 * (mirrored / single - 1),
        "fastest_overhead_percent": 100 * (min(durations[1]) / min(durations[0]) - 1),
    }


def _random_batches(config: Config) -> dict[str, tf.Tensor]:
    """The batches of one iteration, filled with noise."""
    training = config.training
    shape = (batches_per_iteration(config), training.batch_size)
    size, attributes = config.data.image_size, len(config.data.attributes)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, (2, *shape, attributes))
    return {
        "images": tf.constant(rng.uniform(-1, 1, (*shape, size, size, 3)), tf.float32),
        "source_attributes": tf.constant(labels[0], tf.float32),
        "target_attributes": tf.constant(labels[1], tf.float32),
    }


def _pipeline(config: Config, repeats: int) -> dict:
    """JPEG files -> decoded, cropped, resized batches, as training reads them."""
    with tempfile.TemporaryDirectory() as folder:
        table = _jpeg_table(config, Path(folder))
        batches = batches_per_iteration(config)
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
        # Enough elements that those prefetched before the clock started do not matter.
        count = max(10, 2000 // images_per_element)

        def read() -> None:
            for _ in range(count):
                next(elements)["images"].numpy()

        seconds = _median_seconds(read, repeats)
    return {"images_per_second": count * images_per_element / seconds}


def _jpeg_table(config: Config, folder: Path) -> ImageTable:
    """The training images of --data_dir, or faces drawn for this measurement."""
    if config.data.data_dir or config.data.dataset == "synthetic":
        return load_split(config.data, "train")
    faces.write_dataset(folder / "faces", _NUM_FACES)
    files = sorted(str(path) for path in (folder / "faces" / "img_align_celeba").iterdir())
    names = config.data.attributes
    return ImageTable(np.array(files), np.zeros((len(files), len(names)), np.uint8), names)


def _generator(config: Config, repeats: int) -> dict:
    """Inference: the latency of one image and the throughput of a batch."""
    network = build_editing_network(config)
    size, attributes = config.data.image_size, len(config.data.attributes)

    def measured(batch: int) -> tuple[int, float]:
        inputs = [tf.zeros((batch, size, size, 3)), tf.zeros((batch, attributes))]
        edit = tf.function(lambda: network(inputs, training=False))
        seconds = _median_seconds(lambda: edit().numpy(), repeats)
        return function_flops(lambda: network(inputs, training=False)), seconds

    batch, precision = config.training.batch_size, config.training.precision
    (one_flops, one_seconds), (flops, seconds) = measured(1), measured(batch)
    arithmetic = _arithmetic(flops, seconds, precision)
    one_image = one_flops / one_seconds / 1e9
    return {
        "latency_seconds": one_seconds,
        "images_per_second": batch / seconds,
        "one_image_gflops": one_image,
        "one_image_percent_of_machine": 100 * one_image / arithmetic["machine_gflops"],
        **arithmetic,
    }


def _phase(trainer) -> dict:
    phase = trainer.phase()
    return {} if phase is None else {"phase": phase}


def _arithmetic(flops: int, seconds: float, precision: str) -> dict:
    """What was counted, its speed, and the share of what the machine reaches in matrix products of
    the same precision.
    """
    machine = machine_flops("bfloat16" if "bfloat16" in precision else "float32")
    return {
        "gflop": flops / 1e9,
        "gflops": flops / seconds / 1e9,
        "machine_gflops": machine / 1e9,
        "percent_of_machine": 100 * flops / seconds / machine,
    }


def _drawing(config: Config, repeats: int) -> dict:
    """CPU time to draw an image of --scene in one process: a face, or a landscape of image_size
    pixels with the seasons in turn. No files are written.
    """
    scene = config.data.scene

    def draw(index: int) -> None:
        if scene == "landscapes":
            season = landscapes.SEASONS[index % len(landscapes.SEASONS)]
            landscapes.true_translation(0, index, season, config.data.image_size)
        else:
            faces.draw_face(0, index)

    durations = []
    with threadpool_limits(1):
        draw(0)
        for index in range(repeats):
            start = time.process_time()
            draw(index)
            durations.append(time.process_time() - start)
    return {
        "scene": scene,
        "processor_seconds": statistics.median(durations),
        "images_per_processor_second": 1 / statistics.mean(durations),
    }


def _median_seconds(work: Callable[[], object], repeats: int) -> float:
    work()
    durations = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)


def _interleaved_seconds(work: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    """Durations of each, alternating, after one warm-up run each."""
    durations: list[list[float]] = [[] for _ in work]
    for repeat in range(repeats + 1):
        for call, times in zip(work, durations, strict=True):
            start = time.perf_counter()
            call()
            if repeat:
                times.append(time.perf_counter() - start)
    return durations
