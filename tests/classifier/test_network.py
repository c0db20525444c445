import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.classifier.network import AttributeClassifier


def load_official_weights(classifier, reader):
    def tensor(name):
        return reader.get_tensor(f"classifier/{name}")

    layers = zip(classifier.convolutions, classifier.normalizations, strict=True)
    for index, (convolution, normalization) in enumerate(layers):
        scope = "Conv" if index == 0 else f"Conv_{index}"
        convolution.kernel.assign(tensor(f"{scope}/weights"))
        for name in ("gamma", "beta", "moving_mean", "moving_variance"):
            getattr(normalization, name).assign(tensor(f"{scope}/BatchNorm/{name}"))
    for layer, scope in (
        (classifier.hidden, "flatten_fully_connected"),
        (classifier.logits, "flatten_fully_connected_1"),
    ):
        layer.kernel.assign(tensor(f"{scope}/fully_connected/weights"))
        layer.bias.assign(tensor(f"{scope}/fully_connected/biases"))


@pytest.fixture(scope="module")
def official(official_dir):
    folder = official_dir / "classifier"
    return np.load(folder / "expected.npz"), tf.train.load_checkpoint(
        str(folder / "checkpoints" / "128.ckpt")
    )


def test_equals_the_official_classifier(official):
    expected, reader = official
    classifier = AttributeClassifier(40)
    load_official_weights(classifier, reader)
    logits = classifier(expected["x"]).numpy()
    np.testing.assert_allclose(logits, expected["logits"], atol=1e-4)
    np.testing.assert_array_equal(logits > 0, expected["pred"])
    np.testing.assert_allclose(classifier.regularization_loss(), expected["reg"], rtol=1e-5)


def test_equals_the_official_training_step(official):
    expected, reader = official
    classifier = AttributeClassifier(40)
    load_official_weights(classifier, reader)
    logits = classifier(expected["x"], training=True)
    np.testing.assert_allclose(logits, expected["train_logits"], atol=1e-3)
    labels = tf.cast(expected["att"], tf.float32)
    loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))
    np.testing.assert_allclose(loss, expected["ce"], atol=1e-5)
    np.testing.assert_allclose(loss + classifier.regularization_loss(), expected["loss"], atol=1e-5)
    for index, normalization in enumerate(classifier.normalizations):
        scope = "Conv" if index == 0 else f"Conv_{index}"
        for name in ("moving_mean", "moving_variance"):
            np.testing.assert_allclose(
                getattr(normalization, name).numpy(),
                expected[f"after_step/classifier/{scope}/BatchNorm/{name}"],
                atol=1e-5,
            )


@pytest.mark.parametrize("image_size", [32, 64, 72])
def test_other_sizes_and_keras_file(tmp_path, image_size):
    classifier = AttributeClassifier(3, image_size=image_size, width=2, hidden_units=8)
    side = image_size // 32
    assert classifier.hidden.kernel.shape == (side * side * 32, 8)
    images = np.random.default_rng(0).uniform(-1, 1, (2, image_size, image_size, 3))
    logits = classifier(images.astype(np.float32))
    assert logits.shape == (2, 3)
    classifier.save(tmp_path / "classifier.keras")
    loaded = keras.saving.load_model(tmp_path / "classifier.keras", compile=False)
    assert loaded.get_config() == classifier.get_config()
    np.testing.assert_array_equal(loaded(images.astype(np.float32)), logits)


def test_too_small_an_image_is_refused():
    with pytest.raises(ValueError, match="`image_size` must be at least 32.*image_size=16"):
        AttributeClassifier(3, image_size=16)
