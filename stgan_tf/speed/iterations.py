"""Training iterations on one device or several."""

import functools
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from stgan_tf.distribution.strategies import make_strategy, require_compatible
from stgan_tf.options import ConfigError
from stgan_tf.speed.arithmetic import function_flops, speed_figures
from stgan_tf.speed.durations import interleaved_seconds, median_seconds
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import batches_per_iteration
from stgan_tf.training.loop import compile_step


def measure_iteration(config: Config, repeats: int, devices: int) -> dict:
    """One full iteration (critic updates and one generator update) on images in memory."""
    training, batches = config.training, batches_per_iteration(config)
    strategy = _strategy_on(devices)
    require_compatible(config, strategy)
    run, trainer, data = _iteration(config, strategy)
    # Counted in a graph of its own, which is never run; several devices have one each.
    phase = trainer.phase()
    options = {} if phase is None else {"phase": phase}
    work = functools.partial(trainer.train_step, **options)
    flops = function_flops(work, data) if devices == 1 else None
    seconds = median_seconds(run, repeats)
    return {
        "batches_per_iteration": batches,
        "devices": devices,
        "iteration_seconds": seconds,
        "images_per_second": batches * training.batch_size / seconds,
        **({} if flops is None else speed_figures(flops, seconds, training.precision)),
    }


def _strategy_on(devices: int) -> tf.distribute.Strategy:
    """One device, or the first `devices` GPUs or as many logical CPU devices."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus and devices > len(gpus):
        raise ConfigError("devices", f"there are {len(gpus)} GPUs. Received: {devices}.")
    if gpus:
        tf.config.set_visible_devices(gpus[:devices], "GPU")
    elif devices > 1:
        _split_cpu(devices)
    return make_strategy("single" if devices == 1 else "mirrored")


def _split_cpu(devices: int) -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * devices
    tf.config.set_logical_device_configuration(cpu, parts)


def _iteration(config: Config, strategy: tf.distribute.Strategy) -> tuple[Callable, Any, Any]:
    """What runs an iteration on noise, its trainer and its data."""
    replicas = strategy.num_replicas_in_sync
    with strategy.scope():
        trainer = build_trainer(config, num_images=1, num_replicas=replicas)
    data, rows = _random_batches(config), config.training.batch_size // replicas

    def share(context, data=data):
        first = context.replica_id_in_sync_group * rows
        return {name: values[:, first : first + rows] for name, values in data.items()}

    if replicas > 1:
        data = strategy.experimental_distribute_values_from_function(share)
    step = compile_step(trainer, strategy, config.training.jit_compile)
    return functools.partial(step, data), trainer, data


def measure_replicas(config: Config, repeats: int) -> dict:
    """An iteration on two logical CPU devices against one device with the same global batch: the
    overhead of the replicas, since they share the cores. The two alternate, so that other load on
    the machine affects both alike.
    """
    tf.config.set_visible_devices([], "GPU")
    _split_cpu(2)
    strategies = make_strategy("single"), make_strategy("mirrored")
    work = [_iteration(config, strategy)[0] for strategy in strategies]
    durations = interleaved_seconds(work, repeats)
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
