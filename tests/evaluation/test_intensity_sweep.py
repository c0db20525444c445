import math

from test_measurements import NAMES, SIZE, PerfectGenerator, batches, known_classifier

from stgan_tf.evaluation.editing import Editor, Judge
from stgan_tf.evaluation.intensity_sweep import sweep_intensity
from stgan_tf.networks.label_rule import LabelRule


def test_a_generator_that_adds_the_difference():
    """PerfectGenerator's column goes from -1 to -1 + intensity or from 1 to 1 - intensity, clipped:
    the classifier, whose limit is 0, sees it from above 1.
    """
    editor = Editor(PerfectGenerator(), NAMES, LabelRule())
    judge = Judge(known_classifier(), NAMES, SIZE, "none")
    rows = sweep_intensity(editor, judge, batches(), (0.5, 1.5, 2.5))
    assert [row["intensity"] for row in rows] == [0.5, 1.5, 2.5]
    changes = [row["psnr_to_source"] for row in rows]
    assert changes == sorted(changes, reverse=True)
    assert all(math.isfinite(value) for value in changes)
    assert rows[0]["mean_accuracy"] <= rows[1]["mean_accuracy"] == 1.0


def test_no_change_has_no_psnr():
    class Idle(PerfectGenerator):
        def decode(self, features, labels, training):
            return features[0]

    editor = Editor(Idle(), NAMES, LabelRule())
    judge = Judge(known_classifier(), NAMES, SIZE, "none")
    row = sweep_intensity(editor, judge, batches(), (1.0,))[0]
    assert row["psnr_to_source"] is None
    assert row["mean_accuracy"] == 0.0
