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
from pathlib import Path

import numpy as np
import tensorflow as tf
from threadpoolctl import threadpool_limits

from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import training_dataset
from stgan_tf.speed.arithmetic import graph_flops, machine_flops, speed_figures
from stgan_tf.speed.durations import median_seconds
from stgan_tf.speed.iterations import measure_iteration, measure_replicas
from stgan_tf.synthetic import faces, landscapes
from stgan_tf.systems.building import build_editing_network
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import batches_per_iteration

#: Faces drawn for the pipeline measurement if there is no --data_dir.
_NUM_FACES = 512


def measure(part: str, config: Config, repeats: int, devices: int = 1) -> dict:
    """Runs one part of the benchmark (train, pipeline, generator, replicas, drawing, machine)
    `repeats` times.

    Args:
        devices: For `train`: GPUs, or logical CPU devices if there are none, that share each batch.

    Returns {name: figure}, including what they were measured on.

    Raises ConfigError for more devices than there are, or a batch that they cannot share.
    """
    parts = {
        "train": functools.partial(measure_iteration, devices=devices),
        "machine": _machine,
        "pipeline": _pipeline,
        "generator": _generator,
        "replicas": measure_replicas,
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
        **_peak_gpu_memory(),
        "cpus": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "gpus": len(tf.config.list_physical_devices("GPU")),
        "tensorflow": tf.__version__,
        "python": platform.python_version(),
    }


def _machine(config: Config, repeats: int) -> dict:
    """What the machine is, and what products of large matrices reach on it."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        device = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "a GPU")
        tf.config.experimental.enable_tensor_float_32_execution(True)
        limits = {"tf32_gflops": machine_flops("float32") / 1e9}
        tf.config.experimental.enable_tensor_float_32_execution(False)
    else:
        device, limits = "a CPU", {}
    limits["float32_gflops"] = machine_flops("float32") / 1e9
    return {"device": device, **limits, "bfloat16_gflops": machine_flops("bfloat16") / 1e9}


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

        seconds = median_seconds(read, repeats)
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
        seconds = median_seconds(lambda: edit().numpy(), repeats)
        return graph_flops(edit.get_concrete_function().graph), seconds

    batch, precision = config.training.batch_size, config.training.precision
    (one_flops, one_seconds), (flops, seconds) = measured(1), measured(batch)
    arithmetic = speed_figures(flops, seconds, precision)
    one_image = one_flops / one_seconds / 1e9
    return {
        "latency_seconds": one_seconds,
        "images_per_second": batch / seconds,
        "one_image_gflops": one_image,
        "one_image_percent_of_machine": 100 * one_image / arithmetic["machine_gflops"],
        **arithmetic,
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


def _peak_gpu_memory() -> dict:
    if not tf.config.get_visible_devices("GPU"):
        return {}
    return {"peak_gpu_mib": tf.config.experimental.get_memory_info("GPU:0")["peak"] / 2**20}
