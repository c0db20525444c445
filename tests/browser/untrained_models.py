"""LiteRT files of untrained generators, converted as by stgan_tf.export, and their model.json."""

import dataclasses
import hashlib
from pathlib import Path

import keras

from stgan_tf.attributes import PAPER_ATTRIBUTES, conflicts_of
from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.classifier.training import TrainedClassifier
from stgan_tf.config.data import DataConfig
from stgan_tf.exporting.conversion import convert_classifier, convert_edit
from stgan_tf.frame import CELEBA_CROP
from stgan_tf.run_layout import RAW
from stgan_tf.runtime.exportable import Exportable
from stgan_tf.runtime.model_description import FILE_NAME, ModelDescription, ModelFile
from stgan_tf.systems.building import build_editing_network
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings

PRECISIONS = ("float32", "float16", "dynamic_int8")
#: flags/synthetic.cfg's and quickstart.cfg's networks without the mask, which dims untrained edits.
QUICKSTART_NETWORKS = {
    "num_layers": 4,
    "shortcut_layers": 3,
    "inject_layers": 0,
    "stu_inject_layers": 0,
    "encoder_width": 16,
    "decoder_width": 16,
    "stu_width": 16,
}
#: The fewest layers and channels that are still a generator with units.
SMALL_NETWORKS = {
    "num_layers": 3,
    "shortcut_layers": 2,
    "inject_layers": 1,
    "stu_inject_layers": 1,
    "encoder_width": 8,
    "decoder_width": 8,
    "stu_width": 8,
}
#: Weights are drawn this much larger than for training, so that edits are seen in 8-bit pixels.
_CONTRAST = 1.6


def write_models(
    folder: Path,
    networks: dict,
    image_size: int,
    label_mode: str = "difference",
    seed: int = 1,
    classifier: bool = False,
    domains: tuple[str, ...] = (),
    resize: str = "",
) -> ModelDescription:
    """Writes edit_PRECISION.tflite, for target models or where asked for
    classify_float32.tflite, and model.json; with `domains` of whole pictures, else of faces.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(seed)
    attributes = PAPER_ATTRIBUTES
    if domains:
        attributes = domains[1:] if len(domains) == 2 else domains
    data = DataConfig(attributes=attributes, image_size=image_size)
    config = Config(data=data, settings=STGANSettings(label_mode=label_mode, **networks))
    network = build_editing_network(config)
    for weight in network.trainable_variables:
        if weight.name == "kernel":
            weight.assign(weight.numpy() * _CONTRAST)
    wanted = classifier or (label_mode != "difference" and not domains)
    classifier = _classifier(attributes, image_size) if wanted else None
    description = ModelDescription(
        attributes=attributes,
        label_mode=label_mode,
        label_scale=1.0,
        image_size=image_size,
        crop_box=None if domains else CELEBA_CROP,
        conflicts=conflicts_of(attributes, exclusive=bool(domains)),
        domains=domains,
        resize=resize,
        has_classifier=classifier is not None,
        provenance={"run_dir": "runs/untrained", "step": 0},
    )
    model = Exportable(config, 0, RAW, network, LabelRule(label_mode), classifier, description)
    contents = {
        ("edit", name): data for name, data in convert_edit(model, PRECISIONS, None).items()
    }
    if classifier:
        contents["classify", "float32"] = convert_classifier(model)
    files = []
    for (role, precision), content in contents.items():
        name = f"{role}_{precision}.tflite"
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        files.append(ModelFile(name, role, precision, len(content), digest))
    description = dataclasses.replace(description, files=tuple(files))
    (folder / FILE_NAME).write_text(description.to_json(), encoding="utf-8")
    return description


def _classifier(attributes: tuple[str, ...], image_size: int) -> TrainedClassifier:
    network = AttributeClassifier(len(attributes), image_size, width=2, hidden_units=8)
    return TrainedClassifier(network, attributes, image_size, "celeba", "", {})


def renamed(description: ModelDescription, **changes) -> str:
    """model.json of the same files with other values."""
    return dataclasses.replace(description, **changes).to_json()
