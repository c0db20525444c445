"""What is exported: a run's generator, and a classifier beside it, as plain functions."""

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import keras
import tensorflow as tf

from stgan_tf.classifier.run_classifier import run_classifier
from stgan_tf.classifier.training import TrainedClassifier
from stgan_tf.config.run_config import Config
from stgan_tf.frame import model_frame
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.run_layout import AVERAGE, CONFIG_FILE
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.systems.building import build_generator
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.training.checkpoints import restore_generator


@dataclasses.dataclass(frozen=True)
class Exportable:
    """A run with its newest checkpoint's weights.

    Attributes:
        config: The run's.
        step: Iterations it was trained for.
        weights: average or raw: which ones the generator has.
        generator: Built and restored, in float32 also where it was trained in bfloat16.
        classifier: Fills in source attributes; None: the model is exported without one.
        description: What goes with every format; without files and provenance.
    """

    config: Config
    step: int
    weights: str
    generator: keras.Model
    classifier: TrainedClassifier | None
    description: ModelDescription

    def edit(
        self, images: tf.Tensor, difference: tf.Tensor, source: tf.Tensor | None = None
    ) -> tf.Tensor:
        """Edited images; arguments as the signature `edit` (`model_description`)."""
        rule = LabelRule.from_network_config(self.config.network)
        labels = rule.of_difference(difference, source)
        return self.generator([images, labels], training=False)

    def classify(self, images: tf.Tensor) -> tf.Tensor:
        """Probabilities (N, A) of the model's attributes, whatever else the classifier knows."""
        logits = self.classifier.model(images, training=False)
        columns = self.classifier.columns(self.description.attributes)
        return tf.sigmoid(tf.gather(logits, columns, axis=1))


def load_exportable(
    run_dir: Path | str, classifier: Path | str | None = None, weights: str = AVERAGE
) -> Exportable:
    """The run in `run_dir`, with its averaged weights or the `raw` ones, and the classifier in that
    folder (None: the run's own, where it keeps one; "none": no classifier).

    Raises FileNotFoundError for what is missing, ValueError for a classifier that was trained on
    other attributes or images, CheckpointError for a checkpoint that cannot be read.
    """
    run_dir = Path(run_dir)
    config = Config.read(run_dir / CONFIG_FILE)
    # LiteRT has no bfloat16; the variables are float32 either way.
    float32 = dataclasses.replace(config.training, precision="float32")
    generator = build_generator(dataclasses.replace(config, training=float32))
    restored = restore_generator(generator, run_dir, weights)
    data, network = config.data, config.network
    judge = run_classifier(run_dir, classifier)
    if judge is not None:
        judge.columns(data.attributes)
        judge.require_prepared_as(data.image_size, data.crop, data.crop_frame)
    description = ModelDescription(
        attributes=tuple(data.attributes),
        label_mode=network.label_mode,
        label_scale=network.label_scale,
        image_size=data.image_size,
        **model_frame(data.crop, data.image_size, data.crop_frame).described(),
        has_classifier=judge is not None,
        classifier=_described(judge),
    )
    return Exportable(config, *restored, generator, judge, description)


def _described(judge: TrainedClassifier | None) -> dict[str, object] | None:
    if judge is None:
        return None
    accuracy = judge.description.get("validation_mean_accuracy")
    return {"sha256": judge.sha256, "validation_mean_accuracy": accuracy}


@contextlib.contextmanager
def unfused_relu(network: keras.Model) -> Iterator[None]:
    """Inside, the ReLU of transposed convolutions are traced so that TFLite does not fuse them;
    the values are the same (`stgan_tf.layers.conv_blocks`).
    """
    blocks = [
        layer
        for layer in network._flatten_layers()
        if isinstance(layer, ConvBlock) and layer.transposed and layer.activation == "relu"
    ]
    for block in blocks:
        block.activation = "unfused_relu"
    try:
        yield
    finally:
        for block in blocks:
            block.activation = "relu"
