"""What the embedded server serves of packed models: their SavedModel, exported once into the cache
folder, and their LiteRT files.
"""

import logging
from pathlib import Path

import stgan_tf
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.model_files.resolving import model_path
from stgan_tf.model_files.unpacking import is_unpacked
from stgan_tf.run_layout import LITERT_FOLDER
from stgan_tf.runtime.model_description import FILE_NAME
from stgan_tf.sources.derived_folder import cache_root, only_maker_of

_FORMAT = "saved_model"
#: A few images show whether the export is the same model; warm-up records are for TF Serving.
_OPTIONS = ExportOptions(formats=(_FORMAT,), comparison_images=4, latency_repeats=1, warmup=False)


def version_folders_of(model_dir: str) -> Path:
    """The folder of numbered versions to serve: `model_dir` itself, or that of a packed model or of
    a name. Raises as `model_path` and `export_run` do.
    """
    folder = model_path(model_dir)
    if not is_unpacked(folder):
        return folder
    # Another version of the package may export another graph.
    target = cache_root() / "served" / f"{folder.name}-{stgan_tf.__version__}"
    with only_maker_of(target):
        if not (target / _FORMAT).is_dir():
            logging.info("Exporting %s to %s, once.", model_dir, target)
            export_run(folder, target, options=_OPTIONS)
    return target / _FORMAT


def litert_folder_of(litert_dir: str) -> Path:
    """The folder of LiteRT files to serve: `litert_dir` itself, or that of a packed model or of a
    name. Raises ValueError for one that was packed without, and as `model_path` does.
    """
    folder = model_path(litert_dir)
    if not is_unpacked(folder):
        return folder
    files = folder / LITERT_FOLDER
    if not (files / FILE_NAME).is_file():
        raise ValueError(
            f"--litert_dir: {litert_dir} was packed without LiteRT files. Pack it with "
            "--litert_dir, or export it with stgan_tf.export."
        )
    return files
