"""How much arithmetic a graph does, counted from its operations, and how much a machine can do."""

import math
from collections.abc import Callable

import tensorflow as tf

from stgan_tf.speed.durations import interleaved_seconds

_MATRIX_PRODUCTS = ("BatchMatMul", "BatchMatMulV2")
_CALLS = (
    "PartitionedCall",
    "StatefulPartitionedCall",
    "If",
    "StatelessIf",
    "While",
    "StatelessWhile",
)
#: Side of the square matrices whose product measures the machine. A GPU would finish smaller ones
#: before the next call.
_SIDE_ON_CPU, _SIDE_ON_GPU = 2048, 8192
#: Products of which the fastest counts.
_PRODUCTS = 10


def function_flops(work: Callable, *inputs) -> int:
    """Floating-point operations of the convolutions and matrix products of `work(*inputs)`,
    forwards and backwards; a multiplication and an addition are two. Everything else is left out:
    normalisation and activations take time, but next to no arithmetic.

    Raises ValueError for shapes that are not fixed, and for graphs that call other graphs.
    """
    return graph_flops(tf.function(work, autograph=False).get_concrete_function(*inputs).graph)


def graph_flops(graph) -> int:
    """The same for the graph of a concrete function."""
    return sum(_flops(operation) for operation in _executed(graph))


def machine_flops(dtype: str = "float32") -> float:
    """Floating-point operations per second that products of large square matrices reach on the
    default device: the fastest of several.
    """
    side = _SIDE_ON_GPU if tf.config.get_visible_devices("GPU") else _SIDE_ON_CPU
    matrix = tf.cast(tf.random.stateless_uniform((side, side), (1, 2)), dtype)
    product = tf.function(lambda: tf.reduce_sum(tf.cast(matrix @ matrix, tf.float32)))
    (durations,) = interleaved_seconds([lambda: product().numpy()], _PRODUCTS)
    return 2 * side**3 / min(durations)


def speed_figures(flops: int, seconds: float, precision: str) -> dict:
    """What was counted, its speed, and the share of what the machine reaches in matrix products of
    the same precision.
    """
    machine = machine_flops("bfloat16" if "bfloat16" in precision else "float32")
    return {
        "gflop": flops / 1e9,
        "gflops": flops / seconds / 1e9,
        "machine_gflops": machine / 1e9,
        "percent_of_machine": 100 * flops / seconds / machine,
    }


def _executed(graph) -> set[tf.Operation]:
    """The operations that results or side effects need; TensorFlow leaves out the others."""
    found: set[tf.Operation] = set()
    waiting = [*(tensor.op for tensor in graph.outputs), *graph.control_outputs]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [tensor.op for tensor in operation.inputs]
            waiting += operation.control_inputs
    return found


def _flops(operation: tf.Operation) -> int:
    kind = operation.type
    if kind in _CALLS:
        raise ValueError(f"{operation.name} calls another graph, whose operations are not counted.")
    if kind == "Conv2D":
        return _of_convolution(operation.outputs[0], operation.inputs[1])
    if kind == "Conv2DBackpropInput":
        return _of_convolution(operation.inputs[2], operation.inputs[1])
    if kind == "Conv2DBackpropFilter":
        return _of_convolution(operation.inputs[2], operation.outputs[0])
    if kind == "MatMul":
        inner = _sizes(operation.inputs[0])[0 if operation.get_attr("transpose_a") else 1]
        return 2 * math.prod(_sizes(operation.outputs[0])) * inner
    if kind in _MATRIX_PRODUCTS:
        inner = _sizes(operation.inputs[0])[-2 if operation.get_attr("adj_x") else -1]
        return 2 * math.prod(_sizes(operation.outputs[0])) * inner
    if kind == "Einsum":
        return _of_einsum(operation)
    return 0


def _of_convolution(outputs: tf.Tensor, kernel: tf.Tensor) -> int:
    """Of outputs (B, H, W, C) and a kernel (h, w, inputs, C): each output is a sum over the
    kernel's other axes. The gradients by inputs and kernel have the same products.
    """
    return 2 * math.prod(_sizes(outputs)) * math.prod(_sizes(kernel)[:3])


def _of_einsum(operation: tf.Operation) -> int:
    terms = operation.get_attr("equation").decode().partition("->")[0].split(",")
    if len(terms) == 1:
        return 0
    sizes = {
        axis: size
        for term, values in zip(terms, operation.inputs, strict=True)
        for axis, size in zip(term, _sizes(values), strict=True)
    }
    return 2 * math.prod(sizes.values())


def _sizes(tensor: tf.Tensor) -> list[int]:
    if not tensor.shape.is_fully_defined():
        raise ValueError(f"{tensor.name} has no fixed shape: {tensor.shape}.")
    return tensor.shape.as_list()
