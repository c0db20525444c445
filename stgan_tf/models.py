"""Lists, adds, packs and verifies models that can be given by name or as one file.

python -m stgan_tf.models list
python -m stgan_tf.models pack --run_dir=runs/mine --name=my-faces --licence=CC-BY-4.0
python -m stgan_tf.models add my-faces.stgan
python -m stgan_tf.models verify my-faces

list: the models that every command takes by name (--model=NAME, --run_dir=NAME). add: copies a
packed model, a file or hf://USER/REPO, to the store. pack: writes a run to one file. card: prints
the model card that pack makes, to be edited and given to pack with --card. verify: checks all parts
of the named models or files; without any, of all models that have a name.
"""

import sys
import types
from pathlib import Path

from absl import app, flags

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.flag_notes import flag_group
from stgan_tf.model_files.arrays import FLOAT32, PRECISIONS
from stgan_tf.model_files.listing import as_json, as_text
from stgan_tf.model_files.packed_file import SUFFIX
from stgan_tf.model_files.resolving import model_path
from stgan_tf.model_files.store import (
    STORE_VARIABLE,
    add_model,
    model_paths,
    models,
    named,
    nothing_stored,
    verified,
)
from stgan_tf.run_layout import AVERAGE, WEIGHTS, WEIGHTS_HELP

FLAGS = flags.FLAGS
with flag_group("Models"):
    flags.DEFINE_string(
        "store",
        "",
        f"The store's folder; empty: ${STORE_VARIABLE}, or $XDG_DATA_HOME/stgan_tf/models "
        "(~/.local/share/stgan_tf/models).",
    )
    flags.DEFINE_string(
        "name", "", "The model's name: of pack and card; of add, empty: as it was packed."
    )
    flags.DEFINE_bool("overwrite", False, "Replace another model of that name.")
    flags.DEFINE_bool("json", False, "list: print JSON.")
with flag_group("Pack"):
    flags.DEFINE_string("run_dir", "", "Run folder, or a packed model to pack differently.")
    flags.DEFINE_string("licence", "", "Terms of use: an SPDX identifier (Apache-2.0), or words.")
    flags.DEFINE_string("out_dir", ".", f"Folder for NAME{SUFFIX}.")
    flags.DEFINE_string(
        "classifier",
        "",
        "Folder of the classifier to pack; empty: the run's own; none: no classifier.",
    )
    flags.DEFINE_enum("weights", AVERAGE, WEIGHTS, WEIGHTS_HELP)
    flags.DEFINE_enum(
        "precision",
        FLOAT32,
        PRECISIONS,
        "How kernels are stored; float16 halves the file and changes edits slightly.",
    )
    flags.DEFINE_string(
        "litert_dir", "", "Folder of the run's LiteRT files, to pack them too; empty: none."
    )
    flags.DEFINE_list(
        "litert_precisions", [], "Which of its edit files: float32, float16 ...; empty: all."
    )
    flags.DEFINE_string(
        "card", "", "Model card, a Markdown file; empty: made from the run's evaluation."
    )

_ACTIONS = ("list", "add", "pack", "card", "verify")


def main(argv: list[str]) -> None:
    """Runs the command."""
    action, given = argv[1] if len(argv) > 1 else "", argv[2:]
    if action not in _ACTIONS:
        raise app.UsageError(f"Give one of {', '.join(_ACTIONS)}. Received: {action or 'nothing'}.")
    _require_arguments(action, given)
    try:
        if action == "list":
            found = models(FLAGS.store)
            empty = "" if found else nothing_stored(FLAGS.store)
            print(as_json(found) if FLAGS.json else empty or as_text(found))
        elif action == "add":
            added = add_model(given[0], FLAGS.name, FLAGS.store, FLAGS.overwrite)
            print(f"Added {added.name}: {added.path}\n\n{as_text([added])}")
        elif action == "verify":
            _verify(given)
        elif action == "card":
            _print_card()
        else:
            _pack()
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.models: {error}") from error


def _require_arguments(action: str, given: list[str]) -> None:
    if action == "add" and len(given) != 1:
        raise app.UsageError(
            f"add takes one packed model, FILE{SUFFIX} or hf://USER/REPO. Received: "
            f"{' '.join(given) or 'nothing'}."
        )
    if action not in ("add", "verify") and given:
        raise app.UsageError(f"{action} takes flags only. Received: {' '.join(given)}.")
    needed = {"pack": ("run_dir", "name", "licence"), "card": ("run_dir", "name", "licence")}
    for name in needed.get(action, ()):
        if not FLAGS[name].value:
            raise app.UsageError(f"--{name}: is required. Received: an empty value.")


def _verify(given: list[str]) -> None:
    """Verifies everything before it fails, so that all damage is reported."""
    paths = [
        Path(text) if text.endswith(SUFFIX) else named(text, FLAGS.store) for text in given
    ] or model_paths(FLAGS.store)
    if not paths:
        print(nothing_stored(FLAGS.store))
    failed = []
    for path in paths:
        try:
            model = verified(path)
        except (ValueError, OSError) as error:
            failed.append(str(error))
        else:
            print(f"{model.path}: all {len(model.manifest.parts)} parts are intact.")
    if failed:
        sys.exit("\n".join(f"stgan_tf.models: {message}" for message in failed))


def _options():
    from stgan_tf.packing.options import PackOptions

    values = {name: FLAGS[name].value or None for name in ("classifier", "litert_dir", "card")}
    for name in ("name", "licence", "weights", "precision", "overwrite"):
        values[name] = FLAGS[name].value
    return PackOptions(litert_precisions=tuple(FLAGS.litert_precisions), **values)


def _print_card() -> None:
    from stgan_tf.packing.model_card import card_of_run

    print(card_of_run(model_path(FLAGS.run_dir), _options()), end="")


def _pack() -> None:
    start_tensorflow()
    from stgan_tf.packing.pack_run import pack_run
    from stgan_tf.training.checkpoints import CheckpointError

    try:
        path = pack_run(FLAGS.run_dir, FLAGS.out_dir, _options())
    except CheckpointError as error:
        raise ValueError(str(error)) from error
    print(f"Packed: {path}\n\n{as_text([verified(path)])}")


class _CallableModule(types.ModuleType):
    """Importing this module puts it in the place of the function `stgan_tf.models`; so that the
    function can still be called there, calling the module calls it.
    """

    def __call__(self, *arguments, **options):
        return models(*arguments, **options)


def run() -> None:
    """Entry point for the console script stgan-models."""
    run_command(main, "list|add|pack|card|verify [FILE|NAME ...]")


sys.modules[__name__].__class__ = _CallableModule

if __name__ == "__main__":
    run()
