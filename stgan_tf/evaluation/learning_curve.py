"""How a run's measurements developed in training: one point per kept checkpoint."""

from collections.abc import Callable, Iterator, Sequence

import tensorflow as tf

from stgan_tf.evaluation.measurements import evaluate_generator
from stgan_tf.evaluation.protocol import ProtocolClassifier, ProtocolEdits
from stgan_tf.run_layout import CHECKPOINTS_FOLDER, checkpoint_iteration, checkpoint_names
from stgan_tf.training.checkpoints import restore_network
from stgan_tf.training.metrics_log import training_minutes
from stgan_tf.training.run_folder import Run

_MEANS = ("mean_accuracy", "mean_preservation_error")


def learning_curve(
    run: Run,
    editor: ProtocolEdits,
    classifier: ProtocolClassifier,
    batches: Callable[[], Iterator[dict] | tf.data.Dataset],
    intensities: Sequence[float],
    on_batch: Callable[[int], None] = lambda count: None,
) -> list[dict]:
    """Measures the run's network with the weights of every checkpoint up to the run's own, which it
    has again afterwards.

    Args:
        run: A run folder's; `editor` edits with its network.
        batches: Returns a pass over the images, as for `evaluate_generator`.
        on_batch: Called after each batch with its number of images.

    Returns one dict per checkpoint, oldest first: `iteration`; `minutes` of training
    (`training_minutes`; None without metrics.jsonl); `psnr` in dB (None if every image is
    reconstructed perfectly) and `ssim` of the reconstruction; `edits`, for each intensity a dict of
    `intensity`, `mean_accuracy` and `mean_preservation_error`, fractions.
    Raises CheckpointError if a checkpoint is damaged.
    """
    iterations = checkpoint_iterations(run)
    minutes = training_minutes(run.run_dir, iterations) or [None] * len(iterations)
    points = []
    for iteration, elapsed in zip(iterations, minutes, strict=True):
        restore_network(run.network, run.system.editing_name, run.run_dir, run.weights, iteration)
        measured = evaluate_generator(editor, classifier, batches(), intensities, on_batch)
        points.append(
            {
                "iteration": iteration,
                "minutes": elapsed,
                "psnr": measured["reconstruction"]["psnr"],
                "ssim": measured["reconstruction"]["ssim"],
                "edits": [
                    {key: edit[key] for key in ("intensity", *_MEANS)} for edit in measured["edits"]
                ],
            }
        )
    return points


def checkpoint_iterations(run: Run) -> list[int]:
    """Iterations of the checkpoints kept, up to the one that the run was loaded from."""
    names = checkpoint_names(run.run_dir / CHECKPOINTS_FOLDER)
    iterations = map(checkpoint_iteration, names)
    return [iteration for iteration in iterations if iteration <= run.step]
