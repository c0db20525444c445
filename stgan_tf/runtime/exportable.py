"""What is exported: a run's editing network and its classifier, as plain functions."""

import dataclasses
from pathlib import Path

import keras
import tensorflow as tf

from stgan_tf.classifier.run_classifier import run_classifier
from stgan_tf.classifier.training import TrainedClassifier
from stgan_tf.frame import model_frame
from stgan_tf.model_files.resolving import model_path
from stgan_tf.run_layout import AVERAGE, CONFIG_FILE
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.training.checkpoints import restore_network


@dataclasses.dataclass(frozen=True)
class Exportable:
    """A run with the weights of its newest checkpoint.

    Attributes:
        config: The run's configuration.
        step: Number of training iterations.
        weights: Which weights the network has: average or raw.
        network: The `EditingNetwork`, built and restored, in float32 even if trained in bfloat16.
        label_rule: How its labels are computed.
        classifier: Predicts source attributes; None: the model is exported without one.
        description: The part of the description common to all formats, without files and
            provenance.
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
        """Edited images; arguments as in the signature `edit` (`model_description`)."""
        labels = self.label_rule.of_difference(difference, source)
        return self.network([images, labels], training=False)

    def classify(self, images: tf.Tensor) -> tf.Tensor:
        """Probabilities (N, A) of the model's attributes only, in [0, 1]."""
        logits = self.classifier.model(images, training=False)
        columns = self.classifier.columns(self.description.attributes)
        return tf.sigmoid(tf.gather(logits, columns, axis=1))


def load_exportable(
    run_dir: Path | str, classifier: Path | str | None = None, weights: str = AVERAGE
) -> Exportable:
    """Loads the run in `run_dir` (a folder, a packed model or a model's name), with its averaged or
    `raw` weights, and the classifier in the folder `classifier` (None: the run's own, if it keeps
    one; "none": no classifier).

    Raises FileNotFoundError for missing files, ValueError for a classifier that was trained on
    other attributes or images or a damaged packed model, CheckpointError for a checkpoint that
    cannot be read.
    """
    run_dir = model_path(run_dir)
    config = Config.read(run_dir / CONFIG_FILE)
    # LiteRT has no bfloat16; the variables are float32 either way.
    float32 = dataclasses.replace(config.training, precision="float32")
    system = find_system(config.system)
    network = system.build_editing_network(dataclasses.replace(config, training=float32))
    restored = restore_network(network, system.editing_name, run_dir, weights)
    data, rule = config.data, system.label_rule(config.settings)
    trained = run_classifier(run_dir, classifier)
    if trained is not None:
        trained.columns(data.attributes)
        trained.require_prepared_as(data.image_size, data.crop, data.crop_frame, data.resize)
    description = ModelDescription(
        attributes=tuple(data.attributes),
        label_mode=rule.mode,
        label_scale=rule.scale,
        image_size=data.image_size,
        **model_frame(data.crop, data.image_size, data.crop_frame, data.resize).described(),
        has_classifier=trained is not None,
        classifier=_described(trained),
        conflicts=data.conflicts,
        usual_intensity=system.usual_intensity,
        domains=data.known_domains,
    )
    return Exportable(config, *restored, network, rule, trained, description)


def _described(classifier: TrainedClassifier | None) -> dict[str, object] | None:
    if classifier is None:
        return None
    accuracy = classifier.description.get("validation_mean_accuracy")
    return {"sha256": classifier.sha256, "validation_mean_accuracy": accuracy}
