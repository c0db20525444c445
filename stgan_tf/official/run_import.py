"""Writes an imported checkpoint as a run or classifier folder, completely or not at all."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import stgan_tf
from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.classifier.training import DESCRIPTION_FILE, save_classifier
from stgan_tf.files import replacing_folder
from stgan_tf.official.checkpoint_files import OfficialCheckpoint, OfficialCheckpointError
from stgan_tf.official.classifier_import import import_classifier, is_classifier
from stgan_tf.official.importing import import_model
from stgan_tf.official.pytorch.importing import GeneratorFile, import_generator
from stgan_tf.run_layout import CHECKPOINTS_FOLDER, CONFIG_FILE
from stgan_tf.training.checkpoints import Checkpoints

#: File in every imported folder that records its source.
RECORD_FILE = "official_import.json"


def import_checkpoint(
    checkpoint: OfficialCheckpoint | GeneratorFile,
    out_dir: Path | str,
    *,
    data_dir: str = "",
    overwrite: bool = False,
) -> dict:
    """Imports a generator as a run folder, or an attribute classifier as a classifier folder.

    Repeating the same import changes nothing.

    Args:
        checkpoint: A TensorFlow 1 checkpoint (`find_checkpoint`) or a PyTorch generator's file.
        out_dir: Folder to create. It may exist only if it was imported from the same files, or if
            `overwrite` is set and it is a run folder or a classifier folder.
        data_dir: Data folder for the run's configuration.
        overwrite: Whether to replace an existing run or classifier folder.

    Returns:
        The record that is kept in official_import.json, with "written": False if the folder
        already existed.

    Raises:
        OfficialCheckpointError, ConfigError: Something does not fit; the message says what. No
            folder is left behind, and an existing one is not changed.
        ModuleNotFoundError: A package is missing; the message says how to install it.
    """
    out_dir = Path(out_dir)
    digest = checkpoint.digest()
    if out_dir.exists() and not overwrite:
        record = _record_of(out_dir)
        if record is None or record["sha256"] != digest:
            raise OfficialCheckpointError(
                f"{out_dir} already exists and was not imported from {checkpoint.source} with "
                "these options. Give another folder, or --overwrite to replace it."
            )
        return {**record, "written": False}
    if out_dir.exists():
        _require_replaceable(out_dir)
    write = _writer(checkpoint)
    record = {
        "source": checkpoint.source,
        "sha256": digest,
        "stgan_tf_version": stgan_tf.__version__,
    }

    with replacing_folder(out_dir) as folder:
        record.update(write(checkpoint, folder, data_dir))
        text = json.dumps(record, indent=2) + "\n"
        (folder / RECORD_FILE).write_text(text, encoding="utf-8")
    return {**record, "written": True}


def describe_import(record: dict, out_dir: Path | str) -> str:
    """A human-readable description of what `import_checkpoint` returned."""
    verb = "Imported" if record["written"] else "Already imported, left unchanged:"
    lines = [f"{verb} {record['source']} as a {record['kind']} in {out_dir}."]
    for name in ("variables", "iterations", "generator_updates", "discriminator_updates"):
        if name in record:
            lines.append(f"  {name.replace('_', ' ')}: {record[name]:,}")
    if names := record.get("attributes"):
        lines.append(f"  attributes: {', '.join(names)}")
    if unused := record.get("unused_variables"):
        listed = ", ".join(unused)
        lines.append(f"  not imported, in units that no skip connection uses: {listed}")
    if new := record.get("new"):
        listed = ", ".join(new)
        lines.append(f"  not in the file, so new and untrained: {listed}, optimisers")
    return "\n".join(lines)


def _writer(checkpoint: OfficialCheckpoint | GeneratorFile) -> Callable[..., dict]:
    if isinstance(checkpoint, GeneratorFile):
        return _write_generator
    return _write_classifier if is_classifier(checkpoint) else _write_run


def _write_generator(file: GeneratorFile, folder: Path, data_dir: str) -> dict:
    model = import_generator(file, data_dir)
    model.config.write(folder / CONFIG_FILE)
    Checkpoints(model.trainer, folder / CHECKPOINTS_FOLDER, keep=1).save()
    return {
        "kind": f"{model.config.system} run",
        # As in JSON, so that the record equals the one that is read back.
        "options": {**dataclasses.asdict(file.options), "attributes": [*file.options.attributes]},
        "attributes": list(model.config.data.attributes),
        "variables": model.variables,
        "new": list(model.new),
    }


def _write_run(checkpoint: OfficialCheckpoint, folder: Path, data_dir: str) -> dict:
    model = import_model(checkpoint, data_dir)
    model.config.write(folder / CONFIG_FILE)
    Checkpoints(model.trainer, folder / CHECKPOINTS_FOLDER, keep=1).save()
    return {
        "kind": "run",
        "variables": len(model.variables),
        "unused_variables": list(model.unused),
        "iterations": model.iterations,
        "generator_updates": int(model.trainer.generator_optimizer.iterations.numpy()),
        "discriminator_updates": int(model.trainer.discriminator_optimizer.iterations.numpy()),
    }


def _write_classifier(checkpoint: OfficialCheckpoint, folder: Path, data_dir: str) -> dict:
    classifier, variables = import_classifier(checkpoint)
    description = {
        "attributes": list(CELEBA_ATTRIBUTES),
        "image_size": classifier.image_size,
        "crop": "official",
        # Not measured here: the official README reports 94.5 % over the paper's 13 attributes.
        "validation_mean_accuracy": None,
        "source": str(checkpoint.prefix),
    }
    save_classifier(classifier, description, folder)
    return {"kind": "classifier", "variables": len(variables)}


def _record_of(folder: Path) -> dict | None:
    path = folder / RECORD_FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _require_replaceable(folder: Path) -> None:
    """Makes sure that --overwrite only removes folders that this package wrote."""
    if not any((folder / name).is_file() for name in (CONFIG_FILE, DESCRIPTION_FILE)):
        raise OfficialCheckpointError(
            f"{folder} is neither a run folder nor a classifier folder, so it is not overwritten. "
            "Remove it yourself or give another folder."
        )
