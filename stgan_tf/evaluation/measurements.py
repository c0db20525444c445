"""The measurements of one trained generator, in one pass over a split."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from stgan_tf.evaluation.attribute_accuracy import AccuracyTally
from stgan_tf.evaluation.concurrency import concurrently
from stgan_tf.evaluation.image_metrics import SimilarityTally
from stgan_tf.evaluation.intensity_sweep import IntensitySweep, changes_of
from stgan_tf.evaluation.protocol import ProtocolClassifier, ProtocolEdits
from stgan_tf.evaluation.worst_cases import WorstCases
from stgan_tf.images import to_uint8

PAPER_INTENSITIES = (1.0, 1.5)  # the trained range, and that of the paper's published figures


def evaluate_generator(
    editor: ProtocolEdits,
    classifier: ProtocolClassifier,
    batches: tf.data.Dataset,
    intensities: Sequence[float] = PAPER_INTENSITIES,
    on_batch: Callable[[int], None] = lambda count: None,
    worst: WorstCases | None = None,
    sweep: IntensitySweep | None = None,
) -> dict:
    """Measures reconstruction, attribute accuracy at each intensity, and the do-nothing baseline.

    Everything is measured on 8-bit images (with the official truncation), including the source
    images.

    Args:
        classifier: Predicts the attributes of the edited images.
        batches: One pass of dicts `images` (B, H, W, 3) float32 in [-1, 1] and
            `source_attributes` (B, A) in {0, 1}.
        on_batch: Called after each batch with its number of images.
        worst: Receives every reconstruction.
        sweep: Receives every edit of its images, also at its own intensities.

    Returns a dict, with fractions in [0, 1] and PSNR in dB:
        `images`, `attributes`; `reconstruction` (`SimilarityTally.summary`);
        `classifier` (its accuracy on the unedited images); `baseline`
        (`AccuracyTally.summary` of returning the input); `edits`, one such summary with its
        `intensity` for each of `intensities`: the paper's protocol, which knows the images'
        attributes from their labels; `shipped_edits`, the same for the edits that users get, for
        which the classifier predicts the image's attributes, and `differing`, the fraction of them
        that differ from the protocol's edit.
    """
    names = editor.names
    reconstruction = SimilarityTally()

    def new_tally():
        return AccuracyTally(names, editor.exclusion, editor.directions)

    baseline = new_tally()
    tallies = {float(intensity): new_tally() for intensity in intensities}
    shipped = {intensity: new_tally() for intensity in tallies}
    differing = dict.fromkeys(tallies, 0)
    sweep = sweep or IntensitySweep(names, images=0)
    recognised = np.zeros(len(names), np.int64)
    for batch in batches:
        source = batch["source_attributes"].numpy()
        unedited = to_uint8(batch["images"].numpy())
        seen = classifier.predict(unedited)
        recognised += np.sum(seen == (source > 0.5), axis=0)
        # What users' models see in it, before anything is truncated to 8 bits.
        present = classifier.seen_by_models(batch["images"])
        encoded = editor.encode(batch["images"])
        reconstructed = editor.reconstruct(encoded, source)
        similarities = reconstruction.add(unedited, reconstructed)
        if worst is not None:
            worst.add(unedited, reconstructed, similarities)
        for edited in names:
            baseline.add(edited, source, seen)
        swept = sweep.take(len(source))
        sweep_only = set(sweep.intensities) - set(tallies) if swept else ()

        def classified(
            edit, encoded=encoded, source=source, present=present, unedited=unedited, swept=swept
        ):
            edited, intensity = edit
            if intensity not in tallies:
                encoded, source, present = tf.nest.map_structure(
                    lambda value: value[:swept], (encoded, source, present)
                )
            labels = editor.flip_labels(source, edited, intensity)
            images = editor.decode(encoded, labels)
            changes = []
            if intensity in sweep.intensities:
                changes = changes_of(unedited[:swept], images[:swept])
            predicted = classifier.predict(images)
            of_shipped, others = predicted, ()
            if intensity in tallies:
                # Most edits are identical: only the others are recomputed.
                of_users = editor.flip_labels(source, edited, intensity, present)
                others = np.flatnonzero((of_users != labels).any(axis=1))
            if len(others):
                again = tf.nest.map_structure(lambda value: tf.gather(value, others), encoded)
                of_shipped = predicted.copy()
                of_shipped[others] = classifier.predict(editor.decode(again, of_users[others]))
            return predicted, of_shipped, len(others), changes

        edits = list(itertools.product(names, [*tallies, *sweep_only]))
        for (edited, intensity), (predicted, of_shipped, others, changes) in zip(
            edits, concurrently(classified, edits), strict=True
        ):
            if intensity in tallies:
                tallies[intensity].add(edited, source, predicted)
                shipped[intensity].add(edited, source, of_shipped)
                differing[intensity] += others
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
        "shipped_edits": [
            {
                "intensity": intensity,
                "differing": differing[intensity] / (reconstruction.count * len(names)),
                **tally.summary(),
            }
            for intensity, tally in shipped.items()
        ],
    }
