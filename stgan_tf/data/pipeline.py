"""tf.data pipelines: files -> float32 batches in [-1, 1] with attributes.

Training elements are (K, b, H, W, 3) images and (K, b, A) source and target attributes: the K
batches of one training iteration for one replica. Evaluation elements are (B, H, W, 3) and (B, A).
"""

import dataclasses
from collections.abc import Callable, Sequence

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


# AutoGraph has nothing to convert here, and takes a second to find out.
@tf.autograph.experimental.do_not_convert
def training_dataset(
    table: ImageTable,
    config: DataConfig,
    *,
    batch_size: int,
    batches_per_iteration: int,
    seed: int,
    start_iteration: int = 0,
    resolve_conflicts: bool = False,
    single_edits: float = 0.0,
    required_values: Sequence[int] | None = None,
    num_pipelines: int = 1,
    pipeline_index: int = 0,
    replicas_per_pipeline: int = 1,
) -> tf.data.Dataset:
    """An infinite data set; each element is one training iteration of one replica, starting at
    `start_iteration`.

    An element is a dict of float32 tensors: images (K, b, H, W, 3) in [-1, 1], source_attributes
    and target_attributes (K, b, A) in {0, 1}; K = batches_per_iteration, b = batch_size / replicas.
    Elements alternate between this pipeline's replicas, as
    strategy.distribute_datasets_from_function expects. Global replica r gets rows r*b to (r+1)*b of
    each global batch, so the images of an iteration depend only on the seed and the iteration.

    Each epoch is a new shuffle; with config.balance_attributes, images are sampled by weight
    instead (`sampling.balancing_weights`). Targets are the sub-batch's sources, shuffled;
    `resolve_conflicts` clears the attributes that conflict with a newly added one. A share
    `single_edits` of the targets are the source with a single attribute changed instead. With
    config.load_size, images are resized to that size and a random square is cropped from each. With
    `required_values`, one for each of the K batches, all images of batch k have that value of the
    first attribute; raises ValueError if no image has it.
    """
    replicas = num_pipelines * replicas_per_pipeline
    if batch_size % replicas:
        raise ConfigError(
            "batch_size", f"must be divisible by the {replicas} replicas. Received: {batch_size}."
        )
    if len(table) == 0:
        raise ValueError("The training split has no images.")
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
        single_edits=single_edits,
        required_values=required_values,
        spare=max(config.load_size - config.image_size, 0),
    )

    def iteration_and_row(element: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        replica = pipeline_index * replicas_per_pipeline + element % replicas_per_pipeline
        return element // replicas_per_pipeline, replica * rows

    def draw(element: tf.Tensor) -> tuple[tf.Tensor, ...]:
        indices, flips = sampler.draw(*iteration_and_row(element))
        corners = sampler.draw_corners(*iteration_and_row(element))
        return tf.reshape(indices, [-1]), tf.reshape(flips, [-1]), tf.reshape(corners, [-1, 2])

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
    if cache is not None and cache.is_array:
        images = _images_from_array(draws, cache.pixels, config)
    else:
        pixels_of = reader(table, config.crop_rule) if cache is None else cache.picture
        images = _images_one_by_one(draws, pixels_of, config, batches_per_iteration * rows)
    batches = tf.data.Dataset.zip(elements, images).map(with_attributes, tf.data.AUTOTUNE)
    return batches.prefetch(_PREFETCHED_ELEMENTS).with_options(_options())


@tf.autograph.experimental.do_not_convert
def evaluation_dataset(table: ImageTable, config: DataConfig, batch_size: int) -> tf.data.Dataset:
    """One pass in order; the last batch may be smaller. Elements are dicts of float32 tensors:
    images (B, H, W, 3) in [-1, 1], source_attributes (B, A) in {0, 1}.
    """
    with tf.device("CPU:0"):
        attributes = tf.data.Dataset.from_tensor_slices(table.attributes.astype(np.float32))
    indices = tf.data.Dataset.range(len(table)).batch(batch_size)
    draws = indices.map(
        lambda rows: (rows, tf.zeros_like(rows, tf.bool), tf.zeros([tf.size(rows), 2], tf.int32))
    )
    # The whole image, without mirroring or random crops.
    whole = dataclasses.replace(config, horizontal_flip=False, load_size=0)
    images = _images_one_by_one(draws, reader(table, config.crop_rule), whole, batch_size)
    batches = tf.data.Dataset.zip(images, attributes.batch(batch_size)).map(
        lambda images, attributes: {"images": images, "source_attributes": attributes}
    )
    cardinality = tf.data.experimental.assert_cardinality(-(-len(table) // batch_size))
    return batches.apply(cardinality).prefetch(_PREFETCHED_ELEMENTS).with_options(_options())


def _images_one_by_one(
    draws: tf.data.Dataset,
    pixels_of: Callable[[tf.Tensor], tf.Tensor],
    config: DataConfig,
    batch_size: int,
) -> tf.data.Dataset:
    """Maps `draws` of (indices (n,), flips (n,), corners (n, 2)), with n = batch_size or less in
    the last one, to float images. `pixels_of` maps an index to its pixels (h, w, 3).

    Each image is read, cropped and resized in one call, so that the cores share the work by image;
    resizing whole batches costs the same but waits for the last image of each batch.
    """

    def read(index: tf.Tensor, flip: tf.Tensor, corner: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return index, _prepare(pixels_of(index)[None], flip[None], corner[None], config)[0]

    def check(drawn: tuple[tf.Tensor, tf.Tensor], done: tuple[tf.Tensor, ...]) -> tf.Tensor:
        expected = drawn[0]
        indices, images = (values[: tf.size(expected)] for values in done)
        with tf.control_dependencies([require_read(indices, expected)]):
            return tf.identity(images)

    images = drop_unreadable(draws.unbatch().map(read, tf.data.AUTOTUNE))
    # Pads the last batch, so that an image missing from it cannot end the data set unnoticed.
    blank = tf.data.Dataset.from_tensors(
        tuple(tf.zeros(spec.shape, spec.dtype) - 1 for spec in images.element_spec)
    )
    batches = images.concatenate(blank.repeat()).batch(batch_size)
    return tf.data.Dataset.zip(draws, batches).map(check)


def _images_from_array(
    draws: tf.data.Dataset, pixels: tf.Tensor, config: DataConfig
) -> tf.data.Dataset:
    """Like `_images_one_by_one`, for pixels (N, h, w, 3): processes whole batches at once."""

    def gather(indices: tf.Tensor, flips: tf.Tensor, corners: tf.Tensor) -> tf.Tensor:
        return _prepare(tf.gather(pixels, indices), flips, corners, config)

    return draws.map(gather, tf.data.AUTOTUNE)


def _prepare(
    pixels: tf.Tensor, flips: tf.Tensor, corners: tf.Tensor, config: DataConfig
) -> tf.Tensor:
    """uint8 crops (n, h, w, 3) -> float32 in [-1, 1], mirrored according to `flips` (n,), resized,
    and cropped at `corners` (n, 2) if they are then larger than the image size.
    """
    if config.horizontal_flip:
        pixels = tf.where(flips[:, None, None, None], tf.reverse(pixels, [2]), pixels)
    images = resize_bicubic(pixels, config.load_size or config.image_size)
    if config.load_size <= config.image_size:
        return images
    rows, columns = (
        corners[:, axis, None] + tf.range(config.image_size)[None] for axis in range(2)
    )
    return tf.gather(tf.gather(images, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)


def _options() -> tf.data.Options:
    options = tf.data.Options()
    options.deterministic = True
    # Sharding is done here, by rows; tf.data's own would drop elements and warn about it.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
    return options
