"""Edits photos on a server: TF Serving or the embedded one (stgan_tf.serve). No TensorFlow here.

python -m stgan_tf.serving.client --url=http://localhost:8501 --model_name=stgan photo.jpg \
    --edit="Eyeglasses=+1" --output=edited.png
python -m stgan_tf.serving.client --model_name=seasons photo.jpg --to=winter --output=winter.jpg
"""

from pathlib import Path

from absl import app, flags

from stgan_tf.alignment import read_photo, write_photo
from stgan_tf.attributes import parse_edits
from stgan_tf.command import run_command
from stgan_tf.editing.inputs import name_outputs
from stgan_tf.files import write_bytes
from stgan_tf.flag_notes import flag_group
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving.edit_client import EditClient
from stgan_tf.serving.picture_client import PictureClient
from stgan_tf.serving.rest_client import RestClient
from stgan_tf.serving.retrying import Retries, ServingError
from stgan_tf.translations import require_fitting_flags

FLAGS = flags.FLAGS
with flag_group("Server"):
    flags.DEFINE_string("url", "http://localhost:8501", "REST address of the server.")
    flags.DEFINE_string("grpc", "", "HOST:PORT of the server's gRPC API, instead of --url.")
    flags.DEFINE_string("model_name", "stgan", "Name under which the model is served.")
    flags.DEFINE_integer(
        "model_version", None, "Model version; default: the newest.", lower_bound=0
    )
    flags.DEFINE_string(
        "description", "", "The model's model.json, for servers that do not provide it."
    )
    flags.DEFINE_float("timeout", 30.0, "Seconds to wait for a response.", 0.001)
    flags.DEFINE_integer(
        "attempts", 4, "Maximum attempts while the server is busy or unreachable.", lower_bound=1
    )
with flag_group("Edit"):
    flags.DEFINE_string(
        "edit",
        "",
        "Attributes to add (+1) or remove (-1): Eyeglasses=+1. Without it: print the model's "
        "status.",
    )
    flags.DEFINE_string(
        "to", "", "Instead of --edit: the domain to translate whole pictures to: winter."
    )
    flags.DEFINE_string(
        "from",
        "",
        "With --to: the domain of the pictures, if the model has more than two domains and no "
        "classifier.",
    )
    flags.DEFINE_float(
        "intensity", 1.0, "Scale of all changes; 1 is the trained range, the paper shows 1.5.", 0.0
    )
    flags.DEFINE_string(
        "source", "", "All attributes that the faces have: Male,Young. Empty: ask the classifier."
    )
with flag_group("Output"):
    flags.DEFINE_string(
        "output", "", "Output file for a single photo (a PNG with --edit); otherwise a folder."
    )


def _client() -> EditClient:
    described = ModelDescription.read(Path(FLAGS.description)) if FLAGS.description else None
    options = (FLAGS.model_name, FLAGS.model_version, FLAGS.timeout, Retries(FLAGS.attempts))
    if not FLAGS.grpc:
        return EditClient(RestClient(FLAGS.url, *options), described)
    from stgan_tf.serving.grpc_client import GrpcClient  # grpcio is only needed for --grpc

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


def _translate(client: EditClient, photos: list[Path]) -> None:
    outputs = name_outputs(photos, FLAGS.output)
    pictures = PictureClient(client)
    for path, output in outputs.items():
        photo = read_photo(path)
        try:
            translated = pictures.translate(
                photo.pixels, FLAGS.to, FLAGS["from"].value, FLAGS.intensity
            )
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        notes = (*photo.notes, *write_photo(output, translated, photo.icc_profile, photo.dpi))
        print("; ".join((str(output), *notes)))


def main(argv: list[str]) -> None:
    """Runs the command; without photos, --edit and --to, prints the model's status."""
    given = (bool(argv[1:]), bool(FLAGS.edit or FLAGS.to), bool(FLAGS.output))
    if (any(given) and not all(given)) or (FLAGS.edit and FLAGS.to):
        raise app.UsageError("To edit, give photos, one of --edit and --to, and --output.")
    try:
        require_fitting_flags(FLAGS.to, FLAGS["from"].value, FLAGS.source)
    except ValueError as error:
        raise app.UsageError(str(error)) from error
    try:
        client = _client()
        if all(given):
            photos = [Path(name) for name in argv[1:]]
            (_translate if FLAGS.to else _edit)(client, photos)
            return
        for row in client.status():
            error = f" {row.error_code}: {row.error_message}" if row.error_message else ""
            print(f"{FLAGS.model_name} version {row.version}: {row.state}{error}")
    except (ValueError, OSError, ServingError) as error:
        raise SystemExit(f"stgan_tf.serving.client: {error}") from error


def run() -> None:
    """Entry point for the console script stgan-client."""
    run_command(main, arguments="PHOTO ...")


if __name__ == "__main__":
    run()
