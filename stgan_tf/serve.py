"""Serves an exported model with TF Serving's REST API, without TF Serving.

python -m stgan_tf.serve --model_dir=runs/stgan_128/export/saved_model --model_name=stgan
"""

import dataclasses
import logging
import sys
from pathlib import Path

from absl import flags

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.extras import require
from stgan_tf.flag_notes import flag_group

FLAGS = flags.FLAGS
with flag_group("Model"):
    flags.DEFINE_string(
        "model_dir",
        None,
        "Folder that contains the numbered version folders; or a packed model or the name of one, "
        "which is exported first.",
        required=True,
    )
    flags.DEFINE_string("model_name", "stgan", "Model name in URLs: /v1/models/NAME.")
    flags.DEFINE_integer(
        "num_versions", 1, "Number of newest versions to keep loaded.", lower_bound=1
    )
    flags.DEFINE_list("version_labels", [], "Labels for versions: stable=1,canary=2.")
    flags.DEFINE_float("poll_seconds", 2.0, "Seconds between checks for new versions.", 0.01)
with flag_group("Address"):
    flags.DEFINE_string("host", "127.0.0.1", "Address to listen on; 0.0.0.0: all interfaces.")
    flags.DEFINE_integer("port", 8501, "Port; 0: a free one.", 0, 65535)
with flag_group("Limits"):
    flags.DEFINE_integer("max_requests", 128, "Concurrent predictions, including queued ones.", 1)
    flags.DEFINE_integer("max_request_bytes", 16 * 2**20, "Maximum size of a request body.", 1)
    flags.DEFINE_integer(
        "max_held_bytes", 256 * 2**20, "Maximum total size of all request bodies in memory.", 1
    )
    flags.DEFINE_integer("max_connections", 512, "Concurrent connections; 0: no limit.", 0)
    flags.DEFINE_integer(
        "max_connections_per_address",
        256,
        "Of these, from one address; 0: no limit (behind a proxy).",
        0,
    )
    flags.DEFINE_float(
        "read_seconds", 30.0, "Timeout for reading a request's headers, and for its body.", 0.01
    )
    flags.DEFINE_integer("max_images", 64, "Images per request.", 1)
    flags.DEFINE_integer("max_pixels", 16 * 2**20, "Pixels per image.", 1)
with flag_group("Computation"):
    flags.DEFINE_integer("workers", 2, "Batches computed concurrently.", 1)
    flags.DEFINE_integer("batch_images", 16, "Maximum images per batch.", 1)
    flags.DEFINE_integer(
        "intra_op_threads", 0, "TensorFlow threads within an operation; 0: one per core.", 0
    )
    flags.DEFINE_integer(
        "inter_op_threads", 0, "TensorFlow operations run in parallel; 0: one per core.", 0
    )
with flag_group("Page"):
    flags.DEFINE_string("mobile_dir", "", "Folder of the built web app, served at /mobile/.")
    flags.DEFINE_string(
        "litert_dir",
        "",
        "Folder of LiteRT models, or a packed model that has some, served at /mobile/models/.",
    )


def main(argv: list[str]) -> None:
    """Runs the command."""
    form = "%(asctime)s %(levelname)s %(message)s"
    logging.basicConfig(format=form, level=logging.INFO, stream=sys.stderr, force=True)
    try:
        labels = dict(_label(text) for text in FLAGS.version_labels)
        require("fastapi", "uvicorn")  # checked first: TensorFlow is in the same extra
        start_tensorflow()  # after the flags are known to be good
        import tensorflow as tf

        from stgan_tf.serving.packed_models import litert_folder_of, version_folders_of
        from stgan_tf.serving.predictions import Limits
        from stgan_tf.serving.server import ServerSettings, serve

        tf.config.threading.set_intra_op_parallelism_threads(FLAGS.intra_op_threads)
        tf.config.threading.set_inter_op_parallelism_threads(FLAGS.inter_op_threads)
        limits = {field.name: FLAGS[field.name].value for field in dataclasses.fields(Limits)}
        names = ("model_name", "host", "port", "num_versions", "poll_seconds")
        settings = {name: FLAGS[name].value for name in names}
        settings.update(
            limits=Limits(**limits),
            labels=labels,
            mobile_dir=Path(FLAGS.mobile_dir) if FLAGS.mobile_dir else None,
            litert_dir=litert_folder_of(FLAGS.litert_dir) if FLAGS.litert_dir else None,
        )
        serve(ServerSettings(version_folders_of(FLAGS.model_dir), **settings))
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.serve: {error}") from error


def _label(text: str) -> tuple[str, int]:
    name, _, version = text.partition("=")
    if not name or not version.isdigit():
        raise ValueError(f"--version_labels must read NAME=VERSION. Received: {text!r}.")
    return name, int(version)


def run() -> None:
    """Entry point for the console script stgan-serve."""
    run_command(main)


if __name__ == "__main__":
    run()
