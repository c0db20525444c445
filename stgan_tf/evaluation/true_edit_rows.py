"""The tables of true-edit metrics, as text cells for the Markdown and the HTML page."""

from collections.abc import Mapping, Sequence

#: Metric of `true_edit_metrics` -> (row name, format).
TRUE_EDIT_ROWS = {
    "psnr": ("PSNR, dB", ".2f"),
    "psnr_inside": ("PSNR inside the region to change, dB", ".2f"),
    "psnr_outside": ("PSNR outside it, dB", ".2f"),
    "ssim": ("SSIM", ".4f"),
    "ssim_inside": ("SSIM inside", ".4f"),
    "ssim_outside": ("SSIM outside", ".4f"),
    "content": ("Content kept outside (SSIM to the source)", ".4f"),
    "leakage": ("Leakage outside, grey levels", ".2f"),
}


def true_edit_tables(
    true_edits: Mapping, directions: Sequence[str] = ()
) -> list[tuple[list[str], list[list[str]]]]:
    """[(header, rows)] from the result of `measure_true_edits`: the means over attributes, or a
    table for each of `directions` that has images.
    """
    columns = [*true_edits["edits"], true_edits["do_nothing"]]
    names = [f"intensity {edit['intensity']:g}" for edit in true_edits["edits"]]
    names.append("do nothing")
    if not directions:
        title = f"Against the true edit, {true_edits['images']} images"
        return [_table(title, names, [column["mean"] for column in columns])]
    return [
        _table(
            f"{direction}, against the truth",
            names,
            [column["attributes"][direction] for column in columns],
        )
        for direction in directions
        if direction in true_edits["do_nothing"]["attributes"]
    ]


def _table(
    title: str, names: Sequence[str], columns: Sequence[Mapping]
) -> tuple[list[str], list[list[str]]]:
    rows = [
        [row, *(format(column[measure], style) for column in columns)]
        for measure, (row, style) in TRUE_EDIT_ROWS.items()
    ]
    return [title, *names], rows
