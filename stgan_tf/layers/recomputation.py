"""Activations that are computed again for the gradients, not kept: less memory, more time.

Not `tf.recompute_grad` nor `keras.remat`: they run all side effects again, and batch normalisation
would update its moving averages twice.
"""

import contextlib
import contextvars
from collections.abc import Callable, Iterator

import tensorflow as tf

_on = contextvars.ContextVar("recomputation", default=False)
_again = contextvars.ContextVar("computing again", default=False)


@contextlib.contextmanager
def recomputation(on: bool) -> Iterator[None]:
    """Whether `segment` saves memory in this context. Off by default.

    Segments have first derivatives only: switch it off for what is differentiated twice.
    """
    token = _on.set(on)
    try:
        yield
    finally:
        _on.reset(token)


def computed_again() -> bool:
    """Whether this code computes a segment for the second time: side effects have happened."""
    return _again.get()


def segment(function: Callable, *inputs: tf.Tensor) -> tf.Tensor | tuple[tf.Tensor, ...]:
    """function(*inputs): one tensor, or a tuple of them.

    If `recomputation` is on, only `inputs` stay in memory for the gradients, which compute the
    function from them again. Segments within it are then ordinary calls.
    """
    if not _on.get():
        return function(*inputs)

    @tf.custom_gradient
    def run(*inputs):
        with recomputation(False):
            outputs = function(*inputs)

        def gradients(*upstream, variables=()):
            # Not before the gradients of what follows are there, else it would all be kept again.
            with tf.control_dependencies(upstream):
                copies = [tf.identity(tensor) for tensor in inputs]
            with tf.GradientTape() as tape, recomputation(False), _second_time():
                tape.watch(copies)
                outputs = function(*copies)
            found = tape.gradient(
                outputs,
                [*copies, *variables],
                output_gradients=upstream[0] if len(upstream) == 1 else list(upstream),
                unconnected_gradients="zero",
            )
            of_inputs, of_variables = found[: len(copies)], found[len(copies) :]
            return (of_inputs, of_variables) if variables else of_inputs

        return outputs, gradients

    return run(*inputs)


@contextlib.contextmanager
def _second_time() -> Iterator[None]:
    token = _again.set(True)
    try:
        yield
    finally:
        _again.reset(token)
