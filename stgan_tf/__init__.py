"""STGAN (CVPR 2019) for TensorFlow 2 / Keras: face attribute editing.

    import stgan_tf
    edited = stgan_tf.Editor("runs/stgan_128").edit(image, {"Eyeglasses": 1})

Nothing is imported here before it is asked for, so that light commands (drawing faces, serving
clients) start without TensorFlow.
"""

import importlib

__version__ = "0.1.0"
__all__ = ["Editor", "__version__"]


def __getattr__(name: str):
    if name == "Editor":
        return importlib.import_module("stgan_tf.editing.editor").Editor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
