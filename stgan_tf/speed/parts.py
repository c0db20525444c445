"""The measurements of `stgan_tf.benchmark`: medians over repetitions, in seconds and images per
second.
"""

import functools
import platform
import statistics
import time

import tensorflow as tf
from threadpoolctl import threadpool_limits

from stgan_tf.cores import usable_cores
from stgan_tf.speed.arithmetic import graph_flops, machine_flops, speed_figures
from stgan_tf.speed.durations import median_seconds
from stgan_tf.speed.iterations import measure_iteration, measure_replicas
from stgan_tf.speed.memory import peak_memory_mib
from stgan_tf.speed.reading import measure_reading
from stgan_tf.synthetic import faces, landscapes
from stgan_tf.systems.building import build_editing_network
from stgan_tf.systems.run_config import Config


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
        "pipeline": measure_reading,
        "generator": _generator,
        "replicas": measure_replicas,
        "drawing": _drawing,
    }
    measured = parts[part](config, repeats)
    return {
        "part": part,
        "image_size": config.data.image_size,
        "system": config.system,
        "batch_size": config.training.batch_size,
        "precision": config.training.precision,
        "jit_compile": config.training.jit_compile,
        **measured,
        "peak_rss_mib": peak_memory_mib(),
        **_peak_gpu_memory(),
        "cpus": usable_cores(),
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


def _generator(config: Config, repeats: int) -> dict:
    """Inference: the latency of one image and the throughput of a batch."""
    network = build_editing_network(config)
    size, attributes = config.data.image_size, len(config.data.attributes)

    def measured(batch: int) -> tuple[int, float]:
        inputs = [tf.zeros((batch, size, size, 3)), tf.zeros((batch, attributes))]
        edit = tf.function(lambda: network(inputs, training=False), autograph=False)
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
