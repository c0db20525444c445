"""Plain Keras data, (images, attributes), for trainers that take K batches per iteration."""

import keras
import numpy as np
import tensorflow as tf


@tf.autograph.experimental.do_not_convert
def plain_dataset(
    x, y, batch_size: int | None, batches: int, seed: int, shuffle: bool = True
) -> tf.data.Dataset | None:
    """A data set in which each element has the images and attributes of one iteration.

    Images are (K * b, H, W, 3), attributes (K * b, A). Images of an array that do not fill an
    iteration at the end of an epoch are dropped; an incomplete last batch of a data set is filled
    from its next pass.

    Args:
        x, y: Images (N, H, W, 3) in [-1, 1] and attributes (N, A) in {0, 1}, as arrays; or, as `x`
            alone, a pair of arrays or a tf.data.Dataset of batches (images (b, H, W, 3),
            attributes (b, A)).
        batch_size: Batch size b of arrays; None: 32, as in Keras. Data sets are already batched.
        batches: K, the batches per iteration.
        seed: Seed for shuffling arrays, which changes the order in every epoch.
        shuffle: Whether to shuffle arrays.

    Returns:
        The data set; None for any other kind of data, such as a data set of dicts.

    Raises:
        ValueError: The data do not fill one iteration, or their shapes or values are wrong.
    """
    if y is None and isinstance(x, (tuple, list)) and len(x) == 2:
        x, y = x
    if isinstance(x, tf.data.Dataset):
        if not isinstance(x.element_spec, tuple):
            return None
        if batch_size is not None or y is not None:
            raise ValueError(
                "A tf.data.Dataset already contains the attributes and is batched: leave out `y` "
                "and `batch_size`."
            )
        return _of_dataset(x, batches)
    if y is None or not hasattr(x, "shape"):
        return None
    return _of_arrays(x, y, batch_size or 32, batches, seed, shuffle)


def _of_dataset(dataset: tf.data.Dataset, batches: int) -> tf.data.Dataset:
    if len(dataset.element_spec) != 2:
        raise ValueError(
            "Elements must be (images, attributes); sample weights are not supported. Received: "
            f"{len(dataset.element_spec)} parts."
        )
    first = next(iter(dataset.take(1)), None)
    if first is None:
        raise ValueError("The data set is empty.")
    require_plain(*first)
    size, count = len(first[0]), int(dataset.cardinality())
    if 0 <= count < batches:
        raise ValueError(_too_few(batches, size, f"{count} batches"))
    rows = batches * size
    if count >= 0:
        # An incomplete last batch is filled from the next pass. So the number of iterations is
        # known in advance; otherwise Keras warns at the end of an epoch.
        dataset = dataset.repeat()
    dataset = dataset.rebatch(rows, drop_remainder=True).map(
        lambda *parts: tuple(tf.ensure_shape(part, (rows, *part.shape[1:])) for part in parts)
    )
    if count < 0:
        return dataset
    steps = count // batches
    return dataset.take(steps).apply(tf.data.experimental.assert_cardinality(steps))


def _of_arrays(x, y, batch_size: int, batches: int, seed: int, shuffle: bool) -> tf.data.Dataset:
    count, size = len(x), batches * batch_size
    if len(y) != count:
        raise ValueError(
            f"There must be as many attribute vectors as images. Received: {len(y)} and {count}."
        )
    if count < size:
        raise ValueError(_too_few(batches, batch_size, f"{count} images"))
    require_plain(x, y)
    with tf.device("CPU:0"):  # else all images would be in GPU memory
        images, attributes = tf.constant(x, tf.float32), tf.constant(y, tf.float32)
    rows = tf.data.Dataset.range(count)
    if shuffle:
        rows = rows.shuffle(count, seed=seed, reshuffle_each_iteration=True)
    return (
        rows.batch(size, drop_remainder=True)
        .map(lambda chosen: (tf.gather(images, chosen), tf.gather(attributes, chosen)))
        .prefetch(tf.data.AUTOTUNE)
    )


def _too_few(batches: int, size: int, received: str) -> str:
    return (
        f"One iteration takes {batches} batches of {size} images, {batches * size} in all, for the "
        f"updates of the critic and the generator. Received: {received}. Use smaller batches or "
        "fewer critic_steps_per_generator_step, or repeat the data."
    )


def require_plain(images, attributes) -> None:
    """Raises ValueError for wrong images or attributes.

    Images must be (N, H, W, 3) floats in [-1, 1], attributes (N, A) in {0, 1}.
    """
    images, attributes = np.asarray(images), np.asarray(attributes)
    if images.ndim != 4 or images.shape[-1] != 3 or not images.size:
        raise ValueError(
            f"Images must have shape (N, height, width, 3). Received: shape {images.shape}."
        )
    low, high = float(images.min()), float(images.max())
    in_range = low >= -1.001 and high <= 1.001  # false for NaN
    if not (np.issubdtype(images.dtype, np.floating) and in_range):
        raise ValueError(
            "Images must be floats in [-1, 1]; convert pixels in 0..255 with `pixels / 127.5 - 1`. "
            f"Received: {images.dtype} from {low:g} to {high:g}."
        )
    if attributes.ndim != 2:
        raise ValueError(
            f"Attributes must have shape (N, attributes). Received: shape {attributes.shape}."
        )
    values = np.unique(attributes)
    if not np.isin(values, (0, 1)).all():
        raise ValueError(
            "Attributes must be 0 or 1; convert CelebA's -1 and 1 with `(values + 1) / 2`. "
            f"Received: {', '.join(f'{value:g}' for value in values[:5])}."
        )


def images_and_attributes(data):
    """Images and attributes of Keras' (x, y) data; raises ValueError for sample weights."""
    images, attributes, weights = keras.utils.unpack_x_y_sample_weight(data)
    if attributes is None or weights is not None:
        raise ValueError(
            "Data must be (images, attributes), or a dict of images, source_attributes and "
            "target_attributes. Received: "
            + ("images only." if attributes is None else "sample weights, too.")
        )
    return images, tf.cast(attributes, images.dtype)
