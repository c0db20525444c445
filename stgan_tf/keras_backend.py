"""Keras must run on TensorFlow; commands ensure it (`stgan_tf.command`), other programs get an
error.
"""


def require_tensorflow() -> None:
    """Raises ImportError if Keras runs on, or is set to, a backend other than TensorFlow."""
    try:
        import keras
    except (ImportError, ValueError) as error:  # not installed, or no such backend
        raise ImportError(_message(f"it does not start ({error})")) from error
    if keras.backend.backend() != "tensorflow":
        raise ImportError(_message(f"it runs on {keras.backend.backend()}"))


def _message(state: str) -> str:
    return (
        f"stgan_tf needs Keras with the TensorFlow backend, but {state}. Set "
        "KERAS_BACKEND=tensorflow in the "
        'environment (or "backend" in ~/.keras/keras.json) before Keras is imported.'
    )
