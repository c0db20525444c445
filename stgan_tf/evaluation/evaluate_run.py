"""Evaluates a run folder with a classifier and writes the report."""

import contextlib
import dataclasses
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from stgan_tf.attributes import Exclusion, are_one_hot
from stgan_tf.classifier.run_classifier import keep_classifier, own_classifier
from stgan_tf.classifier.training import load_classifier
from stgan_tf.data.decoding import name_unreadable
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.evaluation.directions import Directions
from stgan_tf.evaluation.figures import edit_figure, true_edit_figure, worst_case_figure
from stgan_tf.evaluation.intensity_sweep import IntensitySweep
from stgan_tf.evaluation.kept_edits import KeptEdits
from stgan_tf.evaluation.learning_curve import checkpoint_iterations, learning_curve
from stgan_tf.evaluation.measurements import PAPER_INTENSITIES, evaluate_generator
from stgan_tf.evaluation.plots import accuracy_bars, intensity_curves, learning_curves
from stgan_tf.evaluation.protocol import ProtocolClassifier, ProtocolEdits
from stgan_tf.evaluation.report import versions, write_report
from stgan_tf.evaluation.true_edit_metrics import measure_true_edits
from stgan_tf.evaluation.true_edits import TrueEdits
from stgan_tf.evaluation.worst_cases import WorstCases
from stgan_tf.images import to_uint8
from stgan_tf.model_files.resolving import model_path
from stgan_tf.model_files.unpacking import is_unpacked
from stgan_tf.run_layout import AVERAGE
from stgan_tf.sources.domains import domains_of
from stgan_tf.training.run_folder import load_run

#: With fewer images than this, the report warns about uncertainty: at 2,000 the 95 % confidence
#: interval of an accuracy is at most ±2.2 points.
ENOUGH_IMAGES = 2000
_FIGURE_ROWS = 6
_TRUE_EDIT_ROWS = 3
_WORST_CASES = 8


def evaluate_run(
    run_dir: Path | str,
    classifier_path: Path | str | None = None,
    *,
    out_dir: Path | str | None = None,
    split: str = "test",
    max_images: int = 0,
    intensities: Sequence[float] = PAPER_INTENSITIES,
    batch_size: int = 32,
    data_dir: str = "",
    sweep_images: int = 100,
    true_edit_images: int = 64,
    curve_images: int = 0,
    weights: str = AVERAGE,
    on_batch: Callable[[int, int], None] = lambda count, total: None,
) -> tuple[dict, Path]:
    """Evaluates the newest checkpoint of a run and writes `run_dir/evaluation/`. A copy of the
    classifier is kept in `run_dir/classifier/`, where edit and export find it.

    Args:
        run_dir: A run folder, a packed model or the name of one. Nothing is written to packed
            models: they need `out_dir`.
        classifier_path: Where `train_classifier` saved the classifier; None: the run's own.
        out_dir: Folder for the report in place of `run_dir/evaluation/`.
        split: train, validation or test.
        max_images: Use only this many images: the first of the split, or for domains evenly spaced
            ones; 0: all.
        intensities: Scales of the edited attribute's difference, above 0.
        data_dir: Replaces the run's data folder, for runs that were moved to another machine.
        sweep_images: Number of images for the intensity sweep; 0: no sweep.
        true_edit_images: Number of images to compare with their true edits, if the data are drawn;
            0: none.
        curve_images: Number of images on which every kept checkpoint is measured, for the learning
            curve; 0: no curve.
        weights: average or raw (`load_run`).
        on_batch: Called after each batch with its number of images and the total.

    Returns the report (report.json) and the path of report.html.
    Raises FileNotFoundError or ValueError, naming the file or flag, for missing or invalid inputs.
    """
    counts = (max_images, sweep_images, true_edit_images, curve_images)
    _check_options(intensities, batch_size, counts)
    folder = model_path(run_dir)
    if is_unpacked(folder) and curve_images:
        raise ValueError(
            "--curve_images: a packed model has no checkpoints to measure, only its weights. "
            f"Received: {curve_images}, with --run_dir={run_dir}."
        )
    if is_unpacked(folder) and out_dir is None:
        raise ValueError(
            f"--out_dir: is required for packed models, which stay as they are. Received: nothing, "
            f"with --run_dir={run_dir}."
        )
    run = load_run(folder, weights)
    classifier_path = classifier_path or own_classifier(folder)
    if classifier_path is None:
        raise ValueError(
            f"--classifier: is required, because {run_dir} has no classifier of its own. Train one "
            "with stgan_tf.train_classifier. Received: nothing."
        )
    report_dir = folder / "evaluation" if out_dir is None else Path(out_dir)
    config = run.config.data
    if data_dir:
        config = dataclasses.replace(config, data_dir=data_dir)
    domains, spread = domains_of(config), config.has_domains
    classifier = load_classifier(classifier_path)
    protocol_classifier = ProtocolClassifier(
        classifier,
        config.attributes,
        config.image_size,
        config.crop,
        config.crop_frame,
        config.resize,
        are_one_hot(config.attributes, domains),
    )
    table = load_split(config, split)
    exclusion = Exclusion.of(config.attributes, config.exclusive_attributes, table.attributes)
    directions = Directions(config.attributes, domains) if domains else None
    editor = ProtocolEdits(run.network, config.attributes, run.label_rule, exclusion, directions)
    available = len(table)
    if max_images:
        table = table.first(max_images, spread)

    def batches(some: ImageTable) -> Iterator[dict]:
        return name_unreadable(evaluation_dataset(some, config, batch_size), some, config)

    worst = WorstCases(_WORST_CASES)
    sweep = IntensitySweep(config.attributes, sweep_images, exclusion=exclusion)
    true_edits = TrueEdits.of_data_set(config)
    compared = table.first(true_edit_images if true_edits else 0, spread)
    of_curve = table.first(curve_images, spread)
    total = len(table)
    if curve_images:
        total += len(of_curve) * len(checkpoint_iterations(run))

    def count(images: int) -> None:
        on_batch(images, total)

    of_true_edits = None
    with contextlib.ExitStack() as stack:
        if len(compared):
            # Drawn in parallel with the main pass, on the cores that it leaves idle.
            drawing = true_edits.drawing(compared.paths, compared.attributes)
            drawn = stack.enter_context(drawing)
        measurements = evaluate_generator(
            editor,
            protocol_classifier,
            batches(table),
            intensities,
            count,
            worst,
            sweep,
        )
        if len(compared):
            of_true_edits = measure_true_edits(editor, batches(compared), drawn, intensities)
    curve = None
    if curve_images:
        points = learning_curve(
            run, editor, protocol_classifier, lambda: batches(of_curve), intensities, count
        )
        curve = {"images": len(of_curve), "points": points}
    swept = {"images": sweep.images, "rows": sweep.rows()} if sweep.images else None
    report = {
        "measurements": measurements,
        "sweep": swept,
        "true_edits": of_true_edits,
        "curve": curve,
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
            "drawn": true_edits.provenance if true_edits else None,
            "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        },
        "versions": versions(),
        "config": json.loads(run.config.to_json()),
    }
    if not is_unpacked(folder):
        keep_classifier(folder, classifier_path)
    figures = _plots(measurements, swept, curve)
    shown = table.first(_FIGURE_ROWS, spread)
    batch = next(name_unreadable(evaluation_dataset(shown, config, len(shown)), shown, config))
    images, source = batch["images"], batch["source_attributes"].numpy()
    kept = _kept_edits(editor, images, source, shown, true_edits)
    kept.write(report_dir)
    figures |= _figures(editor, images, source, intensities, kept.truth)
    figures["worst_reconstructions"] = (
        "The worst reconstructions: source above, reconstruction below, with its PSNR.",
        worst_case_figure(worst.pairs()),
    )
    return report, write_report(report_dir, report, figures)


def _check_options(intensities, batch_size, counts):
    if not intensities or len(set(intensities)) != len(intensities) or min(intensities) <= 0:
        raise ValueError(
            f"--intensities needs distinct numbers above 0. Received: {list(intensities)}."
        )
    if batch_size < 1 or min(counts) < 0:
        raise ValueError(
            "--batch_size must be at least 1; --max_images, --sweep_images, --true_edit_images and "
            f"--curve_images at least 0. Received: {batch_size}; {', '.join(map(str, counts))}."
        )


def _warnings(images):
    if images >= ENOUGH_IMAGES:
        return []
    interval = 100 * 1.96 * 0.5 / np.sqrt(images)
    return [
        f"Only {images:,} images: an attribute's accuracy is uncertain by up to "
        f"{interval:.1f} points. Compare models on {ENOUGH_IMAGES:,} images or more."
    ]


def _plots(measurements, sweep, curve):
    plots = {
        "accuracy": ("Share of edits that the classifier recognises.", accuracy_bars(measurements))
    }
    if sweep:
        caption = "The stronger the edit, the more attributes change, including others."
        plots["intensity_sweep"] = (caption, intensity_curves(sweep["rows"]))
    if curve:
        caption = f"The kept checkpoints on {curve['images']} images, as training went on."
        plots["learning_curve"] = (caption, learning_curves({"": curve["points"]}))
    return plots


def _kept_edits(
    editor, images, source, shown: ImageTable, true_edits: TrueEdits | None
) -> KeptEdits:
    """The edits of `images` with labels `source`, the images of the table `shown`."""
    encoded = editor.encode(images)
    edits = [editor.flip(encoded, source, name, 1.0) for name in editor.names]
    kinds = [[editor.kind_of(name, row) or "" for row in source] for name in editor.names]
    truth = np.zeros(0, np.uint8)
    if true_edits:
        rows = zip(shown.paths, shown.attributes, strict=True)
        truth = np.stack([true_edits.of_image(*row) for row in rows], axis=1)
    return KeptEdits(
        np.array(editor.names), np.array(kinds), to_uint8(images.numpy()), np.stack(edits), truth
    )


def _figures(editor, images, source, intensities, truth: np.ndarray):
    """The figures of edits; `truth` as in `KeptEdits`."""
    figures = {}
    for intensity in intensities:
        caption = f"Each attribute flipped on its own, intensity {intensity:g}."
        figure = edit_figure(editor, images, source, intensity)
        figures[f"edits_intensity_{intensity:g}"] = (caption, figure)
    if truth.size:
        rows = min(_TRUE_EDIT_ROWS, len(source))
        figures["true_edits"] = (
            f"Edits (intensity {intensities[0]:g}) above the true edits, drawn by the data set's "
            "generator.",
            true_edit_figure(
                editor, images[:rows], source[:rows], truth.swapaxes(0, 1)[:rows], intensities[0]
            ),
        )
    return figures
