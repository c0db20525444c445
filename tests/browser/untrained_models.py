"""LiteRT files of untrained generators, with the model.json that belongs to them."""

import dataclasses
import hashlib
from pathlib import Path

import keras
import tensorflow as tf

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.config import NetworkConfig
from stgan_tf.images import CELEBA_CROP
from stgan_tf.model_description import FILE_NAME, ModelDescription, ModelFile
from stgan_tf.networks.generator import Generator
from stgan_tf.networks.label_rule import LabelRule

#: flags/synthetic.cfg's and quickstart.cfg's networks.
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
    folder: Path, networks: dict, image_size: int, label_mode: str = "difference", seed: int = 1
) -> ModelDescription:
    """Writes edit_float32.tflite, edit_dynamic_int8.tflite (for target models also a classifier)
    and model.json.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(seed)
    count = len(PAPER_ATTRIBUTES)
    config = NetworkConfig(label_mode=label_mode, **networks)
    generator = Generator.from_network_config(config)
    generator.build([(1, image_size, image_size, 3), (1, count)])
    for weight in generator.trainable_variables:
        if weight.name == "kernel":
            weight.assign(weight.numpy() * _CONTRAST)
    rule = LabelRule(label_mode)
    images = tf.TensorSpec((1, image_size, image_size, 3), tf.float32, name="images")
    vector = (1, count)
    inputs = [images, tf.TensorSpec(vector, tf.float32, name="attribute_difference")]
    if label_mode == "difference":

        def edit(images, attribute_difference):
            return {"edited": generator([images, attribute_difference], training=False)}
    else:
        inputs.append(tf.TensorSpec(vector, tf.float32, name="source_attributes"))

        def edit(images, attribute_difference, source_attributes):
            labels = rule(source_attributes, source_attributes + attribute_difference)
            return {"edited": generator([images, labels], training=False)}

    files = _convert(folder, generator, "edit", edit, inputs)
    if label_mode != "difference":
        classifier = keras.Sequential(
            [
                keras.layers.Input((image_size, image_size, 3)),
                keras.layers.Conv2D(4, 4, 4),
                keras.layers.GlobalAveragePooling2D(),
                keras.layers.Dense(count, activation="sigmoid"),
            ]
        )

        def classify(images):
            return {"probabilities": classifier(images, training=False)}

        files += _convert(folder, classifier, "classify", classify, [images])[:1]
    description = ModelDescription(
        attributes=PAPER_ATTRIBUTES,
        label_mode=label_mode,
        label_scale=1.0,
        image_size=image_size,
        crop_box=CELEBA_CROP,
        has_classifier=label_mode != "difference",
        files=tuple(files),
        provenance={"run_dir": "runs/untrained", "step": 0},
    )
    (folder / FILE_NAME).write_text(description.to_json(), encoding="utf-8")
    return description


def _convert(folder: Path, model: keras.Model, role: str, function, inputs) -> list[ModelFile]:
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(role, function, input_signature=inputs)
    saved_model = folder.parent / f"{folder.name}-{role}-saved-model"
    archive.write_out(str(saved_model), verbose=False)
    files = []
    for precision in ("float32", "dynamic_int8"):
        converter = tf.lite.TFLiteConverter.from_saved_model(
            str(saved_model), signature_keys=[role]
        )
        if precision == "dynamic_int8":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        content = converter.convert()
        path = folder / f"{role}_{precision}.tflite"
        path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        files.append(ModelFile(path.name, role, precision, len(content), digest))
    return files


def renamed(description: ModelDescription, **changes) -> str:
    """model.json of the same files with other values."""
    return dataclasses.replace(description, **changes).to_json()
