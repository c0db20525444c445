"""What a training iteration uses: images, mirroring, random crops, source and target attributes.

Everything is a pure function of (seed, iteration), in stateless TensorFlow ops, and the global
batch is drawn before a replica takes its rows. So a run can resume exactly at any iteration, and
the number of replicas does not change which images an iteration sees.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from stgan_tf.attributes import conflict_matrix
from stgan_tf.data.image_table import ImageTable

#: Rounds of the index cipher. From 8 on, with a hashed key, order statistics match those of a true
#: shuffle. With TensorFlow's default of 4 and the epoch number as the key, the orders of
#: consecutive epochs over 182,000 images correlate at 0.69; with 16 and the epoch number as the
#: key, images still land in a given slot unevenly (chi-squared 8 to 15 times its expectation).
_SHUFFLE_ROUNDS = 8
#: Of the random streams. New ones are appended, so that seeds keep their meaning.
_PURPOSES = ("image", "flip", "target", "top", "left", "attribute", "single")


def balancing_weights(attributes: np.ndarray) -> np.ndarray:
    """(N,) float64 weights, mean 1, from (N, A) attributes in {0, 1}.

    An image's weight is the mean over the attributes of 1 / (2 f), where f is the fraction of
    images that share its value of that attribute. Sampling by weight is then equivalent to picking
    an attribute, then one of its two values with equal probability, then one of the images with
    that value. So even an attribute that fewer than one image in a thousand has appears in about 1
    / (2 A) of the samples. An attribute with the same value everywhere counts as 1.
    """
    share = attributes.mean(axis=0, dtype=np.float64)
    varied = (share > 0) & (share < 1)
    on = np.where(varied, 0.5 / np.where(varied, share, 1), 1)
    off = np.where(varied, 0.5 / np.where(varied, 1 - share, 1), 1)
    weights = np.zeros(len(attributes), np.float64)
    for column in range(attributes.shape[1]):  # one at a time: N x A doubles are 64 MB for CelebA
        weights += np.where(attributes[:, column] == 1, on[column], off[column])
    return weights / attributes.shape[1]


class IterationSampler:
    """Draws the K sub-batches of an iteration, each of B images over all replicas.

    `draw`, `draw_corners` and `draw_attributes` take the iteration and the index of the first of
    the `rows_per_replica` rows to return from each sub-batch.

    `required_values`: 0 or 1 for each sub-batch, which then has its own stream over the images with
    that value of the first attribute, reshuffled each pass; raises ValueError if no image has it.
    None: the sub-batches are consecutive parts of one stream over all images.

    `single_edits`: Probability of a target that changes a single attribute.

    `spare`: Pixels by which images are larger than their random crops.
    """

    def __init__(
        self,
        table: ImageTable,
        *,
        batches_per_iteration: int,
        batch_size: int,
        rows_per_replica: int,
        seed: int,
        balance: bool,
        flip: bool,
        resolve_conflicts: bool,
        single_edits: float = 0.0,
        required_values: Sequence[int] | None = None,
        spare: int = 0,
    ):
        if required_values is not None and len(required_values) != batches_per_iteration:
            raise ValueError(
                f"`required_values` must have a value for each of the {batches_per_iteration} "
                f"batches of an iteration. Received: {required_values!r}."
            )
        self._shape = (batches_per_iteration, batch_size)
        self._rows = rows_per_replica
        self._flip = flip
        self._spare = spare
        # Hashed, so that neighbouring seeds are unrelated.
        digest = hashlib.blake2b(str(seed).encode(), digest_size=16).digest()
        self._draw_key = np.frombuffer(digest[8:], np.int32)
        weights = balancing_weights(table.attributes) if balance else None
        with tf.device("CPU:0"):  # they are not needed on a GPU
            self._attributes = tf.constant(table.attributes)
            self._conflicts = tf.constant(conflict_matrix(table.names))
            if required_values is None:
                key = np.frombuffer(digest[:8], np.uint64)[0]
                self._streams = [_Stream(len(table), key, weights=weights)]
            else:
                self._streams = _required_streams(table, required_values, seed, weights)
        self._resolve_conflicts = resolve_conflicts
        self._single_edits = single_edits

    def draw(self, iteration: tf.Tensor, first_row: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Image indices, (K, b) int64, and whether to mirror each, (K, b) bool."""
        if self._flip:
            flips = self._uniform(iteration, "flip", tf.float32) < 0.5
        else:
            flips = tf.zeros(self._shape, tf.bool)
        return self._own(self._indices(iteration), first_row), self._own(flips, first_row)

    def draw_corners(self, iteration: tf.Tensor, first_row: tf.Tensor) -> tf.Tensor:
        """Row and column where each random crop begins, (K, b, 2) int32, uniform in 0..spare."""
        if self._spare:
            uniform = [self._uniform(iteration, side, tf.float64) for side in ("top", "left")]
            corners = tf.cast(tf.stack(uniform, axis=2) * (self._spare + 1), tf.int32)
        else:
            corners = tf.zeros([*self._shape, 2], tf.int32)
        return self._own(corners, first_row)

    def draw_attributes(self, iteration: tf.Tensor, first_row: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Source and target attributes, (K, b, A) float32 in {0, 1}.

        A sub-batch's targets are its sources, shuffled over the global batch. With probability
        `single_edits` a target is instead the source with one attribute changed (all equally
        likely), without the attributes that conflict with it.
        """
        source = tf.gather(self._attributes, self._indices(iteration))
        order = tf.argsort(self._uniform(iteration, "target", tf.float64), axis=1)
        target = tf.gather(source, order, batch_dims=1)
        source = tf.cast(self._own(source, first_row), tf.float32)
        target = tf.cast(self._own(target, first_row), tf.float32)
        if self._resolve_conflicts:
            target = self._without_conflicts(source, target)
        if self._single_edits:
            count = source.shape[-1]
            place = tf.cast(self._uniform(iteration, "attribute", tf.float64) * count, tf.int32)
            flip = tf.one_hot(self._own(place, first_row), count)
            single = self._without_conflicts(source, tf.abs(source - flip))
            chosen = self._uniform(iteration, "single", tf.float64) < self._single_edits
            target = tf.where(self._own(chosen, first_row)[..., None], single, target)
        return source, target

    def _without_conflicts(self, source: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
        """The targets without the attributes that conflict with a newly added one."""
        switched_on = target * (1 - source)
        conflicting = tf.einsum("kba,ac->kbc", switched_on, self._conflicts)
        # Two mutually exclusive attributes that are both new are kept: the donor has both.
        return tf.where((conflicting > 0) & (switched_on == 0), 0.0, target)

    def _own(self, values: tf.Tensor, first_row: tf.Tensor) -> tf.Tensor:
        """This replica's rows of each sub-batch, with their static shape."""
        own = values[:, first_row : first_row + self._rows]
        own.set_shape([self._shape[0], self._rows, *values.shape[2:]])
        return own

    def _indices(self, iteration: tf.Tensor) -> tf.Tensor:
        """(K, B) int64 image indices."""
        uniform = None
        if self._streams[0].weighted:
            uniform = tf.split(self._uniform(iteration, "image", tf.float64), len(self._streams))
        # A single stream feeds all sub-batches in turn.
        size = self._shape[0] * self._shape[1] // len(self._streams)
        positions = iteration * size + tf.range(size, dtype=tf.int64)
        indices = [
            stream.shuffled(positions)
            if uniform is None
            else stream.by_weight(tf.reshape(uniform[k], [-1]))
            for k, stream in enumerate(self._streams)
        ]
        return tf.reshape(tf.concat(indices, axis=0), self._shape)

    def _uniform(self, iteration: tf.Tensor, purpose: str, dtype: tf.DType) -> tf.Tensor:
        """(K, B) uniform numbers in [0, 1), from a separate stream for each purpose."""
        stream = _PURPOSES.index(purpose)
        seed = tf.random.fold_in(tf.constant(self._draw_key), stream)
        seed = tf.random.fold_in(tf.cast(seed, tf.int64), iteration)
        return tf.random.stateless_uniform(self._shape, seed, dtype=dtype, alg="philox")


class _Stream:
    """An infinite stream of samples from a set of images.

    Args:
        count: N, the number of images.
        key: uint64, determines the order.
        members: Indices of the images, (N,); None: 0 to N - 1.
        weights: (N,), to sample by weight; None: shuffled passes.
    """

    def __init__(self, count: int, key: np.uint64, members=None, weights=None):
        self._count = count
        self._key = key
        self._members = None if members is None else tf.constant(members, tf.int64)
        self.weighted = weights is not None
        if weights is not None:
            cumulative = np.cumsum(weights)
            self._cumulative = tf.constant(cumulative / cumulative[-1])

    def shuffled(self, positions: tf.Tensor) -> tf.Tensor:
        """The image indices (n,) at `positions` (n,) of the stream: position p is slot p % N of
        pass p // N.
        """
        passes = tf.cast(positions // self._count, tf.uint64)
        first = _mix(tf.bitwise.bitwise_xor(_mix(passes), self._key))
        words = tf.bitcast(tf.stack([first, _mix(first)], axis=1), tf.uint32)
        shuffled = tf.raw_ops.RandomIndexShuffle(
            index=positions % self._count,
            seed=tf.reshape(words, [positions.shape[0], 4])[:, :3],
            max_index=tf.constant(self._count - 1, tf.int64),
            rounds=_SHUFFLE_ROUNDS,
        )
        return self._named(shuffled)

    def by_weight(self, uniform: tf.Tensor) -> tf.Tensor:
        """The image indices (n,) sampled by `uniform` (n,) numbers in [0, 1)."""
        found = tf.searchsorted(self._cumulative, uniform, side="right")
        return self._named(tf.minimum(tf.cast(found, tf.int64), self._count - 1))

    def _named(self, found: tf.Tensor) -> tf.Tensor:
        return found if self._members is None else tf.gather(self._members, found)


def _required_streams(
    table: ImageTable, values: Sequence[int], seed: int, weights: np.ndarray | None
) -> list[_Stream]:
    """For each of `values`, an independently shuffled stream over the images that have it."""
    streams = []
    for k, value in enumerate(values):
        members = np.flatnonzero(table.attributes[:, 0] == value)
        if not len(members):
            raise ValueError(
                f"Training needs images with {table.names[0]} = {value} in the training split. "
                f"Received: {len(table)} images without any. Choose another attribute or another "
                "split."
            )
        digest = hashlib.blake2b(f"{seed} batch {k}".encode(), digest_size=8).digest()
        key = np.frombuffer(digest, np.uint64)[0]
        own = None if weights is None else weights[members]
        streams.append(_Stream(len(members), key, members, own))
    return streams


def _mix(values: tf.Tensor) -> tf.Tensor:
    """uint64 -> uint64, the splitmix64 hash: neighbouring values give unrelated results."""
    values = values + tf.constant(0x9E3779B97F4A7C15, tf.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        shifted = tf.bitwise.right_shift(values, tf.constant(shift, tf.uint64))
        values = tf.bitwise.bitwise_xor(values, shifted) * tf.constant(factor, tf.uint64)
    return tf.bitwise.bitwise_xor(
        values, tf.bitwise.right_shift(values, tf.constant(31, tf.uint64))
    )
