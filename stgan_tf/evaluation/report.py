"""Writes the outputs of an evaluation: report.json, report.md, report.html and PNG figures."""

import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import stgan_tf
from stgan_tf import files
from stgan_tf.evaluation.direction_rows import direction_rows, directions_of
from stgan_tf.evaluation.report_page import render_page
from stgan_tf.evaluation.true_edit_rows import true_edit_tables
from stgan_tf.images import save_png

_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-image", "Pillow", "matplotlib")


def versions() -> dict[str, str]:
    """Versions of the packages that the results depend on, except those that are not installed."""
    found = {"stgan_tf": stgan_tf.__version__, "python": platform.python_version()}
    for name in _PACKAGES:
        for distribution in (name, f"{name}-cpu"):
            try:
                found[name] = importlib.metadata.version(distribution)
                break
            except importlib.metadata.PackageNotFoundError:
                continue
    return found


def write_report(folder: Path | str, report: Mapping, figures: Mapping[str, tuple]) -> Path:
    """Writes the report's files to `folder`, each atomically; returns the path of report.html.

    Args:
        report: The dict from `evaluate_generator` under "measurements", and other JSON values
            (config, step, provenance, versions).
        figures: File stem -> (caption, uint8 image (H, W, 3)).
    """
    folder = Path(folder)
    for stem, (_, image) in figures.items():
        save_png(folder / f"{stem}.png", np.asarray(image))
    captions = {f"{stem}.png": caption for stem, (caption, _) in figures.items()}
    text = json.dumps({**report, "figures": captions}, indent=2, allow_nan=False) + "\n"
    files.write_text(folder / "report.json", text)
    files.write_text(folder / "report.md", _markdown(report, captions))
    pictures = [(caption, folder / name) for name, caption in captions.items()]
    files.write_text(folder / "report.html", render_page(report, pictures))
    return folder / "report.html"


def results_table(measurements: Mapping) -> str:
    """A Markdown table with one row per attribute: the accuracy in percent at each intensity, of
    the protocol's edit and of the edit as shipped, beside the do-nothing baseline and the
    classifier's own accuracy.
    """
    edits, header = [], ["Attribute"]
    for protocol, shipped in zip(measurements["edits"], measurements["shipped_edits"], strict=True):
        edits += [protocol, shipped]
        header += [f"accuracy, intensity {protocol['intensity']:g}", "as shipped"]
    header += ["do-nothing baseline", "classifier on unedited"]
    columns = [*(edit["accuracy"] for edit in edits), measurements["baseline"]["accuracy"]]
    columns.append(measurements["classifier"]["accuracy"])
    rows = [
        [name, *(f"{100 * column[name]:.1f}" for column in columns)]
        for name in measurements["attributes"]
    ]
    means = [*edits, measurements["baseline"], measurements["classifier"]]
    rows.append(["**Mean**", *(f"{100 * item['mean_accuracy']:.1f}" for item in means)])
    errors = [*edits, measurements["baseline"]]
    rows.append(
        [
            "Preservation error",
            *(f"{100 * item['mean_preservation_error']:.1f}" for item in errors),
            "",
        ]
    )
    return aligned_table(header, rows)


def reconstruction_line(measurements: Mapping) -> str:
    """One line with the PSNR and SSIM of the reconstruction."""
    values = measurements["reconstruction"]
    psnr = "infinite" if values["psnr"] is None else f"{values['psnr']:.2f} dB"
    line = f"Reconstruction: PSNR {psnr}, SSIM {values['ssim']:.4f}"
    if values["identical_images"]:
        line += f" ({values['identical_images']} identical images left out of the PSNR)"
    return line


def results_text(measurements: Mapping) -> str:
    """The results as Markdown: the table, for domains also by direction, the meaning of `as
    shipped`, and the reconstruction.
    """
    parts = [results_table(measurements)]
    if directions_of(measurements):
        parts.append(aligned_table(*direction_rows(measurements)))
    parts += [shipped_line(measurements), reconstruction_line(measurements)]
    return "\n\n".join(parts)


def shipped_line(measurements: Mapping) -> str:
    """The meaning of `as shipped`, and how often such an edit differs from the protocol's."""
    shares = ", ".join(
        f"{100 * edit['differing']:.1f} % at intensity {edit['intensity']:g}"
        for edit in measurements["shipped_edits"]
    )
    return (
        "As shipped: the edits of Editor, edit, the clients and the mobile page, which ask this "
        "classifier for an image's attributes; the protocol uses the labels. Edits that differ: "
        f"{shares}."
    )


def aligned_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table of text cells, the columns after the first aligned to the right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(cells):
        first = cells[0].ljust(widths[0])
        others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        return "| " + " | ".join([first, *others]) + " |"

    dashes = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(header), line(dashes), *(line(row) for row in rows)])


def _markdown(report, captions):
    measurements = report["measurements"]
    parts = [
        f"# Evaluation of {report['provenance']['run_dir']}, step {report['step']}",
        f"{report['provenance']['weights'].capitalize()} weights.",
        f"{measurements['images']} images of the {report['provenance']['split']} split. "
        "All figures are measured on 8-bit images; accuracies in percent.",
        *report["warnings"],
        results_text(measurements),
        *_true_edit_tables(report),
        *(f"![{caption}]({name})" for name, caption in captions.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _true_edit_tables(report):
    if not report.get("true_edits"):
        return []
    directions = directions_of(report["measurements"])
    return [aligned_table(*table) for table in true_edit_tables(report["true_edits"], directions)]
