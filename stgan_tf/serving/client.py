"""Edits photos on a server, TF Serving or the embedded one (stgan_tf.serve). No TensorFlow here.

python -m stgan_tf.serving.client --url=http://localhost:8501 --model_name=stgan photo.jpg \
    --edit="Eyeglasses=+1" --output=edited.png
"""

from pathlib import Path

from absl import app, flags

from stgan_tf.attributes import parse_edits
from stgan_tf.command import run_command
from stgan_tf.editing.inputs import name_outputs
from stgan_tf.files import write_bytes
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving.edit_client import EditClient
from stgan_tf.serving.rest_client import RestClient
from stgan_tf.serving.retrying import Retries, ServingError

FLAGS = flags.FLAGS
flags.DEFINE_string("url", "http://localhost:8501", "The server's REST address.")
flags.DEFINE_string("grpc", "", "HOST:PORT of its gRPC, instead of --url.")
flags.DEFINE_string("model_name", "stgan", "Name the model is served under.")
flags.DEFINE_integer("model_version", None, "Version; the newest if left out.", lower_bound=0)
flags.DEFINE_string("description", "", "The model's model.json, for servers that give none.")
flags.DEFINE_string("edit", "", "Changes: Eyeglasses=+1. Left out: print the model's state.")
flags.DEFINE_float("intensity", 1.0, "Factor of all changes; trained 1, the paper's 1.5.", 0.0)
flags.DEFINE_string("source", "", "All that the faces have: Male,Young. Else: classifier.")
flags.DEFINE_string("output", "", "PNG file for one photo, else a folder.")
flags.DEFINE_float("timeout", 30.0, "Seconds to wait for an answer.", 0.001)
flags.DEFINE_integer("attempts", 4, "Tries while the server is busy or away.", lower_bound=1)


def _client() -> EditClient:
    described = ModelDescription.read(Path(FLAGS.description)) if FLAGS.description else None
    options = (FLAGS.model_name, FLAGS.model_version, FLAGS.timeout, Retries(FLAGS.attempts))
    if not FLAGS.grpc:
        return EditClient(RestClient(FLAGS.url, *options), described)
    from stgan_tf.serving.grpc_client import GrpcClient  # grpcio is needed for --grpc only

    return EditClient(GrpcClient(FLAGS.grpc, *options), described)


def _edit(client: EditClient, photos: list[Path]) -> None:
    outputs = name_outputs(photos, FLAGS.output, ".png")
    names = client.description().attributes
    edits = parse_edits(FLAGS.edit, names)
    for photo, output in outputs.items():
        try:
            (edited,) = client.edit(
                photo.read_bytes(), edits, FLAGS.intensity, FLAGS.source or None
            )
        except ValueError as error:
            raise ValueError(f"{photo}: {error}") from error
        write_bytes(output, edited)
        print(output)


def main(argv: list[str]) -> None:
    """Flags -> one call; without photos and --edit the model's state on the server."""
    given = (bool(argv[1:]), bool(FLAGS.edit), bool(FLAGS.output))
    if any(given) and not all(given):
        raise app.UsageError("To edit give photos, --edit and --output.")
    try:
        client = _client()
        if all(given):
            _edit(client, [Path(name) for name in argv[1:]])
            return
        for row in client.status():
            error = f" {row.error_code}: {row.error_message}" if row.error_message else ""
            print(f"{FLAGS.model_name} version {row.version}: {row.state}{error}")
    except (ValueError, OSError, ServingError, ModuleNotFoundError) as error:
        raise SystemExit(f"stgan_tf.serving.client: {error}") from error


def run() -> None:
    """Entry point of the console script stgan-client."""
    run_command(main, takes_arguments=True)


if __name__ == "__main__":
    run()
