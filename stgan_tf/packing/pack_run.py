"""Packs a run: the weights needed for editing, its configuration, a model card, and optionally its
classifier and LiteRT files.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import stgan_tf
from stgan_tf.classifier.packed_network import packed_classifier
from stgan_tf.classifier.training import (
    DESCRIPTION_FILE,
    PACKED_WEIGHTS_FILE,
    TrainedClassifier,
)
from stgan_tf.model_files.manifest import Manifest, require_name
from stgan_tf.model_files.packed_file import SUFFIX, described, write_packed
from stgan_tf.model_files.resolving import model_path
from stgan_tf.model_files.unpacking import is_unpacked
from stgan_tf.packing.litert_parts import litert_parts
from stgan_tf.packing.model_card import card_of_run, require_current_report
from stgan_tf.packing.options import PackOptions
from stgan_tf.run_layout import CARD_FILE, CLASSIFIER_FOLDER, CONFIG_FILE
from stgan_tf.run_layout import PACKED_WEIGHTS_FILE as RUN_WEIGHTS_FILE
from stgan_tf.runtime.exportable import load_exportable
from stgan_tf.systems.run_config import Config
from stgan_tf.training.packed_weights import Restored, weights_bytes


def pack_run(run_dir: Path | str, out_dir: Path | str, options: PackOptions) -> Path:
    """Packs the newest checkpoint of a run into OUT_DIR/NAME.stgan and returns that path. The same
    run and options give the same bytes.

    The paths of the machine that it was trained on are left out.

    Args:
        run_dir: A run folder, or a packed model, to pack it with other options.

    Raises FileNotFoundError or ValueError, naming the flag, for missing or unsuitable inputs;
    CheckpointError for a checkpoint that cannot be read. No file is left behind then.
    """
    require_name(options.name)
    if not options.licence.strip():
        raise ValueError("--licence: is required. Received: an empty value.")
    path = Path(out_dir) / f"{options.name}{SUFFIX}"
    if path.exists() and not options.overwrite:
        raise ValueError(f"{path} exists: choose another --out_dir, or --overwrite to replace it.")
    run_dir = model_path(run_dir)
    if is_unpacked(run_dir) and options.card is None:
        raise ValueError(
            "--card: is required for packed models, whose card says how they were packed before. "
            "`python -m stgan_tf.models card` prints it, to be edited. Received: nothing."
        )
    model = load_exportable(run_dir, options.classifier, options.weights)
    restored = Restored(model.step, model.weights)
    card = card_of_run(run_dir, options) if options.card is None else _read_card(options.card)
    parts = {
        CONFIG_FILE: _text(_without_paths(model.config).to_json()),
        RUN_WEIGHTS_FILE: weights_bytes(model.network, restored, options.precision),
        CARD_FILE: _text(card),
    }
    if model.classifier is not None:
        parts |= _classifier_parts(model.classifier, options.precision)
    if options.litert_dir is not None:
        parts |= litert_parts(Path(options.litert_dir), options.litert_precisions, model)
    if options.card is None:
        require_current_report(run_dir, restored.step, restored.weights)
    manifest = Manifest(
        name=options.name,
        licence=options.licence,
        system=model.config.system,
        image_size=model.description.image_size,
        attributes=model.description.attributes,
        domains=model.description.domains,
        step=restored.step,
        weights=restored.weights,
        precision=options.precision,
        stgan_tf_version=stgan_tf.__version__,
        parts=described(parts),
    )
    write_packed(path, manifest, parts)
    return path


def _classifier_parts(classifier: TrainedClassifier, precision: str) -> dict[str, bytes]:
    packed, description = packed_classifier(classifier.model, classifier.description, precision)
    description.pop("source", None)  # where an official checkpoint was
    if "data" in description:
        description["data"] = {**description["data"], **_NO_PATHS}
    return {
        f"{CLASSIFIER_FOLDER}/{PACKED_WEIGHTS_FILE}": packed,
        f"{CLASSIFIER_FOLDER}/{DESCRIPTION_FILE}": _text(json.dumps(description, indent=2)),
    }


#: In place of what says where files were on the machine of training.
_NO_PATHS: dict[str, Any] = {"data_dir": "", "cache": "none"}


def _without_paths(config: Config) -> Config:
    return dataclasses.replace(config, data=dataclasses.replace(config.data, **_NO_PATHS))


def _read_card(path: Path | str) -> str:
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"--card: no such file. Received: {path}.")
    return path.read_text(encoding="utf-8")


def _text(text: str) -> bytes:
    return (text.rstrip("\n") + "\n").encode()
