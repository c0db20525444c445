"""What is exported: a run's editing network, and a classifier beside it, as plain functions."""

import dataclasses
from pathlib import Path

import keras
import tensorflow as tf

from stgan_tf.classifier.run_classifier import run_classifier
from stgan_tf.classifier.training import TrainedClassifier
from stgan_tf.frame import model_frame
from stgan_tf.run_layout import AVERAGE, CONFIG_FILE
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.training.checkpoints import restore_network


@dataclasses.dataclass(frozen=True)
class Exportable:
    """A run with its newest checkpoint's weights.

    Attributes:
        config: The run's.
        step: Iterations it was trained for.
        weights: average or raw: which ones the network has.
        network: The `EditingNetwork`, built and restored, in float32 also where it was trained in
            bfloat16.
        label_rule: What it is given.
        classifier: Fills in source attributes; None: the model is exported without one.
        description: What goes with every format; without files and provenance.
    """

    config: Config
    step: int
    weights: str
    network: keras.Model
    label_rule: LabelRule
    classifier: TrainedClassifier | None
    description: ModelDescription

    def edit(
        self, images: tf.Tensor, difference: tf.Tensor, source: tf.Tensor | None = None
    ) -> tf.Tensor:
        """Edited images; arguments as the signature `edit` (`model_description`)."""
        labels = self.label_rule.of_difference(difference, source)
        return self.network([images, labels], training=False)

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
    system = find_system(config.system)
    network = system.build_editing_network(dataclasses.replace(config, training=float32))
    restored = restore_network(network, system.editing_name, run_dir, weights)
    data, rule = config.data, system.label_rule(config.settings)
    judge = run_classifier(run_dir, classifier)
    if judge is not None:
        judge.columns(data.attributes)
        judge.require_prepared_as(data.image_size, data.crop, data.crop_frame)
    description = ModelDescription(
        attributes=tuple(data.attributes),
        label_mode=rule.mode,
        label_scale=rule.scale,
        image_size=data.image_size,
        **model_frame(data.crop, data.image_size, data.crop_frame).described(),
        has_classifier=judge is not None,
        classifier=_described(judge),
        conflicts=data.conflicts,
    )
    return Exportable(config, *restored, network, rule, judge, description)


def _described(judge: TrainedClassifier | None) -> dict[str, object] | None:
    if judge is None:
        return None
    accuracy = judge.description.get("validation_mean_accuracy")
    return {"sha256": judge.sha256, "validation_mean_accuracy": accuracy}
