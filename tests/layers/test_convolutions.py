"""Products in place of convolutions: values, gradients and their gradients, and when they run."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.layers import convolutions
from stgan_tf.layers.convolutions import (
    Conv2D,
    Conv2DTranspose,
    strided_product,
    transposed_product,
)

#: (rows, columns) of the smaller map.
SIDES = [(1, 1), (1, 3), (2, 1), (4, 4), (5, 8)]


def library_strided(inputs, kernel):
    return tf.nn.conv2d(inputs, kernel, 2, "SAME")


def library_transposed(inputs, kernel):
    batch, rows, columns, _ = inputs.shape
    shape = (batch, 2 * rows, 2 * columns, kernel.shape[2])
    return tf.nn.conv2d_transpose(inputs, kernel, shape, 2, "SAME")


def tensors(rows, columns, transposed):
    rng = np.random.default_rng(0)
    factor = 1 if transposed else 2
    inputs = rng.normal(size=(2, factor * rows, factor * columns, 3))
    kernel = rng.normal(size=(4, 4, 5, 3) if transposed else (4, 4, 3, 5))
    return tf.constant(inputs), tf.constant(kernel)


def test_by_hand():
    """One pixel of value 2: it meets the kernel's middle when strided, all of it transposed."""
    kernel = tf.reshape(tf.range(16.0), (4, 4, 1, 1))
    image = tf.constant([[[[2.0], [0.0]], [[0.0], [0.0]]]])
    np.testing.assert_array_equal(strided_product(image, kernel).numpy().ravel(), [2 * 5])
    spread = transposed_product(image[:, :1, :1], kernel)
    np.testing.assert_array_equal(spread[0, :, :, 0], 2 * np.array([[5, 6], [9, 10]]))


@pytest.mark.parametrize(("rows", "columns"), SIDES)
@pytest.mark.parametrize(
    ("product", "library"),
    [(strided_product, library_strided), (transposed_product, library_transposed)],
)
def test_equal_to_the_library_to_the_second_order(product, library, rows, columns):
    inputs, kernel = tensors(rows, columns, product is transposed_product)

    def all_of(function):
        """Outputs, gradients, and those of a penalty on the gradient of the inputs."""
        with tf.GradientTape() as outer:
            outer.watch([inputs, kernel])
            with tf.GradientTape() as inner:
                inner.watch(inputs)
                outputs = function(inputs, kernel)
                loss = tf.reduce_sum(outputs**3)
            penalty = tf.reduce_sum(inner.gradient(loss, inputs) ** 2)
        return [outputs, penalty, *outer.gradient(penalty, [inputs, kernel])]

    for ours, theirs in zip(all_of(product), all_of(library), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-11 * np.abs(theirs).max())


@pytest.fixture
def products(monkeypatch):
    """Names of the products that ran, of kernels of any size."""
    monkeypatch.setattr(convolutions, "LEAST_WEIGHTS", 0)
    called = []
    for name in ("strided_product", "transposed_product"):
        function = getattr(convolutions, name)

        def record(*arguments, function=function, name=name):
            called.append(name)
            return function(*arguments)

        monkeypatch.setattr(convolutions, name, record)
    return called


def both(kind, library, shape, dtype="float32", **options):
    """Outputs of our layer and the library's with the same weights, bias included."""
    rng = np.random.default_rng(0)
    inputs = tf.constant(rng.normal(size=shape), dtype)
    options = {"padding": "same", "data_format": "channels_last", "dtype": dtype, **options}
    layers = [kind(4, 4, 2, **options), library(4, 4, 2, **options)]
    for layer in layers:
        layer.build(shape)
    for ours, theirs in zip(layers[0].weights, layers[1].weights, strict=True):
        value = rng.normal(size=ours.shape)
        ours.assign(value)
        theirs.assign(value)
    return [layer(inputs) for layer in layers]


@pytest.mark.parametrize(
    ("kind", "library", "side", "name"),
    [
        (Conv2D, keras.layers.Conv2D, 8, "strided_product"),
        (Conv2DTranspose, keras.layers.Conv2DTranspose, 8, "transposed_product"),
    ],
)
def test_layers_use_them_for_small_maps_only(kind, library, side, name, products):
    for size in (side, side + 2):
        ours, theirs = both(kind, library, (2, size, size, 3))
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    assert products == [name]


@pytest.mark.parametrize(
    "options",
    [
        {"shape": (2, 5, 5, 3), "kind": "Conv2D"},  # an odd side
        {"padding": "valid"},
        {"kernel_size": 3},
        {"strides": 1},
    ],
)
def test_other_convolutions_are_the_librarys(options, products):
    options = {"kernel_size": 4, "strides": 2, "padding": "same", **options}
    shape, only = options.pop("shape", (2, 4, 4, 3)), options.pop("kind", None)
    for kind in (Conv2D, Conv2DTranspose):
        if only in (None, kind.__name__):
            kind(4, **options, data_format="channels_last")(tf.zeros(shape))
    assert products == []


def test_sizes_known_only_at_run_time_are_the_librarys(products):
    layer = Conv2D(4, 4, 2, padding="same", data_format="channels_last")
    layer.build((None, None, None, 3))
    signature = [tf.TensorSpec((None, None, None, 3))]
    run = tf.function(layer, input_signature=signature)
    assert run(tf.zeros((1, 4, 4, 3))).shape == (1, 2, 2, 4)
    assert products == []


def test_bfloat16_is_the_librarys(products):
    both(Conv2D, keras.layers.Conv2D, (2, 4, 4, 3), "bfloat16")
    assert products == []


def test_gpus_keep_the_librarys_kernels(products, monkeypatch):
    monkeypatch.setattr(
        tf.config, "list_logical_devices", lambda kind: [kind] if kind == "GPU" else []
    )
    both(Conv2D, keras.layers.Conv2D, (2, 4, 4, 3))
    assert products == []


def test_small_kernels_are_the_librarys(products, monkeypatch):
    monkeypatch.setattr(convolutions, "LEAST_WEIGHTS", 4 * 4 * 3 * 4)
    for channels in (2, 3):
        for kind in (Conv2D, Conv2DTranspose):
            layer = kind(4, 4, 2, padding="same", data_format="channels_last")
            layer(tf.zeros((1, 2, 2, channels)))
        assert products == ([] if channels == 2 else ["strided_product", "transposed_product"])


def test_a_batch_of_any_size(products):
    layer = Conv2DTranspose(4, 4, 2, padding="same", data_format="channels_last")
    layer.build((None, 2, 2, 3))
    run = tf.function(layer, input_signature=[tf.TensorSpec((None, 2, 2, 3))])
    assert run(tf.zeros((3, 2, 2, 3))).shape == (3, 4, 4, 4)
    assert products == ["transposed_product"]
