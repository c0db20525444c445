"""The image pool, which replaces some edits shown to discriminators by earlier ones (official)."""

import tensorflow as tf


class ImagePool:
    """A pool of up to `size` earlier images (official ImagePool).

    Until the pool is full, each image is stored and returned. Then an image is either returned as
    it is or, with probability 1/2, swapped with a randomly chosen stored one, which is returned.
    The images of a batch are processed in order, so one may be swapped with an earlier one of the
    same batch.

    With several replicas, each holds the same pool and processes the images of all of them in
    order, so that R replicas see the same images as a single device with the global batch.

    Create it inside the strategy's scope; call `exchange` in a replica context.

    Args:
        size: Capacity in images; 0: `exchange` returns its input.
        image_shape: (H, W, C).
        seed: Seed of the random choices.
        stream: Number of this pool, so that pools with the same seed choose independently.
        dtype: Dtype of the images.
    """

    def __init__(self, size: int, image_shape, seed: int, stream: int, dtype: str = "float32"):
        self.size = size
        self._seed, self._stream = seed, stream
        # Each replica updates its own copy. The copies stay equal, so saving the first is enough.
        options = {
            "trainable": False,
            "synchronization": tf.VariableSynchronization.ON_READ,
            "aggregation": tf.VariableAggregation.ONLY_FIRST_REPLICA,
        }
        #: The state to save in checkpoints: the images (size, H, W, C), and how many are stored.
        self.images = tf.Variable(tf.zeros((size, *image_shape), dtype), name="images", **options)
        self.stored = tf.Variable(tf.zeros((), tf.int32), name="stored", **options)

    def exchange(self, images: tf.Tensor, number: tf.Tensor) -> tf.Tensor:
        """The images (b, H, W, C) to show instead of this replica's `images`.

        The choices are a function of (seed, stream, `number`); `number` is that of the iteration.
        """
        if not self.size:
            return images
        context = tf.distribute.get_replica_context()
        replicas, rows = context.num_replicas_in_sync, images.shape[0]
        everyones = images if replicas == 1 else context.all_gather(images, axis=0)
        swaps, slots = self._choices(rows * replicas, number)
        shown = self.exchange_chosen(everyones, swaps, slots, rows * replicas)
        start = context.replica_id_in_sync_group * rows
        return tf.ensure_shape(shown[start : start + rows], images.shape)

    def exchange_chosen(self, images, swaps, slots, count: int) -> tf.Tensor:
        """`exchange` for `count` images with given choices.

        `swaps` (count,) bool tells which images are swapped once the pool is full, and `slots`
        (count,) int32, below `size`, with which stored image.
        """
        # Uses handles, because the variables of a strategy cannot scatter or gather single rows.
        pool, dtype = self.images.handle, images.dtype
        stored = tf.raw_ops.ReadVariableOp(resource=self.stored.handle, dtype=tf.int32)
        shown = []
        for i in range(count):
            full = stored >= self.size
            slot = tf.where(full, slots[i], stored)
            held = tf.raw_ops.ResourceGather(resource=pool, indices=slot, dtype=dtype)
            swapped = tf.logical_and(full, swaps[i])
            kept = tf.where(tf.logical_or(swapped, tf.logical_not(full)), images[i], held)
            tf.raw_ops.ResourceScatterUpdate(resource=pool, indices=slot, updates=kept)
            shown.append(tf.where(swapped, held, images[i]))
            stored = tf.minimum(stored + 1, self.size)
        tf.raw_ops.AssignVariableOp(resource=self.stored.handle, value=stored)
        return tf.stack(shown)

    def _choices(self, count: int, number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        seed = tf.random.fold_in(tf.constant([self._seed, self._stream], tf.int64), number)
        drawn = tf.random.stateless_uniform((2, count), seed, alg="philox")
        return drawn[0] > 0.5, tf.cast(drawn[1] * self.size, tf.int32)
