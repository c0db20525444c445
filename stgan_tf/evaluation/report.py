"""What an evaluation leaves behind: report.json, report.md, report.html and PNG figures."""

import importlib.metadata
import json
import platform
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import stgan_tf
from stgan_tf import files
from stgan_tf.evaluation.report_page import render_page
from stgan_tf.evaluation.true_edit_rows import true_edit_rows
from stgan_tf.images import save_png

_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-image", "Pillow", "matplotlib")


def versions() -> dict[str, str]:
    """Versions of what the figures depend on; a package that is not installed is left out."""
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
    """Writes the report's files into `folder`, each whole or not at all; returns report.html.

    Args:
        report: `evaluate_generator`'s dict under "measurements", beside JSON values of any kind
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
    """A Markdown table: a row per attribute, accuracy in percent at each intensity, of the
    protocol's edit and of the shipped one, beside the do-nothing baseline and the classifier's own
    accuracy.
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
    return _aligned_table(header, rows)


def reconstruction_line(measurements: Mapping) -> str:
    """PSNR and SSIM of the reconstruction in one line."""
    values = measurements["reconstruction"]
    psnr = "infinite" if values["psnr"] is None else f"{values['psnr']:.2f} dB"
    line = f"Reconstruction: PSNR {psnr}, SSIM {values['ssim']:.4f}"
    if values["identical_images"]:
        line += f" ({values['identical_images']} identical images left out of the PSNR)"
    return line


def results_text(measurements: Mapping) -> str:
    """Table, what `as shipped` means, reconstruction; as Markdown."""
    parts = (results_table, shipped_line, reconstruction_line)
    return "\n\n".join(part(measurements) for part in parts)


def shipped_line(measurements: Mapping) -> str:
    """What `as shipped` means, and how often such an edit is another than the protocol's."""
    shares = ", ".join(
        f"{100 * edit['differing']:.1f} % at intensity {edit['intensity']:g}"
        for edit in measurements["shipped_edits"]
    )
    return (
        "As shipped: what Editor, edit, the clients and the mobile page do, which ask this "
        "classifier what a face has; the protocol knows it from the labels. Edits that differ: "
        f"{shares}."
    )


def true_edit_table(true_edits: Mapping) -> str:
    """A Markdown table: a row for each measure of `true_edit_metrics`."""
    return _aligned_table(*true_edit_rows(true_edits))


def _aligned_table(header, rows):
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
        *([true_edit_table(report["true_edits"])] if report.get("true_edits") else []),
        *(f"![{caption}]({name})" for name, caption in captions.items()),
    ]
    return "\n\n".join(parts) + "\n"
