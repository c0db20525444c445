"""The table of true-edit measures, as text cells, for the Markdown and the page."""

from collections.abc import Mapping

#: Measure of `true_edit_metrics` -> (row name, format).
TRUE_EDIT_ROWS = {
    "psnr": ("PSNR, dB", ".2f"),
    "psnr_inside": ("PSNR inside the region to change, dB", ".2f"),
    "psnr_outside": ("PSNR outside it, dB", ".2f"),
    "ssim": ("SSIM", ".4f"),
    "ssim_inside": ("SSIM inside", ".4f"),
    "ssim_outside": ("SSIM outside", ".4f"),
    "leakage": ("Leakage outside, grey levels", ".2f"),
}


def true_edit_rows(true_edits: Mapping) -> tuple[list[str], list[list[str]]]:
    """(header, rows) of the means of `measure_true_edits`."""
    columns = [*true_edits["edits"], true_edits["do_nothing"]]
    header = [
        f"Against the true edit, {true_edits['images']} images",
        *(f"intensity {edit['intensity']:g}" for edit in true_edits["edits"]),
        "do nothing",
    ]
    rows = [
        [title, *(format(column["mean"][measure], style) for column in columns)]
        for measure, (title, style) in TRUE_EDIT_ROWS.items()
    ]
    return header, rows
