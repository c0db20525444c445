"""Writes a SavedModel's version folder, for TensorFlow Serving and other loaders."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import keras

from stgan_tf.digests import digests
from stgan_tf.exporting.inference_copy import copied_for_inference
from stgan_tf.exporting.signatures import saved_model_signatures
from stgan_tf.files import write_text
from stgan_tf.keras_versions import write_archive
from stgan_tf.runtime.exportable import Exportable
from stgan_tf.runtime.saved_model_model import DESCRIPTION_PATH, DIGESTS

#: TensorFlow Serving reads this file with --enable_per_model_batching_parameters.
BATCHING_FILE = "batching_params.pbtxt"

#: How long to wait for a batch to fill; Serving's guide recommends 1 to 10 ms on a CPU.
_BATCH_TIMEOUT_MICROS = 2000
#: Further requests are rejected rather than answered late.
_ENQUEUED_BATCHES = 64
_BATCH_THREADS = 2


def write_graph(model: Exportable, folder: Path) -> dict[str, str]:
    """Writes saved_model.pb and variables/ with all signatures; returns the files' digests.

    Uses ExportArchive, because tf.saved_model.save of a Keras 3 model writes graphs whose variables
    TensorFlow Serving does not find (keras#19274). No function is compiled with XLA, which is
    disabled in Serving.
    """
    # The archive tracks what its functions use automatically. `track` would write every variable a
    # second time, under the Keras variable's name (measured: 12.4 MB instead of 6.2).
    archive = keras.export.ExportArchive()
    copy = copied_for_inference(model)
    for name, signature in saved_model_signatures(copy).items():
        archive.add_endpoint(name, signature.function, list(signature.inputs))
    write_archive(archive, str(folder))
    return digests(folder)


def write_batching(folder: Path, batch_sizes: Sequence[int]) -> None:
    """Writes the batching parameters; batches are padded to the next of the ascending
    `batch_sizes`.
    """
    lines = [
        f"max_batch_size {{ value: {batch_sizes[-1]} }}",
        f"batch_timeout_micros {{ value: {_BATCH_TIMEOUT_MICROS} }}",
        f"max_enqueued_batches {{ value: {_ENQUEUED_BATCHES} }}",
        f"num_batch_threads {{ value: {_BATCH_THREADS} }}",
        *(f"allowed_batch_sizes: {size}" for size in batch_sizes),
    ]
    write_text(folder / BATCHING_FILE, "\n".join(lines) + "\n")


def write_description(
    model: Exportable,
    folder: Path,
    graph_digests: Mapping[str, str],
    provenance: Mapping[str, object],
) -> None:
    """Writes assets/model.json, as the last file, with the digests of the files from `write_graph`;
    batching parameters and warm-up records may be changed later.
    """
    described = dataclasses.replace(
        model.description, provenance={**provenance, DIGESTS: dict(graph_digests)}
    )
    write_text(folder / DESCRIPTION_PATH, described.to_json() + "\n")
