"""From a run folder and a classifier to a finished report."""

import contextlib
import dataclasses
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from stgan_tf.attributes import Exclusion
from stgan_tf.classifier.run_classifier import keep_classifier
from stgan_tf.classifier.training import load_classifier
from stgan_tf.data.decoding import name_unreadable
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.evaluation.figures import edit_figure, true_edit_figure, worst_case_figure
from stgan_tf.evaluation.intensity_sweep import IntensitySweep
from stgan_tf.evaluation.measurements import PAPER_INTENSITIES, evaluate_generator
from stgan_tf.evaluation.plots import accuracy_bars, intensity_curves
from stgan_tf.evaluation.protocol import Judge, ProtocolEdits
from stgan_tf.evaluation.report import versions, write_report
from stgan_tf.evaluation.true_edit_metrics import measure_true_edits
from stgan_tf.evaluation.true_edits import TrueEdits
from stgan_tf.evaluation.worst_cases import WorstCases
from stgan_tf.run_layout import AVERAGE
from stgan_tf.training.run_folder import load_run

#: Below this a mean over so few images is called uncertain: at 2,000 the 95 % interval of an
#: accuracy is at most +-2.2 points.
ENOUGH_IMAGES = 2000
_FIGURE_ROWS = 6
_TRUE_EDIT_ROWS = 3
_WORST_CASES = 8


def evaluate_run(
    run_dir: Path | str,
    classifier_path: Path | str,
    *,
    split: str = "test",
    max_images: int = 0,
    intensities: Sequence[float] = PAPER_INTENSITIES,
    batch_size: int = 32,
    data_dir: str = "",
    sweep_images: int = 100,
    true_edit_images: int = 64,
    weights: str = AVERAGE,
    on_batch: Callable[[int, int], None] = lambda count, total: None,
) -> tuple[dict, Path]:
    """Measures the newest checkpoint of a run and writes `run_dir/evaluation/`. A copy of the
    classifier stays in `run_dir/classifier/`: edit and export ask it what faces have.

    Args:
        classifier_path: Where `train_classifier` saved the judge.
        split: train, validation or test.
        max_images: The first so many images of the split; 0 takes all.
        intensities: Scales of the edited attribute's difference.
        data_dir: Replaces the run's data folder, for runs moved to another machine.
        sweep_images: Images of the intensity sweep; 0: none.
        true_edit_images: Images compared with their true edits, where the data are drawn; 0: none.
        weights: average or raw (`load_run`).
        on_batch: Called with the images of each batch and the number of all.

    Returns the report (report.json) and the path of report.html.
    Raises FileNotFoundError or ValueError, naming the file or flag, for what is missing or unfit.
    """
    _check_options(intensities, batch_size, (max_images, sweep_images, true_edit_images))
    run = load_run(run_dir, weights)
    config = run.config.data
    if data_dir:
        config = dataclasses.replace(config, data_dir=data_dir)
    classifier = load_classifier(classifier_path)
    judge = Judge(classifier, config.attributes, config.image_size, config.crop, config.crop_frame)
    table = load_split(config, split)
    exclusion = Exclusion.of(config.attributes, config.exclusive_attributes, table.attributes)
    editor = ProtocolEdits(run.network, config.attributes, run.label_rule, exclusion)
    available = len(table)
    if max_images:
        table = table.select(np.arange(min(max_images, available)))

    def batches(some: ImageTable) -> Iterator[dict]:
        return name_unreadable(evaluation_dataset(some, config, batch_size), some, config)

    worst = WorstCases(_WORST_CASES)
    sweep = IntensitySweep(config.attributes, sweep_images, exclusion=exclusion)
    true_edits = TrueEdits.of_data_set(config)
    compared = table.select(np.arange(min(true_edit_images, len(table)) if true_edits else 0))
    of_true_edits = None
    with contextlib.ExitStack() as stack:
        if len(compared):
            # Drawn beside the main pass, on what it leaves of the cores.
            drawing = true_edits.drawing(compared.paths, compared.attributes)
            drawn = stack.enter_context(drawing)
        measurements = evaluate_generator(
            editor,
            judge,
            batches(table),
            intensities,
            lambda count: on_batch(count, len(table)),
            worst,
            sweep,
        )
        if len(compared):
            of_true_edits = measure_true_edits(editor, batches(compared), drawn, intensities)
    swept = {"images": sweep.images, "rows": sweep.rows()} if sweep.images else None
    report = {
        "measurements": measurements,
        "sweep": swept,
        "true_edits": of_true_edits,
        "step": run.step,
        "warnings": _warnings(measurements["images"]),
        "provenance": {
            "run_dir": str(run_dir),
            "weights": run.weights,
            "classifier": str(classifier_path),
            "classifier_sha256": classifier.sha256,
            "classifier_validation_accuracy": classifier.description["validation_mean_accuracy"],
            "data_dir": config.source,
            "split": split,
            "split_images": available,
            "synthetic_faces": true_edits.provenance if true_edits else None,
            "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        },
        "versions": versions(),
        "config": json.loads(run.config.to_json()),
    }
    keep_classifier(run_dir, classifier_path)
    figures = _plots(measurements, swept)
    figures |= _figures(editor, table, config, intensities, true_edits)
    figures["worst_reconstructions"] = (
        "The worst reconstructions: source above, reconstruction below, its PSNR on top.",
        worst_case_figure(worst.pairs()),
    )
    return report, write_report(Path(run_dir) / "evaluation", report, figures)


def _check_options(intensities, batch_size, counts):
    if not intensities or len(set(intensities)) != len(intensities) or min(intensities) <= 0:
        raise ValueError(
            f"--intensities needs distinct numbers above 0. Received: {list(intensities)}."
        )
    if batch_size < 1 or min(counts) < 0:
        raise ValueError(
            "--batch_size must be at least 1; --max_images, --sweep_images and --true_edit_images "
            f"at least 0. Received: {batch_size}; {', '.join(map(str, counts))}."
        )


def _warnings(images):
    if images >= ENOUGH_IMAGES:
        return []
    interval = 100 * 1.96 * 0.5 / np.sqrt(images)
    return [
        f"Only {images:,} images: an attribute's accuracy is uncertain by up to "
        f"{interval:.1f} points. Compare models on {ENOUGH_IMAGES:,} images or more."
    ]


def _plots(measurements, sweep):
    plots = {"accuracy": ("Share of edits the classifier sees.", accuracy_bars(measurements))}
    if sweep:
        caption = "The stronger the edit, the more attributes change, also others."
        plots["intensity_sweep"] = (caption, intensity_curves(sweep["rows"]))
    return plots


def _figures(editor, table: ImageTable, config, intensities, true_edits):
    shown = table.select(np.arange(min(_FIGURE_ROWS, len(table))))
    batches = evaluation_dataset(shown, config, len(shown))
    batch = next(name_unreadable(batches, shown, config))
    images, source = batch["images"], batch["source_attributes"].numpy()
    figures = {}
    for intensity in intensities:
        caption = f"Each attribute flipped on its own, intensity {intensity:g}."
        figure = edit_figure(editor, images, source, intensity)
        figures[f"edits_intensity_{intensity:g}"] = (caption, figure)
    if true_edits:
        rows = min(_TRUE_EDIT_ROWS, len(shown))
        truth = [
            true_edits.of_image(shown.paths[row], shown.attributes[row]) for row in range(rows)
        ]
        figures["true_edits"] = (
            f"Edits (intensity {intensities[0]:g}) above the true edits: the same person drawn "
            "with the attribute flipped.",
            true_edit_figure(editor, images[:rows], source[:rows], truth, intensities[0]),
        )
    return figures
