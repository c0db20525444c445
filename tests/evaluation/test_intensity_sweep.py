import math

import pytest
from evaluation.test_measurements import NAMES, SIZE, PerfectGenerator, batches, known_classifier

from stgan_tf.evaluation.intensity_sweep import IntensitySweep
from stgan_tf.evaluation.measurements import evaluate_generator
from stgan_tf.evaluation.protocol import ProtocolClassifier, ProtocolEdits
from stgan_tf.systems.label_rule import LabelRule


def swept(generator, intensities, images=10):
    """A pass in which 0.5 is also one of the measured intensities."""
    editor = ProtocolEdits(generator, NAMES, LabelRule())
    classifier = ProtocolClassifier(known_classifier(), NAMES, SIZE, "none")
    sweep = IntensitySweep(NAMES, images, intensities)
    measured = evaluate_generator(editor, classifier, batches(), (0.5,), sweep=sweep)
    return measured, sweep


def test_a_generator_that_adds_the_difference():
    """PerfectGenerator's column goes from -1 to -1 + intensity or from 1 to 1 - intensity, clipped:
    the classifier, whose limit is 0, sees it from above 1.
    """
    measured, sweep = swept(PerfectGenerator(), (0.5, 1.5, 2.5))
    rows = sweep.rows()
    assert sweep.images == 10
    assert [row["intensity"] for row in rows] == [0.5, 1.5, 2.5]
    changes = [row["psnr_to_source"] for row in rows]
    assert changes == sorted(changes, reverse=True)
    assert all(math.isfinite(value) for value in changes)
    assert rows[0]["mean_accuracy"] <= rows[1]["mean_accuracy"] == 1.0
    for measure in ("accuracy", "mean_preservation_error"):
        assert rows[0][measure] == measured["edits"][0][measure]


@pytest.mark.parametrize("images", [1, 4, 6])
def test_only_its_images_are_swept(images):
    """Batches of 4: within the first, the first whole, and into the second."""
    _, sweep = swept(PerfectGenerator(), (0.5, 1.5), images)
    _, alone = swept(PerfectGenerator(), (0.5, 1.5, 2.0), images)
    assert sweep.images == alone.images == images
    assert sweep.rows() == alone.rows()[:2]
    tallies = sweep._accuracies.values()
    assert all((tally.images == images).all() for tally in tallies)


def test_the_measurements_are_of_all_images():
    without, sweep = swept(PerfectGenerator(), (0.5, 2.0), 0)
    assert sweep.images == 0
    measured, _ = swept(PerfectGenerator(), (0.5, 2.0), 5)
    assert measured == without
    assert measured["images"] == 10


def test_no_change_has_no_psnr():
    class Idle(PerfectGenerator):
        def decode(self, encoded, labels, training):
            return encoded["seen"]

    row = swept(Idle(), (1.0,))[1].rows()[0]
    assert row["psnr_to_source"] is None
    assert row["mean_accuracy"] == 0.0
