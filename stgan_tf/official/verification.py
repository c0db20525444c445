"""Compares our networks, losses and a training step with values written by the official code.

An expected.npz contains what the official code computes from a checkpoint for one batch: images x
(B, H, W, 3) in [-1, 1], source and target attributes a and b, the generator's label, the gradient
penalty's weights alpha, then activations, losses, gradients, and every variable after one Adam step
of the discriminator and, from the same start, of the generator.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.official.checkpoint_files import OfficialCheckpoint, OfficialCheckpointError
from stgan_tf.official.classifier_import import import_classifier, is_classifier
from stgan_tf.official.classifier_verification import verify_classifier
from stgan_tf.official.compared_trainer import ComparedTrainer
from stgan_tf.official.comparison import Comparison, absolute, table
from stgan_tf.official.importing import import_model
from stgan_tf.official.pytorch.importing import GeneratorFile
from stgan_tf.official.step_verification import CriticVerification, GeneratorVerification
from stgan_tf.official.variables import Named
from stgan_tf.options import ConfigError
from stgan_tf.systems.stgan.trainer import STGANTrainer


def read_expected(path: Path | str) -> dict[str, np.ndarray]:
    """The arrays of an expected.npz; raises OfficialCheckpointError if it cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError) as error:
        raise OfficialCheckpointError(
            f"{path} is not an .npz file of expected values: {error}."
        ) from error


class Verification:
    """Compares a trainer with the weights of an official checkpoint with expected values.

    Args:
        trainer: A trainer with the checkpoint's state, which is changed temporarily.
        variables: {official name: our variable} of both networks.
        expected: The arrays of an expected.npz.
    """

    def __init__(self, trainer: STGANTrainer, variables: Named, expected: Mapping[str, np.ndarray]):
        self._compared = ComparedTrainer(trainer, variables, expected)
        self._trainer = trainer
        self._expected = expected
        self._x, self._label = self._compared.batch["images"], self._compared.label
        self._pairs = self._compared.pairs

    def run(self) -> list[Comparison]:
        """All comparisons that the expected values allow."""
        rows = []
        for compare in (
            self._inference,
            self._training_mode,
            self._discriminator,
            CriticVerification(self._compared).run,
            GeneratorVerification(self._compared).run,
        ):
            rows += compare()
            self._compared.put_back()
        return rows

    def _inference(self) -> list[Comparison]:
        generator = self._trainer.generator
        features = generator.encoder(self._x)
        rows = self._features("inference", "eval", features, training=False)
        image = generator.decode((features, []), self._label)
        return rows + absolute("inference: image", self._pairs({"eval_img": image}))

    def _training_mode(self) -> list[Comparison]:
        generator, rule = self._trainer.generator, self._trainer.label_rule
        source, target = (
            self._compared.batch["source_attributes"],
            self._compared.batch["target_attributes"],
        )
        rows = absolute("label", self._pairs({"label_fed": rule(source, target)}))
        features = generator.encoder(self._x, training=True)
        rows += self._features("training", "train", features, training=True)
        edited = generator.decode((features, []), rule(source, target), training=True)
        reconstructed = generator.decode((features, []), rule(source, source), training=True)
        images = {"train_xb_": edited, "train_xa_": reconstructed}
        return rows + absolute("training: edit, reconstruction", self._pairs(images))

    def _features(self, title, prefix, features, training) -> list[Comparison]:
        named = {f"{prefix}_enc_{i}": feature for i, feature in enumerate(features)}
        rows = absolute(f"{title}: encoder", self._pairs(named))
        transfer = self._trainer.generator.selective_transfer
        if transfer is not None:
            selected = transfer([features, self._label], training=training)
            # We do not compute units above the last used skip connection.
            first = len(selected) - 1 - transfer.num_units
            named = {f"{prefix}_stu_{i}": selected[i] for i in range(first, len(selected))}
            rows += absolute(f"{title}: transfer units", self._pairs(named))
        return rows

    def _discriminator(self) -> list[Comparison]:
        images = {
            "xa_logit": self._expected["x"],
            "xb__logit": self._expected.get("train_xb_"),
            "d_logit": self._expected.get("eval_img"),
        }
        named = {}
        for name, batch in images.items():
            if batch is not None:
                suffix = "_on_eval_img" if name == "d_logit" else ""
                heads = self._trainer.discriminator(tf.constant(batch))
                for head, logits in zip(("gan", "att"), heads, strict=True):
                    named[f"{name}_{head}{suffix}"] = logits
        return absolute("discriminator: logits", self._pairs(named))


def verify_checkpoint(checkpoint: OfficialCheckpoint, path: Path | str) -> list[Comparison]:
    """Compares what our code computes from a checkpoint with the expected values in `path`.

    The checkpoint is that of a generator or of the attribute classifier.

    Raises:
        OfficialCheckpointError: The checkpoint or the expected values cannot be read or do not fit.
    """
    expected = read_expected(path)
    if is_classifier(checkpoint):
        return verify_classifier(import_classifier(checkpoint)[0], expected)
    model = import_model(checkpoint)
    return Verification(model.trainer, model.variables, expected).run()


def print_verification(checkpoint: OfficialCheckpoint | GeneratorFile, path: Path | str) -> None:
    """Prints the table of `verify_checkpoint`.

    Raises:
        ValueError: A comparison failed.
        ConfigError: The checkpoint is a PyTorch file.
    """
    if isinstance(checkpoint, GeneratorFile):
        raise ConfigError(
            "verify",
            f"is for TensorFlow 1 checkpoints. Received: {checkpoint.path}, a PyTorch file.",
        )
    comparisons = verify_checkpoint(checkpoint, path)
    print(f"{checkpoint.prefix} compared with {path}:\n{table(comparisons)}")
    if failed := sum(not row.passed for row in comparisons):
        raise ValueError(f"{failed} comparison{'s' * (failed > 1)} failed.")
