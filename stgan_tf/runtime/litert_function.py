"""One signature of a LiteRT file, callable like a function. Needs ai-edge-litert, no TensorFlow."""

from collections.abc import Mapping

import numpy as np

from stgan_tf.library_notices import without_notices


class LiteRTFunction:
    """A signature of a LiteRT model with batch size 1, run once per image.

    Args:
        model: The file's bytes.
        signature: The signature's name.
        threads: Number of CPU threads.

    Attributes:
        input_shapes, output_shapes: {name: shape}.

    Raises ValueError if the bytes are not a model or it lacks the signature, ModuleNotFoundError
    without ai-edge-litert.
    """

    def __init__(self, model: bytes, signature: str, threads: int = 2):
        interpreter_class = require_litert()
        try:
            # Keep the interpreter: the runner only holds a pointer to it.
            with without_notices():
                self._interpreter = interpreter_class(model_content=model, num_threads=threads)
            signatures = self._interpreter.get_signature_list()
        except (ValueError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[0]
            raise ValueError(f"LiteRT cannot open it: {reason}") from error
        if signature not in signatures:
            raise ValueError(
                f"It has no signature {signature!r}. Found: {', '.join(signatures) or 'none'}."
            )
        try:
            with without_notices():
                # Otherwise the first run does it and prints its own notice.
                self._interpreter.allocate_tensors()
                self._runner = self._interpreter.get_signature_runner(signature)
        except (ValueError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[0]
            raise ValueError(f"LiteRT cannot prepare its signature: {reason}") from error
        self.input_shapes = _shapes(self._runner.get_input_details())
        self.output_shapes = _shapes(self._runner.get_output_details())

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Runs {name: (N, ...)} -> {name: (N, ...)}, one row at a time."""
        count = len(next(iter(inputs.values())))
        rows = []
        for i in range(count):
            rows.append(self._runner(**{name: value[i : i + 1] for name, value in inputs.items()}))
        return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def require_litert() -> type:
    """The Interpreter class of ai-edge-litert; ModuleNotFoundError says how to install it."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'LiteRT files need ai-edge-litert: pip install "stgan-tf[litert]", or pip install '
            f"ai-edge-litert where TensorFlow is not wanted. ({error})"
        ) from error
    return Interpreter


def _shapes(details: Mapping[str, Mapping]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(int(side) for side in item["shape"]) for name, item in details.items()}
