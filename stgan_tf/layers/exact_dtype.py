"""The precision of what must not be rounded to bfloat16: statistics and their parameters."""

import keras


def exact_dtype(layer: keras.Layer) -> str:
    """float32, or float64 in a layer whose variables are."""
    return "float64" if layer.variable_dtype == "float64" else "float32"
