"""Keras must run on TensorFlow; commands see to it (`stgan_tf.command`), others are told."""


def require_tensorflow() -> None:
    """Raises ImportError where Keras runs on, or is set to, another backend than TensorFlow."""
    try:
        import keras
    except (ImportError, ValueError) as error:  # not installed; no backend of this name
        raise ImportError(_message(f"it does not start ({error})")) from error
    if keras.config.backend() != "tensorflow":
        raise ImportError(_message(f"it runs on {keras.config.backend()}"))


def _message(state: str) -> str:
    return (
        f"stgan_tf needs Keras on TensorFlow, but {state}. Set KERAS_BACKEND=tensorflow in the "
        'environment (or "backend" in ~/.keras/keras.json) before Keras is imported.'
    )
