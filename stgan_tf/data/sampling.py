"""What an iteration of training uses: images, mirrors, source and target attributes.

Everything is a pure function of (seed, iteration), in TensorFlow ops without state, and the global
batch is drawn before a replica takes its rows. So a run resumes at any iteration exactly, and the
number of replicas does not change which images an iteration sees.
"""

import hashlib

import numpy as np
import tensorflow as tf

from stgan_tf.attributes import conflict_matrix
from stgan_tf.data.image_table import ImageTable

#: Rounds of the index cipher. Order statistics match a true shuffle's from 8 on, if the key is
#: hashed. With TensorFlow's default of 4 and a key that counts the passes, the orders of
#: neighbouring passes over 182,000 images correlate at 0.69; with 16 and a counting key, images
#: still come to a given slot unevenly (chi squared 8 to 15 times its expectation).
_SHUFFLE_ROUNDS = 8


def balancing_weights(attributes: np.ndarray) -> np.ndarray:
    """(N,) float64 weights, mean 1, from (N, A) attributes in {0, 1}.

    An image's weight is the mean over the attributes of 1 / (2 f), f being the share of images with
    its value of that attribute. Drawing by weight is then: pick an attribute, pick one of its two
    values with equal chance, pick one of the images that have it. So even an attribute that no
    image in a thousand has comes up in about 1 / (2 A) of the draws. An attribute with the same
    value everywhere counts as 1.
    """
    share = attributes.mean(axis=0, dtype=np.float64)
    varied = (share > 0) & (share < 1)
    on = np.where(varied, 0.5 / np.where(varied, share, 1), 1)
    off = np.where(varied, 0.5 / np.where(varied, 1 - share, 1), 1)
    weights = np.zeros(len(attributes), np.float64)
    for column in range(attributes.shape[1]):  # not all at once: N x A doubles is 64 MB for CelebA
        weights += np.where(attributes[:, column] == 1, on[column], off[column])
    return weights / attributes.shape[1]


class IterationSampler:
    """Draws iteration i's K sub-batches of B images in total over all replicas.

    `draw` and `draw_attributes` take the iteration and the first of the `rows_per_replica` rows
    that the caller wants of each sub-batch.
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
    ):
        self._num_images = len(table)
        self._shape = (batches_per_iteration, batch_size)
        self._rows = rows_per_replica
        self._flip = flip
        # Hashed, so that neighbouring seeds share nothing.
        digest = hashlib.blake2b(str(seed).encode(), digest_size=16).digest()
        self._shuffle_key = np.frombuffer(digest[:8], np.uint64)[0]
        self._draw_key = np.frombuffer(digest[8:], np.int32)
        with tf.device("CPU:0"):  # a GPU would hold these for nothing
            self._attributes = tf.constant(table.attributes)
            self._cumulative = None
            if balance:
                cumulative = np.cumsum(balancing_weights(table.attributes))
                self._cumulative = tf.constant(cumulative / cumulative[-1])
            self._conflicts = tf.constant(conflict_matrix(table.names))
        self._resolve_conflicts = resolve_conflicts

    def draw(self, iteration: tf.Tensor, first_row: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Image indices (K, b) int64 and whether to mirror each, (K, b) bool."""
        if self._flip:
            flips = self._uniform(iteration, "flip", tf.float32) < 0.5
        else:
            flips = tf.zeros(self._shape, tf.bool)
        return self._own(self._indices(iteration), first_row), self._own(flips, first_row)

    def draw_attributes(self, iteration: tf.Tensor, first_row: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Source and target attributes, (K, b, A) float32 in {0, 1}.

        A sub-batch's targets are its sources in shuffled order, over the global batch.
        """
        source = tf.gather(self._attributes, self._indices(iteration))
        order = tf.argsort(self._uniform(iteration, "target", tf.float64), axis=1)
        target = tf.gather(source, order, batch_dims=1)
        source = tf.cast(self._own(source, first_row), tf.float32)
        target = tf.cast(self._own(target, first_row), tf.float32)
        if self._resolve_conflicts:
            switched_on = target * (1 - source)
            conflicting = tf.einsum("kba,ac->kbc", switched_on, self._conflicts)
            # Two attributes that exclude each other and are both new stay: the donor has both.
            target = tf.where((conflicting > 0) & (switched_on == 0), 0.0, target)
        return source, target

    def _own(self, values: tf.Tensor, first_row: tf.Tensor) -> tf.Tensor:
        """This replica's rows of each sub-batch, with their static shape."""
        own = values[:, first_row : first_row + self._rows]
        own.set_shape([self._shape[0], self._rows, *values.shape[2:]])
        return own

    def _indices(self, iteration: tf.Tensor) -> tf.Tensor:
        """(K, B) int64 image indices."""
        if self._cumulative is not None:
            draws = self._uniform(iteration, "image", tf.float64)
            found = tf.searchsorted(self._cumulative, tf.reshape(draws, [-1]), side="right")
            found = tf.minimum(tf.cast(found, tf.int64), self._num_images - 1)
            return tf.reshape(found, self._shape)
        # Position p of the endless stream of samples is slot p % N of pass p // N.
        size = self._shape[0] * self._shape[1]
        positions = iteration * size + tf.range(size, dtype=tf.int64)
        passes = tf.cast(positions // self._num_images, tf.uint64)
        first = _mix(tf.bitwise.bitwise_xor(_mix(passes), self._shuffle_key))
        words = tf.bitcast(tf.stack([first, _mix(first)], axis=1), tf.uint32)
        shuffled = tf.raw_ops.RandomIndexShuffle(
            index=positions % self._num_images,
            seed=tf.reshape(words, [size, 4])[:, :3],
            max_index=tf.constant(self._num_images - 1, tf.int64),
            rounds=_SHUFFLE_ROUNDS,
        )
        return tf.reshape(shuffled, self._shape)

    def _uniform(self, iteration: tf.Tensor, purpose: str, dtype: tf.DType) -> tf.Tensor:
        """(K, B) uniform numbers in [0, 1), a stream of its own for each purpose."""
        stream = ("image", "flip", "target").index(purpose)
        seed = tf.random.fold_in(tf.constant(self._draw_key), stream)
        seed = tf.random.fold_in(tf.cast(seed, tf.int64), iteration)
        return tf.random.stateless_uniform(self._shape, seed, dtype=dtype, alg="philox")


def _mix(values: tf.Tensor) -> tf.Tensor:
    """uint64 -> uint64, the splitmix64 hash: neighbouring values come out unrelated."""
    values = values + tf.constant(0x9E3779B97F4A7C15, tf.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        shifted = tf.bitwise.right_shift(values, tf.constant(shift, tf.uint64))
        values = tf.bitwise.bitwise_xor(values, shifted) * tf.constant(factor, tf.uint64)
    return tf.bitwise.bitwise_xor(
        values, tf.bitwise.right_shift(values, tf.constant(31, tf.uint64))
    )
