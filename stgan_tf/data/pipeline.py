"""tf.data pipelines: files -> float32 batches in [-1, 1] with attributes.

Training elements are (K, b, H, W, 3) images and (K, b, A) source and target attributes: the K
batches of one training iteration for one replica. Evaluation elements are (B, H, W, 3) and (B, A).
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import drop_unreadable, reader, require_read
from stgan_tf.data.image_cache import open_cache
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.sampling import IterationSampler
from stgan_tf.images import resize_bicubic
from stgan_tf.options import ConfigError

_PREFETCHED_ELEMENTS = 2


def training_dataset(
    table: ImageTable,
    config: DataConfig,
    *,
    batch_size: int,
    batches_per_iteration: int,
    seed: int,
    start_iteration: int = 0,
    resolve_conflicts: bool = False,
    required_values: Sequence[int] | None = None,
    num_pipelines: int = 1,
    pipeline_index: int = 0,
    replicas_per_pipeline: int = 1,
) -> tf.data.Dataset:
    """Endless; each element is one training iteration of one replica, from `start_iteration` on.

    A dict of float32: images (K, b, H, W, 3) in [-1, 1], source_attributes and target_attributes
    (K, b, A) in {0, 1}; K = batches_per_iteration, b = batch_size / replicas. Elements go round
    this pipeline's replicas in turn, as strategy.distribute_datasets_from_function takes them.
    Replica r of all gets rows r*b to (r+1)*b of each global batch, so the images of an iteration
    depend on the seed and the iteration only.

    Each pass over the images is a fresh shuffle; with config.balance_attributes images are drawn by
    weight instead (`sampling.balancing_weights`). Targets are the sub-batch's sources, shuffled;
    `resolve_conflicts` clears what an attribute that the source lacks would contradict. With
    `required_values`, one for each of the K batches, all images of batch k have that value of the
    first attribute; ValueError where no image has it.
    """
    replicas = num_pipelines * replicas_per_pipeline
    if batch_size % replicas:
        raise ConfigError(
            "batch_size", f"must be divisible by the {replicas} replicas. Received: {batch_size}."
        )
    if len(table) == 0:
        raise ValueError("There are no training images.")
    rows = batch_size // replicas
    sampler = IterationSampler(
        table,
        batches_per_iteration=batches_per_iteration,
        batch_size=batch_size,
        rows_per_replica=rows,
        seed=seed,
        balance=config.balance_attributes,
        flip=config.horizontal_flip,
        resolve_conflicts=resolve_conflicts,
        required_values=required_values,
    )

    def iteration_and_row(element: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        replica = pipeline_index * replicas_per_pipeline + element % replicas_per_pipeline
        return element // replicas_per_pipeline, replica * rows

    def draw(element: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        indices, flips = sampler.draw(*iteration_and_row(element))
        return tf.reshape(indices, [-1]), tf.reshape(flips, [-1])

    def with_attributes(element: tf.Tensor, images: tf.Tensor) -> dict[str, tf.Tensor]:
        source, target = sampler.draw_attributes(*iteration_and_row(element))
        shape = [batches_per_iteration, rows, config.image_size, config.image_size, 3]
        return {
            "images": tf.reshape(images, shape),
            "source_attributes": source,
            "target_attributes": target,
        }

    elements = tf.data.Dataset.counter(start_iteration * replicas_per_pipeline)
    draws = elements.map(draw, tf.data.AUTOTUNE)
    cache = open_cache(table, config)
    images = (
        _images_from_files(draws, table, config, batches_per_iteration * rows)
        if cache is None
        else _images_from_cache(draws, cache, config)
    )
    batches = tf.data.Dataset.zip(elements, images).map(with_attributes, tf.data.AUTOTUNE)
    return batches.prefetch(_PREFETCHED_ELEMENTS).with_options(_options())


def evaluation_dataset(table: ImageTable, config: DataConfig, batch_size: int) -> tf.data.Dataset:
    """One pass in order; the last batch may be smaller. A dict of float32: images (B, H, W, 3) in
    [-1, 1], source_attributes (B, A) in {0, 1}.
    """
    with tf.device("CPU:0"):
        attributes = tf.data.Dataset.from_tensor_slices(table.attributes.astype(np.float32))
    indices = tf.data.Dataset.range(len(table)).batch(batch_size)
    draws = indices.map(lambda rows: (rows, tf.zeros_like(rows, tf.bool)))
    images = _images_from_files(draws, table, config, batch_size)
    batches = tf.data.Dataset.zip(images, attributes.batch(batch_size)).map(
        lambda images, attributes: {"images": images, "source_attributes": attributes}
    )
    cardinality = tf.data.experimental.assert_cardinality(-(-len(table) // batch_size))
    return batches.apply(cardinality).prefetch(_PREFETCHED_ELEMENTS).with_options(_options())


def _images_from_files(
    draws: tf.data.Dataset, table: ImageTable, config: DataConfig, batch_size: int
) -> tf.data.Dataset:
    """`draws` of (indices (n,), flips (n,)), n = batch_size or less in the last -> float images.

    Each image is read, cropped and resized by one call, so that the cores share the work image by
    image; resizing whole batches costs the same and waits for the last image of each.
    """
    pixels_of = reader(table, config.crop_rule)

    def read(index: tf.Tensor, flip: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return index, _prepare(pixels_of(index)[None], flip[None], config)[0]

    def check(drawn: tuple[tf.Tensor, tf.Tensor], done: tuple[tf.Tensor, ...]) -> tf.Tensor:
        expected, _ = drawn
        indices, images = (values[: tf.size(expected)] for values in done)
        with tf.control_dependencies([require_read(indices, expected)]):
            return tf.identity(images)

    images = drop_unreadable(draws.unbatch().map(read, tf.data.AUTOTUNE))
    # Fills the last batch, so that an image missing from it cannot end the data set unnoticed.
    blank = tf.data.Dataset.from_tensors(
        tuple(tf.zeros(spec.shape, spec.dtype) - 1 for spec in images.element_spec)
    )
    batches = images.concatenate(blank.repeat()).batch(batch_size)
    return tf.data.Dataset.zip(draws, batches).map(check)


def _images_from_cache(
    draws: tf.data.Dataset, cache: tf.Tensor, config: DataConfig
) -> tf.data.Dataset:
    def gather(indices: tf.Tensor, flips: tf.Tensor) -> tf.Tensor:
        return _prepare(tf.gather(cache, indices), flips, config)

    return draws.map(gather, tf.data.AUTOTUNE)


def _prepare(pixels: tf.Tensor, flips: tf.Tensor, config: DataConfig) -> tf.Tensor:
    """uint8 crops (n, h, w, 3) -> mirrored where asked, resized, float32 in [-1, 1]."""
    if config.horizontal_flip:
        pixels = tf.where(flips[:, None, None, None], tf.reverse(pixels, [2]), pixels)
    return resize_bicubic(pixels, config.image_size)


def _options() -> tf.data.Options:
    options = tf.data.Options()
    options.deterministic = True
    # Sharding is done here, by rows; tf.data's own would drop elements and warn about it.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
    return options
