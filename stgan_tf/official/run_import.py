"""Writing what was imported as a folder of ours, whole or not at all."""

import dataclasses
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import stgan_tf
from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.classifier.training import DESCRIPTION_FILE, save_classifier
from stgan_tf.files import make_folder, replace_folder
from stgan_tf.official.checkpoint_files import OfficialCheckpoint, OfficialCheckpointError
from stgan_tf.official.classifier_import import import_classifier, is_classifier
from stgan_tf.official.importing import import_model
from stgan_tf.official.pytorch.importing import GeneratorFile, import_generator
from stgan_tf.run_layout import CHECKPOINTS_FOLDER, CONFIG_FILE
from stgan_tf.training.checkpoints import Checkpoints

#: In every folder an import made: what it was made from.
RECORD_FILE = "official_import.json"


def import_checkpoint(
    checkpoint: OfficialCheckpoint | GeneratorFile,
    out_dir: Path | str,
    *,
    data_dir: str = "",
    overwrite: bool = False,
) -> dict:
    """Turns a generator's checkpoint or file into a run folder, the attribute classifier's into a
    classifier folder. The same import again changes nothing.

    Args:
        checkpoint: Of TensorFlow 1 (`find_checkpoint`), or the file of a PyTorch generator.
        out_dir: Folder to make. It must not exist, unless it was imported from the same files, or
            `overwrite` is set and it is a run folder or a classifier folder.
        data_dir: Written to the run's configuration.

    Returns the record that is kept in official_import.json, with "written" False where the folder
    was there already. Raises OfficialCheckpointError, ConfigError or ImportError; no folder is left
    then, and an existing one stays as it was.
    """
    out_dir = Path(out_dir)
    digest = checkpoint.digest()
    if out_dir.exists() and not overwrite:
        record = _record_of(out_dir)
        if record is None or record["sha256"] != digest:
            raise OfficialCheckpointError(
                f"{out_dir} exists and was not imported from {checkpoint.source} in this way: give "
                "another folder, or --overwrite to replace it."
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

    def fill(folder: Path) -> None:
        record.update(write(checkpoint, folder, data_dir))
        text = json.dumps(record, indent=2) + "\n"
        (folder / RECORD_FILE).write_text(text, encoding="utf-8")

    _replace_folder(out_dir, fill)
    return {**record, "written": True}


def describe_import(record: dict, out_dir: Path | str) -> str:
    """What `import_checkpoint` returned, for people."""
    verb = "Imported" if record["written"] else "Already imported, left as it is:"
    lines = [f"{verb} {record['source']} as a {record['kind']} in {out_dir}."]
    for name in ("variables", "iterations", "generator_updates", "discriminator_updates"):
        if name in record:
            lines.append(f"  {name.replace('_', ' ')}: {record[name]:,}")
    if names := record.get("attributes"):
        lines.append(f"  attributes: {', '.join(names)}")
    if unused := record.get("unused_variables"):
        listed = ", ".join(unused)
        lines.append(f"  in units that no skip connection uses, not kept: {listed}")
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
        # As JSON has them, so that the record is what is read again.
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
        # Measured by nobody here: the official README states 94.5 % over the paper's 13.
        "validation_mean_accuracy": None,
        "source": str(checkpoint.prefix),
    }
    save_classifier(classifier, description, folder)
    return {"kind": "classifier", "variables": len(variables)}


def _record_of(folder: Path) -> dict | None:
    path = folder / RECORD_FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _require_replaceable(folder: Path) -> None:
    """--overwrite removes nothing but folders of ours."""
    if not any((folder / name).is_file() for name in (CONFIG_FILE, DESCRIPTION_FILE)):
        raise OfficialCheckpointError(
            f"{folder} is neither a run folder nor a classifier folder: it is not overwritten. "
            "Remove it yourself or give another folder."
        )


def _replace_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Makes `folder` with what `fill` writes into an empty one; on an exception nothing changes."""
    make_folder(folder.parent)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        new = Path(temporary) / "new"
        new.mkdir()
        fill(new)
        replace_folder(new, folder)
