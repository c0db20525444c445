"""Activations that are computed again for the gradients, not kept: less memory, more time.

Not `tf.recompute_grad` nor `keras.remat`: they run all side effects again, and batch normalisation
would update its moving averages twice.
"""

import contextlib
import contextvars
from collections.abc import Callable, Iterator

import tensorflow as tf

#: "off", "on", or "again" while a segment is computed for the second time.
_state = contextvars.ContextVar("recomputation", default="off")


@contextlib.contextmanager
def recomputation(on: bool) -> Iterator[None]:
    """Whether `segment` saves memory in this context. Off by default.

    Segments have first derivatives only: switch it off for what is differentiated twice.
    """
    with _state_of("on" if on else "off"):
        yield


def computed_again() -> bool:
    """Whether this code computes a segment for the second time: side effects have happened."""
    return _state.get() == "again"


def segment(function: Callable, *inputs: tf.Tensor) -> tf.Tensor | tuple[tf.Tensor, ...]:
    """function(*inputs): one tensor, or a tuple of them.

    If `recomputation` is on, only `inputs` stay in memory for the gradients, which compute the
    function from them again. Segments within it are then ordinary calls.
    """
    if _state.get() != "on":
        return function(*inputs)

    @tf.custom_gradient
    def run(*inputs):
        with _state_of("off"):
            outputs = function(*inputs)

        def gradients(*upstream, variables=()):
            # Not before the gradients of what follows are there, else it would all be kept again.
            with tf.control_dependencies(upstream):
                copies = [tf.identity(tensor) for tensor in inputs]
            with tf.GradientTape() as tape, _state_of("again"):
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
def _state_of(name: str) -> Iterator[None]:
    token = _state.set(name)
    try:
        yield
    finally:
        _state.reset(token)
