"""The dtype of values that must not be rounded to bfloat16: statistics and their parameters."""

import keras


def exact_dtype(layer: keras.layers.Layer) -> str:
    """Returns "float32", or "float64" for a layer whose variables are float64."""
    return "float64" if layer.variable_dtype == "float64" else "float32"
