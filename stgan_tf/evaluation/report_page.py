"""report.html: a self-contained page, no external assets, light and dark, for any screen width."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from stgan_tf.evaluation.direction_rows import direction_rows, directions_of
from stgan_tf.evaluation.page_templates import percent, render
from stgan_tf.evaluation.true_edit_rows import true_edit_tables


def render_page(report: Mapping, pictures: Sequence[tuple[str, Path]]) -> str:
    """The page's HTML: headline figures, accuracy table, inlined pictures, method and provenance.

    Args:
        report: As for `write_report`.
        pictures: (caption, PNG file) in the order shown.
    """
    measurements = report["measurements"]
    details = {key: value for key, value in report.items() if key != "measurements"}
    pairs = list(zip(measurements["edits"], measurements["shipped_edits"], strict=True))
    header = ["Attribute"]
    for edit, _ in pairs:
        header += [f"Intensity {edit['intensity']:g}", "As shipped"]
    directions, true_edits = directions_of(measurements), report.get("true_edits")
    return render(
        "report",
        title=f"Evaluation of {report['provenance']['run_dir']}",
        step=report["step"],
        provenance=report["provenance"],
        warnings=report["warnings"],
        measurements=measurements,
        headline=_headline(measurements, pairs),
        header=[*header, "Do nothing", "Classifier on unedited"],
        edits=[edit for pair in pairs for edit in pair],
        directions=direction_rows(measurements) if directions else None,
        true_edits=true_edit_tables(true_edits, directions) if true_edits else None,
        pictures=pictures,
        details=json.dumps(details, indent=2),
    )


def _headline(measurements, pairs):
    """The tiles as [(name, value)]; pairs: (the protocol's summary, that of the shipped edits)."""
    reconstruction = measurements["reconstruction"]
    psnr = reconstruction["psnr"]
    tiles = [
        ("Reconstruction PSNR", "infinite" if psnr is None else f"{psnr:.2f} dB"),
        ("Reconstruction SSIM", f"{reconstruction['ssim']:.3f}"),
    ]
    for edit, shipped in pairs:
        name = f"Mean accuracy, intensity {edit['intensity']:g}"
        tiles.append((name, percent(edit["mean_accuracy"])))
        name = f"As shipped, intensity {edit['intensity']:g}"
        tiles.append((name, percent(shipped["mean_accuracy"])))
    baseline = measurements["baseline"]["mean_accuracy"]
    return [*tiles, ("Do-nothing baseline", percent(baseline))]
