"""STGAN (CVPR 2019) for TensorFlow 2 / Keras: face attribute editing.

Nothing is imported here, so that light commands (drawing faces, serving clients) start without
TensorFlow.
"""

__version__ = "0.1.0"
