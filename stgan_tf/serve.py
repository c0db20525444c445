"""Serves an exported model over TF Serving's REST API, without TF Serving.

python -m stgan_tf.serve --model_dir=runs/stgan_128/export/saved_model --model_name=stgan
"""

import dataclasses
import logging
import sys
from pathlib import Path

from absl import flags

from stgan_tf.command import run_command, start_tensorflow

FLAGS = flags.FLAGS
flags.DEFINE_string("model_dir", None, "Folder of version folders.", required=True)
flags.DEFINE_string("model_name", "stgan", "Name in the paths, /v1/models/NAME.")
flags.DEFINE_string("host", "127.0.0.1", "Address to listen on; 0.0.0.0: all of this machine.")
flags.DEFINE_integer("port", 8501, "Port; 0: a free one.", 0, 65535)
flags.DEFINE_integer("num_versions", 1, "Newest versions kept loaded.", lower_bound=1)
flags.DEFINE_list("version_labels", [], "Names of versions: stable=1,canary=2.")
flags.DEFINE_float("poll_seconds", 2.0, "Time between looks for new versions.", 0.01)
flags.DEFINE_integer("max_requests", 128, "Predictions at a time, waiting included.", 1)
flags.DEFINE_integer("max_request_bytes", 16 * 2**20, "Bytes of a request's body.", 1)
flags.DEFINE_integer("max_held_bytes", 256 * 2**20, "Bytes of all bodies at a time.", 1)
flags.DEFINE_integer("max_connections", 512, "At a time; 0: no limit.", 0)
flags.DEFINE_integer("max_connections_per_address", 256, "0: no limit, as behind a proxy.", 0)
flags.DEFINE_float("read_seconds", 30.0, "Time for a request's headers, and its body.", 0.01)
flags.DEFINE_integer("max_images", 64, "Images in a request.", 1)
flags.DEFINE_integer("max_pixels", 16 * 2**20, "Pixels of an image.", 1)
flags.DEFINE_integer("workers", 2, "Batches computed at the same time.", 1)
flags.DEFINE_integer("batch_images", 16, "Images computed in one call.", 1)
flags.DEFINE_integer("intra_op_threads", 0, "TensorFlow's threads of one operation; 0: all.", 0)
flags.DEFINE_integer("inter_op_threads", 0, "TensorFlow's operations at a time; 0: as cores.", 0)
flags.DEFINE_string("mobile_dir", "", "Built web app to serve at /mobile/.")
flags.DEFINE_string("litert_dir", "", "LiteRT models to serve at /mobile/models/.")


def main(argv: list[str]) -> None:
    """Flags -> one call."""
    form = "%(asctime)s %(levelname)s %(message)s"
    logging.basicConfig(format=form, level=logging.INFO, stream=sys.stderr, force=True)
    try:
        labels = dict(_label(text) for text in FLAGS.version_labels)
        start_tensorflow()  # after the flags are known to be good
        import tensorflow as tf

        from stgan_tf.serving.predictions import Limits
        from stgan_tf.serving.server import ServerSettings, serve

        tf.config.threading.set_intra_op_parallelism_threads(FLAGS.intra_op_threads)
        tf.config.threading.set_inter_op_parallelism_threads(FLAGS.inter_op_threads)
        limits = {field.name: FLAGS[field.name].value for field in dataclasses.fields(Limits)}
        names = ("model_name", "host", "port", "num_versions", "poll_seconds")
        settings = {name: FLAGS[name].value for name in names}
        folders = {
            name: Path(FLAGS[name].value) if FLAGS[name].value else None
            for name in ("mobile_dir", "litert_dir")
        }
        settings.update(limits=Limits(**limits), labels=labels, **folders)
        serve(ServerSettings(Path(FLAGS.model_dir), **settings))
    except (ValueError, OSError, ModuleNotFoundError) as error:
        raise SystemExit(f"stgan_tf.serve: {error}") from error


def _label(text: str) -> tuple[str, int]:
    name, _, version = text.partition("=")
    if not name or not version.isdigit():
        raise ValueError(f"--version_labels reads NAME=VERSION. Received: {text!r}.")
    return name, int(version)


def run() -> None:
    """Entry point of the console script stgan-serve."""
    run_command(main)


if __name__ == "__main__":
    run()
