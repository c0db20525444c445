"""STGAN (CVPR 2019) for TensorFlow 2 / Keras: face attribute editing.

    import stgan_tf
    edited = stgan_tf.Editor("runs/stgan_128").edit(image, {"Eyeglasses": 1})

Names are imported on first use, so that lightweight commands (drawing faces, serving clients) start
without TensorFlow. After `import stgan_tf`, Keras can load saved models that contain its layers.
"""

import importlib

from stgan_tf.keras_import import once_keras_is_imported
from stgan_tf.lazy_names import lazy_names

__version__ = "0.2.0"

_HOMES = {
    "Config": "stgan_tf.systems.run_config",
    "Discriminator": "stgan_tf.systems.stgan.discriminator",
    "Editor": "stgan_tf.editing.editor",
    "Generator": "stgan_tf.systems.stgan.generator",
    "PictureEditor": "stgan_tf.editing.picture_editor",
    "STGANSettings": "stgan_tf.systems.stgan.settings",
    "STGANTrainer": "stgan_tf.systems.stgan.trainer",
    "SelectiveTransferUnit": "stgan_tf.systems.stgan.selective_transfer_unit",
    "layers": "stgan_tf.layers",
    "load_run": "stgan_tf.training.run_folder",
    "losses": "stgan_tf.losses",
    "models": "stgan_tf.model_files.store",
    "save_run": "stgan_tf.training.saved_trainer",
    "systems": "stgan_tf.systems",
}
__all__ = ["__version__", *_HOMES]  # noqa: PLE0604
__getattr__, __dir__ = lazy_names(__name__, _HOMES)


def _register_classes() -> None:
    importlib.import_module("stgan_tf.systems.keras_objects").register_stand_ins()


once_keras_is_imported(_register_classes)
