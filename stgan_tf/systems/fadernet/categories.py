"""FaderNet's categories: single attributes, or groups of mutually exclusive ones."""

import dataclasses
from collections.abc import Sequence

import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Categories:
    """Converts labels (B, A) to the columns (B, C) that the networks receive.

    The columns are the one-hot blocks of the official code, one block per category. A category of
    k attributes has k + 1 columns: one for none of them, then one for each. A single attribute has
    two: absent and present.

    Attributes:
        groups: For each category, the positions of its attributes in the labels.
    """

    groups: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, attributes: Sequence[str], named: Sequence[Sequence[str]] = ()) -> "Categories":
        """The categories of a run's attributes.

        Args:
            attributes: Names of the attributes, in the order of the labels.
            named: Groups of attributes that form one category, which takes the place of the first
                of them. All other attributes are categories of their own.
        """
        together = {name: tuple(names) for names in named for name in names}
        groups = dict.fromkeys(together.get(name, (name,)) for name in attributes)
        position = {name: i for i, name in enumerate(attributes)}
        return cls(tuple(tuple(position[name] for name in group) for group in groups))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of columns of each category (official n_cat)."""
        return tuple(len(group) + 1 for group in self.groups)

    @property
    def num_columns(self) -> int:
        """C, the number of columns of all categories (official n_attr)."""
        return sum(self.sizes)

    def columns(self, labels: tf.Tensor) -> tf.Tensor:
        """The columns (B, C) of labels (B, A): for each category 1 - (a_1 + ... + a_k), a_1, ...,
        a_k.

        This extends linearly beyond [0, 1], with a sum of 1 per category: labels s + i (t - s) give
        (1 - i) times the columns of s plus i times those of t. A single attribute a = 2 gives
        [-1, 2]. For columns (none, black, brown), black = 2 and brown = -1 give [0, 2, -1], and
        black = 2 alone gives [-1, 2, 0].
        """
        values = tf.unstack(labels, axis=-1)
        found = []
        for group in self.groups:
            members = [values[i] for i in group]
            found += [1 - tf.add_n(members), *members]
        return tf.stack(found, axis=-1)

    def one_hot(self, labels: tf.Tensor) -> tf.Tensor:
        """The one-hot columns (B, C) of labels (B, A) in {0, 1}.

        If an image has several attributes of a category, the first one of the group counts.
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
        """Splits columns (B, C) into those of each category, (B, n)."""
        return tf.split(columns, self.sizes, axis=-1)

    def wrong(self, columns: tf.Tensor, uniform: tf.Tensor | None = None) -> tf.Tensor:
        """One-hot columns (B, C) that differ from `columns` (B, C) in every category.

        The other values are equally likely (official flip: (y + s) mod n with s from 1 to n - 1).

        Args:
            columns: One-hot columns (B, C).
            uniform: Random numbers (B, G) in [0, 1), one per category; may be None if all
                categories have two columns.
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
        """Random one-hot columns (B, C), all values equally likely (official flip_attributes, all).

        Args:
            uniform: Random numbers (B, G) in [0, 1), one per category.
        """
        return tf.concat(
            [
                tf.one_hot(_whole(uniform[:, g], size), size, dtype=uniform.dtype)
                for g, size in enumerate(self.sizes)
            ],
            axis=-1,
        )


def _whole(uniform: tf.Tensor, count: int) -> tf.Tensor:
    """Converts numbers in [0, 1) to integers from 0 to count - 1."""
    return tf.minimum(tf.cast(uniform * count, tf.int32), count - 1)
