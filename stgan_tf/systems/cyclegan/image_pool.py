"""The image pool: what discriminators are shown are partly earlier edits (official ImagePool)."""

import tensorflow as tf


class ImagePool:
    """Up to `size` earlier images, exchanged one by one.

    While the pool is not full, an image is stored and returned. Afterwards it is returned as it is,
    or, with probability 1/2, it takes the place of a stored one, chosen at random, and that one is
    returned. Images of a batch follow each other, so one may return an earlier one of its batch.

    With several replicas each holds the same pool: the images of all of them go through it in
    order, so that R replicas are shown what one device with the global batch would be.

    Make it inside the strategy's scope; call `exchange` in a replica context.

    Args:
        size: Images held; 0: `exchange` returns what it is given.
        image_shape: (H, W, C).
        seed: Of the choices.
        stream: Number of this pool, so that those of one seed choose independently.
        dtype: Of the images.
    """

    def __init__(self, size: int, image_shape, seed: int, stream: int, dtype: str = "float32"):
        self.size = size
        self._seed, self._stream = seed, stream
        # Each replica changes its own copy; they stay equal, so saving the first one is enough.
        options = {
            "trainable": False,
            "synchronization": tf.VariableSynchronization.ON_READ,
            "aggregation": tf.VariableAggregation.ONLY_FIRST_REPLICA,
        }
        #: What a checkpoint must hold: the images (size, H, W, C) and how many of them are there.
        self.images = tf.Variable(tf.zeros((size, *image_shape), dtype), name="images", **options)
        self.stored = tf.Variable(tf.zeros((), tf.int32), name="stored", **options)

    def exchange(self, images: tf.Tensor, number: tf.Tensor) -> tf.Tensor:
        """What to show instead of this replica's `images` (b, H, W, C); the choices are a function
        of (seed, stream, `number`), `number` being that of the iteration.
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
        """`exchange` of `count` images with given choices: whether each is exchanged once the pool
        is full, (count,) bool, and for which slot's image, (count,) int32 below `size`.
        """
        # Handles, as a strategy's variables have no scatter or gather of single rows.
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
