"""The measurements of one trained generator, in one pass over a split."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from stgan_tf.evaluation.attribute_accuracy import AccuracyTally
from stgan_tf.evaluation.editing import Editor, Judge, side_by_side
from stgan_tf.evaluation.image_metrics import SimilarityTally
from stgan_tf.evaluation.intensity_sweep import IntensitySweep, changes_of
from stgan_tf.evaluation.worst_cases import WorstCases
from stgan_tf.images import to_uint8

PAPER_INTENSITIES = (1.0, 1.5)  # the trained range, and the paper's published figures


def evaluate_generator(
    editor: Editor,
    judge: Judge,
    batches: tf.data.Dataset,
    intensities: Sequence[float] = PAPER_INTENSITIES,
    on_batch: Callable[[int], None] = lambda count: None,
    worst: WorstCases | None = None,
    sweep: IntensitySweep | None = None,
) -> dict:
    """Measures reconstruction, attribute accuracy at each intensity, and the do-nothing baseline.

    Everything is measured on 8-bit images (official truncation), the source images too.

    Args:
        batches: One pass of dicts `images` (B, H, W, 3) float32 in [-1, 1] and
            `source_attributes` (B, A) in {0, 1}.
        on_batch: Called after each batch with its number of images.
        worst: Is shown every reconstruction.
        sweep: Is shown every edit of its images, also at its own intensities.

    Returns a dict, shares in [0, 1] and PSNR in dB:
        `images`, `attributes`; `reconstruction` (`SimilarityTally.summary`);
        `classifier` (its accuracy on the unedited images); `baseline`
        (`AccuracyTally.summary` of returning the input); `edits`, one such summary with its
        `intensity` for each of `intensities`.
    """
    names = editor.names
    reconstruction = SimilarityTally()
    baseline = AccuracyTally(names)
    tallies = {float(intensity): AccuracyTally(names) for intensity in intensities}
    sweep = sweep or IntensitySweep(names, images=0)
    recognised = np.zeros(len(names), np.int64)
    for batch in batches:
        source = batch["source_attributes"].numpy()
        unedited = to_uint8(batch["images"].numpy())
        seen = judge.predict(unedited)
        recognised += np.sum(seen == (source > 0.5), axis=0)
        encoded = editor.encode(batch["images"])
        reconstructed = editor.reconstruct(encoded, source)
        similarities = reconstruction.add(unedited, reconstructed)
        if worst is not None:
            worst.add(unedited, reconstructed, similarities)
        for edited in names:
            baseline.add(edited, source, seen)
        swept = sweep.take(len(source))
        sweep_only = set(sweep.intensities) - set(tallies) if swept else ()

        def judged(edit, encoded=encoded, source=source, unedited=unedited, swept=swept):
            edited, intensity = edit
            if intensity not in tallies:
                encoded, source = tf.nest.map_structure(
                    lambda value: value[:swept], (encoded, source)
                )
            images = editor.flip(encoded, source, edited, intensity)
            changes = []
            if intensity in sweep.intensities:
                changes = changes_of(unedited[:swept], images[:swept])
            return judge.predict(images), changes

        edits = list(itertools.product(names, [*tallies, *sweep_only]))
        for (edited, intensity), (predicted, changes) in zip(
            edits, side_by_side(judged, edits), strict=True
        ):
            if intensity in tallies:
                tallies[intensity].add(edited, source, predicted)
            if changes:
                sweep.add(edited, intensity, source[:swept], predicted[:swept], changes)
        on_batch(len(source))
    if not reconstruction.count:
        raise ValueError("There are no images to evaluate in this split.")
    accuracy = recognised / reconstruction.count
    return {
        "images": reconstruction.count,
        "attributes": list(names),
        "reconstruction": reconstruction.summary(),
        "classifier": {
            "accuracy": dict(zip(names, accuracy.tolist(), strict=True)),
            "mean_accuracy": float(accuracy.mean()),
        },
        "baseline": baseline.summary(),
        "edits": [
            {"intensity": intensity, **tally.summary()} for intensity, tally in tallies.items()
        ],
    }
