"""Training, saving and loading the attribute classifier that measures edits.

It is trained on the training split only, independently of any generator, so that no generator can
have learnt to fool it (paper section 4.2). A saved classifier consists of two files in one folder:
`classifier.keras` and `classifier.json` (its training data and accuracy).
"""

import dataclasses
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import stgan_tf
from stgan_tf import files
from stgan_tf.attributes import are_one_hot, likeliest, require_known
from stgan_tf.classifier.best_weights import BestWeights
from stgan_tf.classifier.keras_3_file import read_keras_3_file
from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.classifier.options import ClassifierOptions
from stgan_tf.classifier.packed_network import load_packed_classifier
from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import name_unreadable
from stgan_tf.data.load import load_splits
from stgan_tf.data.pipeline import evaluation_dataset, training_dataset
from stgan_tf.data.recorded_frame import with_recorded_frame
from stgan_tf.digests import digest
from stgan_tf.frame import same_part, training_rule
from stgan_tf.keras_versions import can_load
from stgan_tf.sources.domains import with_domains

WEIGHTS_FILE = "classifier.keras"
#: Instead of it in packed models.
PACKED_WEIGHTS_FILE = "classifier.safetensors"
DESCRIPTION_FILE = "classifier.json"


@dataclasses.dataclass(frozen=True)
class TrainedClassifier:
    """A loaded classifier and its description.

    Attributes:
        model: The `AttributeClassifier`.
        attributes: Names of the logits, in order.
        image_size, crop: How its training images were prepared (`DataConfig`).
        sha256: Digest of the weights file, for reports.
        description: Everything in classifier.json.
    """

    model: keras.Model
    attributes: tuple[str, ...]
    image_size: int
    crop: str
    sha256: str
    description: dict

    def columns(self, names: Sequence[str]) -> list[int]:
        """Indices of the logits of `names`; ValueError for one that it was not trained on."""
        require_known(names, self.attributes)
        return [self.attributes.index(name) for name in names]

    @property
    def crop_frame(self) -> tuple[int, ...]:
        """The frame that `crop` refers to; empty if it was not recorded."""
        return tuple(self.description.get("data", {}).get("crop_frame", ()))

    @property
    def resize(self) -> str:
        """Its training images' `DataConfig.resize`."""
        return self.description.get("data", {}).get("resize", "")

    def require_prepared_as(
        self, image_size: int, crop: str, crop_frame: tuple[int, ...] = (), resize: str = ""
    ) -> None:
        """Raises ValueError unless its training images were prepared like the run's."""
        same = same_part(
            training_rule(self.crop, image_size, self.crop_frame, self.resize),
            training_rule(crop, image_size, crop_frame, resize),
            [frame for frame in (self.crop_frame, crop_frame) if frame],
        )
        for field, wanted, fits in (
            ("image_size", image_size, self.image_size == image_size),
            ("resize", resize, same or self.crop != crop or self.resize == resize),
            ("crop", crop, same),
        ):
            if not fits:
                raise ValueError(
                    f"The classifier was trained with --{field}={getattr(self, field)}, the "
                    f"run with --{field}={wanted}: train a classifier with the run's value."
                )


def train_classifier(
    data: DataConfig,
    options: ClassifierOptions,
    out_dir: Path | str,
    on_step: Callable[[int, float], None] = lambda step, loss: None,
) -> dict:
    """Trains on the training split of `data`, measures on its validation split, and saves to
    `out_dir`.

    Args:
        on_step: Called after each iteration with its number (from 1) and loss.

    Returns the description written to classifier.json. Raises FloatingPointError, without saving,
    if the loss is not finite.
    """
    keras.utils.set_random_seed(options.seed)
    data = with_domains(data)
    train, validation = load_splits(data, ("train", "validation"))
    data = with_recorded_frame(data, train.paths)
    model = AttributeClassifier(
        len(data.attributes), data.image_size, options.width, options.hidden_units
    )
    optimizer = keras.optimizers.Adam(
        keras.optimizers.schedules.CosineDecay(options.learning_rate, options.num_iterations)
    )
    optimizer.build(model.trainable_variables)
    one_hot = are_one_hot(data.attributes, data.domains)

    @tf.function(autograph=False)
    def step(images, labels):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))
            loss += model.regularization_loss()
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    batches = training_dataset(
        train, data, batch_size=options.batch_size, batches_per_iteration=1, seed=options.seed
    )
    best = BestWeights(model, options.patience)
    elements = name_unreadable(batches.take(options.num_iterations), train, data)
    for number, batch in enumerate(elements, start=1):
        loss = float(step(batch["images"][0], batch["source_attributes"][0]))
        if not np.isfinite(loss):
            raise FloatingPointError(
                f"The classifier's loss is {loss} at iteration {number}: "
                f"try a lower --learning_rate than {options.learning_rate}."
            )
        on_step(number, loss)
        if number % options.validate_every == 0 or number == options.num_iterations:
            shown = evaluation_dataset(validation, data, options.batch_size)
            shown = name_unreadable(shown, validation, data)
            if best.look(measure_accuracy(model, shown, one_hot), number):
                break

    accuracy = best.restore()
    shares = validation.attributes.mean(0)
    majority = np.maximum(shares, 1 - shares)
    description = {
        "attributes": list(data.attributes),
        "image_size": data.image_size,
        "crop": data.crop,
        "validation_accuracy": dict(zip(data.attributes, accuracy.tolist(), strict=True)),
        "validation_mean_accuracy": float(accuracy.mean()),
        # The accuracy of always predicting the majority value: the figure to beat.
        "validation_majority_accuracy": dict(zip(data.attributes, majority.tolist(), strict=True)),
        **(_of_domains(accuracy, shares) if one_hot else {}),
        "best_iteration": best.iteration,
        "stopped_at_iteration": number,
        "train_images": len(train.paths),
        "validation_images": len(validation.paths),
        "data": dataclasses.asdict(data),
        **dataclasses.asdict(options),
        "stgan_tf_version": stgan_tf.__version__,
    }
    save_classifier(model, description, out_dir)
    return description


def _of_domains(accuracy: np.ndarray, shares: np.ndarray) -> dict[str, float]:
    """The share of images whose domain is recognised, and that of the most frequent domain, from
    the attributes' accuracies (A,) and shares (A,). A mistaken domain is wrong in two attributes.
    """
    return {
        "validation_domain_accuracy": float(1 - np.sum(1 - accuracy) / 2),
        "validation_majority_domain_accuracy": float(shares.max()),
    }


def measure_accuracy(
    model: keras.Model, batches: Iterable[dict], one_hot: bool = False
) -> np.ndarray:
    """(A,) accuracies in [0, 1]: the fraction of images whose attribute is predicted correctly. If
    the attributes are `one_hot`, the likeliest one of each image is predicted.
    """
    predict = tf.function(
        lambda images: model(images, training=False), reduce_retracing=True, autograph=False
    )
    correct, count = 0, 0
    for batch in batches:
        logits = predict(batch["images"]).numpy()
        predicted = likeliest(logits) > 0 if one_hot else logits > 0
        correct = correct + np.sum(predicted == (batch["source_attributes"].numpy() > 0.5), axis=0)
        count += len(predicted)
    if not count:
        raise ValueError("The validation split has no images: choose other --split_fractions.")
    return correct / count


def save_classifier(model: keras.Model, description: dict, out_dir: Path | str) -> None:
    """Writes both files atomically: the weights, then the description with their digest."""
    out_dir = Path(out_dir)
    weights = out_dir / WEIGHTS_FILE
    files.write_with(weights, model.save)
    description = {**description, "weights_sha256": digest(weights)}
    text = json.dumps(description, indent=2) + "\n"
    files.write_text(out_dir / DESCRIPTION_FILE, text)


def load_classifier(path: Path | str) -> TrainedClassifier:
    """Loads what `save_classifier` wrote, or the classifier of a packed model; `path` is the folder
    or either of its files.

    Raises FileNotFoundError if a file is missing, ValueError if the two do not belong together.
    """
    path = Path(path)
    folder = path if path.suffix not in (".keras", ".json") else path.parent
    weights = weights_path(folder)
    for name in (weights.name, DESCRIPTION_FILE):
        if not (folder / name).is_file():
            raise FileNotFoundError(
                f"No {name} in {folder}: train a classifier with "
                "`python -m stgan_tf.train_classifier --data_dir=... --out_dir=...`."
            )
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{folder / DESCRIPTION_FILE} is not JSON: {error}.") from error
    found = digest(weights)
    if description.get("weights_sha256") != found:
        raise ValueError(
            f"{weights.name} and {DESCRIPTION_FILE} in {folder} do not belong together "
            "(sha256 mismatch): train the classifier again."
        )
    if weights.name == PACKED_WEIGHTS_FILE:
        model = load_packed_classifier(weights)
    elif can_load(weights):
        model = keras.saving.load_model(weights, compile=False)
    else:
        model = read_keras_3_file(weights)
    return TrainedClassifier(
        model=model,
        attributes=tuple(description["attributes"]),
        image_size=description["image_size"],
        crop=description["crop"],
        sha256=found,
        description=description,
    )


def weights_path(folder: Path) -> Path:
    """The weights file of the classifier in `folder`, which may be missing."""
    packed = folder / PACKED_WEIGHTS_FILE
    return packed if packed.is_file() else folder / WEIGHTS_FILE
