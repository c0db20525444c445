"""Arithmetic counted from graphs, against numbers worked by hand."""

import pytest
import tensorflow as tf

from stgan_tf.speed.arithmetic import function_flops, machine_flops

IMAGES = tf.zeros((2, 8, 8, 3))
KERNEL = tf.ones((4, 4, 3, 5))
#: Two images, 4x4 positions, 5 channels, each a sum over 4x4x3 values: products, and additions.
CONVOLUTION = 2 * (2 * 4 * 4 * 5) * (4 * 4 * 3)


def convolved(images, kernel):
    return tf.nn.conv2d(images, kernel, 2, "SAME")


def test_a_convolution():
    assert function_flops(convolved, IMAGES, KERNEL) == CONVOLUTION


def test_a_transposed_one_has_the_products_of_the_convolution_that_it_transposes():
    def doubled(values, kernel):
        return tf.nn.conv2d_transpose(values, kernel, (2, 8, 8, 3), 2, "SAME")

    assert function_flops(doubled, tf.zeros((2, 4, 4, 5)), KERNEL) == CONVOLUTION


@pytest.mark.parametrize(("by", "convolutions"), [((0,), 2), ((1,), 2), ((0, 1), 3)])
def test_gradients_by_images_and_kernel_are_each_another_convolution(by, convolutions):
    def gradients(*inputs):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            # The square's gradient needs the convolution's outputs.
            loss = tf.reduce_sum(convolved(*inputs) ** 2)
        return tape.gradient(loss, [inputs[i] for i in by])

    assert function_flops(gradients, IMAGES, KERNEL) == convolutions * CONVOLUTION


@pytest.mark.parametrize(
    ("work", "shapes", "multiplications"),
    [
        (tf.matmul, ((3, 4), (4, 5)), 3 * 4 * 5),
        (lambda a, b: tf.matmul(a, b, transpose_a=True), ((4, 3), (4, 5)), 3 * 4 * 5),
        (lambda a, b: tf.matmul(a, b, transpose_b=True), ((7, 3, 4), (7, 5, 4)), 7 * 3 * 4 * 5),
        (lambda a, b: tf.einsum("bhc,cd->bhd", a, b), ((2, 3, 4), (4, 5)), 2 * 3 * 4 * 5),
        (tf.add, ((3, 4), (3, 4)), 0),
    ],
)
def test_matrix_products(work, shapes, multiplications):
    assert function_flops(work, *map(tf.zeros, shapes)) == 2 * multiplications


def test_what_nothing_needs_is_not_counted():
    def unused(images, kernel):
        convolved(images, kernel)
        return tf.reduce_sum(images)

    assert function_flops(unused, IMAGES, KERNEL) == 0


def test_side_effects_are_counted():
    variable = tf.Variable(tf.zeros((2, 4, 4, 5)))

    def assigned(images, kernel):
        variable.assign(convolved(images, kernel))

    assert function_flops(assigned, IMAGES, KERNEL) == CONVOLUTION


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="has no fixed shape: \\(None, 4\\)"):
        function_flops(lambda a: a @ tf.ones((4, 2)), tf.TensorSpec((None, 4)))
    inner = tf.function(lambda a: a @ a)
    with pytest.raises(ValueError, match="calls another graph"):
        function_flops(inner, tf.zeros((2, 2)))


def test_the_machine_reaches_something():
    assert machine_flops("float32") > 1e6
