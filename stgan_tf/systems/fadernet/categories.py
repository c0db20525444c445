"""FaderNet's categories: each attribute by itself, or several that exclude each other as one."""

import dataclasses
from collections.abc import Sequence

import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Categories:
    """How labels (B, A) become the columns (B, C) that the networks see: the official code's
    one-hot blocks, one a category.

    A category of k attributes has k + 1 columns: none of them, then one each. One attribute by
    itself has two: absent, present.

    Attributes:
        groups: The positions in the labels of each category's attributes.
    """

    groups: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, attributes: Sequence[str], named: Sequence[Sequence[str]] = ()) -> "Categories":
        """Of attributes, some of which `named` puts together; a category stands where the first of
        its attributes does.
        """
        together = {name: tuple(names) for names in named for name in names}
        groups = dict.fromkeys(together.get(name, (name,)) for name in attributes)
        position = {name: i for i, name in enumerate(attributes)}
        return cls(tuple(tuple(position[name] for name in group) for group in groups))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Columns of each category (official n_cat)."""
        return tuple(len(group) + 1 for group in self.groups)

    @property
    def num_columns(self) -> int:
        """C (official n_attr)."""
        return sum(self.sizes)

    def columns(self, labels: tf.Tensor) -> tf.Tensor:
        """(B, C) of labels (B, A): 1 - (a_1 + ... + a_k), a_1, ..., a_k of each category.

        Beyond 0 and 1 too, and always with the sum 1: labels s + i (t - s) give (1 - i) of the
        columns of s and i of those of t. One attribute at a = 2 has [-1, 2]. Of none, black, brown,
        black at 2 and brown at -1 have [0, 2, -1]; black at 2 alone has [-1, 2, 0].
        """
        values = tf.unstack(labels, axis=-1)
        found = []
        for group in self.groups:
            members = [values[i] for i in group]
            found += [1 - tf.add_n(members), *members]
        return tf.stack(found, axis=-1)

    def one_hot(self, labels: tf.Tensor) -> tf.Tensor:
        """(B, C) in {0, 1} of labels (B, A) in {0, 1}, one column of each category: where an image
        has several attributes of a category, the one that the group names first.
        """
        values = tf.unstack(labels, axis=-1)
        found = []
        for group in self.groups:
            members, none = [], tf.ones_like(values[0])
            for i in group:
                members.append(none * values[i])
                none *= 1 - values[i]
            found += [none, *members]
        return tf.stack(found, axis=-1)

    def split(self, columns: tf.Tensor) -> list[tf.Tensor]:
        """(B, C) -> each category's (B, n)."""
        return tf.split(columns, self.sizes, axis=-1)

    def wrong(self, columns: tf.Tensor, uniform: tf.Tensor | None = None) -> tf.Tensor:
        """(B, C): of each category another than that of `columns` (B, C) in {0, 1}, all others
        alike (official flip: (y + s) mod n, s of 1 to n - 1).

        Args:
            uniform: (B, G) in [0, 1), a number a category; None where all have two columns.
        """
        found = []
        for g, block in enumerate(self.split(columns)):
            size = self.sizes[g]
            if size == 2:
                found.append(block[:, ::-1])
                continue
            shift = 1 + _whole(uniform[:, g], size - 1)
            category = tf.argmax(block, axis=-1, output_type=tf.int32)
            found.append(tf.one_hot((category + shift) % size, size, dtype=columns.dtype))
        return tf.concat(found, axis=-1)

    def random(self, uniform: tf.Tensor) -> tf.Tensor:
        """(B, C) in {0, 1}: any category, all alike (official flip_attributes of all).

        Args:
            uniform: (B, G) in [0, 1), a number a category.
        """
        return tf.concat(
            [
                tf.one_hot(_whole(uniform[:, g], size), size, dtype=uniform.dtype)
                for g, size in enumerate(self.sizes)
            ],
            axis=-1,
        )


def _whole(uniform: tf.Tensor, count: int) -> tf.Tensor:
    """Numbers in [0, 1) -> 0 to count - 1."""
    return tf.minimum(tf.cast(uniform * count, tf.int32), count - 1)
