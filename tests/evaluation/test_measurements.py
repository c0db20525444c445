"""The whole pass with networks made by hand: a pixel per attribute, bright where it is present."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.classifier.training import TrainedClassifier
from stgan_tf.evaluation.measurements import evaluate_generator
from stgan_tf.evaluation.protocol import ProtocolClassifier, ProtocolEdits
from stgan_tf.systems.label_rule import LabelRule

NAMES = ("Bald", "Bangs", "Male")
SIZE = 8


def draw(attributes):
    """(B, 8, 8, 3): column j is 0.5 where attribute j is present, else -0.5; the rest is grey."""
    images = np.zeros((len(attributes), SIZE, SIZE, 3), np.float32)
    images[:, :, : len(NAMES)] = (np.asarray(attributes) - 0.5)[:, None, :, None]
    return images


class PerfectGenerator:
    """Moves each attribute's column by its label; given targets, it draws them."""

    def __init__(self, label_mode="difference"):
        self.label_mode = label_mode

    def encode(self, images, training):
        assert training is False
        return {"seen": images, "shared": [tf.ones_like(images)]}

    def decode(self, encoded, labels, training):
        assert training is False and len(encoded["shared"]) == 1
        columns = tf.tile(labels[:, None, :, None], (1, SIZE, 1, 3))
        old = encoded["seen"]
        if self.label_mode == "difference":
            columns += old[:, :, : len(NAMES)]
        return tf.clip_by_value(tf.concat([columns, old[:, :, len(NAMES) :]], axis=2), -1, 1)


class IdleGenerator(PerfectGenerator):
    def decode(self, encoded, labels, training):
        return encoded["seen"]


def known_classifier(names=NAMES, image_size=SIZE, crop="none"):
    def read(images, training):
        return tf.stack([images[:, 0, NAMES.index(name), 0] for name in names], axis=1)

    return TrainedClassifier(read, tuple(names), image_size, crop, sha256="", description={})


def batches(count=10, batch_size=4):
    attributes = np.random.default_rng(0).integers(0, 2, (count, len(NAMES))).astype(np.float32)
    elements = {"images": draw(attributes), "source_attributes": attributes}
    return tf.data.Dataset.from_tensor_slices(elements).batch(batch_size)


def evaluate(generator, **options):
    editor = ProtocolEdits(generator, NAMES, LabelRule(generator.label_mode))
    classifier = ProtocolClassifier(
        options.pop("classifier", known_classifier()), NAMES, SIZE, "none"
    )
    return evaluate_generator(editor, classifier, batches(), **options)


@pytest.mark.parametrize("label_mode", ["difference", "target"])
def test_a_perfect_editor_scores_one(label_mode):
    seen = []
    result = evaluate(PerfectGenerator(label_mode), on_batch=seen.append)
    assert seen == [4, 4, 2]
    assert result["images"] == 10
    assert [edit["intensity"] for edit in result["edits"]] == [1.0, 1.5]
    for edit in result["edits"]:
        assert edit["mean_accuracy"] == 1
        assert edit["mean_preservation_error"] == 0
    assert result["baseline"]["mean_accuracy"] == 0
    assert result["classifier"]["mean_accuracy"] == 1
    assert result["reconstruction"]["identical_images"] == 10


@pytest.mark.parametrize("label_mode", ["difference", "target"])
def test_shipped_edits_know_what_the_classifier_sees(label_mode):
    """Bald takes bangs away only where the classifier sees them: here it never does."""

    def no_bangs_in_floats(images, training):
        seen = tf.stack([images[:, 0, column, 0] for column in range(len(NAMES))], axis=1)
        # The generator's input has grey elsewhere; what the classifier sees of an edit is shifted.
        unedited = tf.reduce_max(tf.abs(images[:, 0, len(NAMES), 0])) < 1e-6
        return tf.where(unedited, seen * [1.0, 0.0, 1.0] - [0.0, 1.0, 0.0], seen)

    class Marking(PerfectGenerator):
        """Marks its images, so that the classifier is right about them."""

        def decode(self, encoded, labels, training):
            images = super().decode(encoded, labels, training)
            return tf.concat([images[:, :, : len(NAMES)], images[:, :, len(NAMES) :] + 0.5], axis=2)

    classifier = TrainedClassifier(no_bangs_in_floats, NAMES, SIZE, "none", "", {})
    result = evaluate(Marking(label_mode), classifier=classifier, intensities=(1.0,))
    (protocol,), (shipped,) = result["edits"], result["shipped_edits"]
    assert protocol["mean_accuracy"] == 1 and protocol["mean_preservation_error"] == 0
    labels = np.random.default_rng(0).integers(0, 2, (10, len(NAMES)))
    bald, bangs = labels[:, 0], labels[:, 1]
    kept = np.sum((bald == 0) & (bangs == 1))  # added to a head with bangs that nobody saw
    assert 0 < kept < 10
    if label_mode == "difference":
        assert shipped["accuracy"] == protocol["accuracy"]
        assert shipped["differing"] == pytest.approx(kept / 30)
        error = shipped["preservation_error"]
        assert error["Bald"] == pytest.approx(kept / 20) and error["Male"] == 0
    else:
        # Targets have no bangs where none were seen, so they go; what is to be removed is not.
        assert shipped["differing"] > protocol["preservation_error"]["Bald"]
        assert shipped["accuracy"]["Bangs"] == pytest.approx(1)
        assert shipped["preservation_error"]["Male"] == pytest.approx(np.sum(bangs) / 20)


def test_an_idle_editor_scores_the_baseline():
    result = evaluate(IdleGenerator(), intensities=(1.0,))
    edit = dict(result["edits"][0])
    assert edit.pop("intensity") == 1.0
    assert edit == result["baseline"]
    assert result["baseline"]["mean_accuracy"] == 0


def test_intensity_moves_the_edited_attribute_only():
    source = np.array([[0, 1, 0]], np.float32)
    editor = ProtocolEdits(PerfectGenerator(), NAMES, LabelRule())
    image = editor.flip(editor.encode(tf.constant(draw(source))), source, "Bald", 1.5)
    # Bald -0.5 + 1.5, Bangs (switched off by the conflict) 0.5 - 1, Male stays; truncated to 8 bit.
    np.testing.assert_array_equal(image[0, 0, :3, 0], [255, 63, 63])


def test_target_models_get_the_targets_halved():
    source, target = np.array([[0.0, 1.0]]), np.array([[1.0, 1.0]])
    np.testing.assert_array_equal(LabelRule("target")(source, target), [[0.5, 0.5]])


def test_a_classifier_of_more_attributes_is_asked_for_the_runs():
    names = ("Male", "Bangs", "Bald")
    result = evaluate(PerfectGenerator(), classifier=known_classifier(names))
    assert result["edits"][0]["mean_accuracy"] == 1


def test_a_classifier_for_other_images_is_refused():
    with pytest.raises(ValueError, match="--image_size=64.*--image_size=8"):
        evaluate(PerfectGenerator(), classifier=known_classifier(image_size=64))
    with pytest.raises(ValueError, match="--crop=celeba.*--crop=none"):
        evaluate(PerfectGenerator(), classifier=known_classifier(crop="celeba"))


def test_one_of_several_domains_is_seen_in_each_image():
    """Where several are bright the brightest, where none is the least dark; in every way alike."""
    images = np.zeros((2, SIZE, SIZE, 3), np.float32)
    images[:, :, : len(NAMES)] = np.float32([[0.2, 0.8, 0.5], [-0.3, -0.6, -0.9]])[:, None, :, None]
    classifier = ProtocolClassifier(known_classifier(), NAMES, SIZE, "none", one_hot=True)
    expected = [[0, 1, 0], [1, 0, 0]]
    assert classifier.seen_by_models(tf.constant(images)).tolist() == expected
    eight_bits = np.uint8(np.round((images + 1) * 127.5))
    assert classifier.predict(eight_bits).tolist() == [[bool(v) for v in row] for row in expected]
    apart = ProtocolClassifier(known_classifier(), NAMES, SIZE, "none")
    assert apart.predict(eight_bits).tolist() == [[True] * 3, [False] * 3]


def test_an_empty_split_is_refused():
    editor = ProtocolEdits(PerfectGenerator(), NAMES, LabelRule())
    classifier = ProtocolClassifier(known_classifier(), NAMES, SIZE, "none")
    with pytest.raises(ValueError, match="no images"):
        evaluate_generator(editor, classifier, batches().take(0))


def test_crops_of_different_names_may_be_the_same():
    """ "official" differs from "celeba" at 64 px only."""
    ProtocolClassifier(known_classifier(image_size=128, crop="official"), NAMES, 128, "celeba")
    with pytest.raises(ValueError, match="--crop=official.*--crop=celeba"):
        ProtocolClassifier(known_classifier(image_size=64, crop="official"), NAMES, 64, "celeba")
