"""Plots, drawn by matplotlib without a display."""

import numpy as np

_INK, _GRID = "#22262b", "#e2e0db"
#: Colours of the series: edits from weak to strong, then the baseline.
_COLOURS = ("#8fc1bf", "#2f6f73", "#173f45", "#6b8f3c")
_BASELINE = "#a9632a"
_DPI = 110


def accuracy_bars(measurements):
    """uint8 (H, W, 3): a group of bars for each attribute and for the mean, with one bar per
    intensity and the do-nothing baseline as a mark. `measurements` is the dict from
    `evaluate_generator`.
    """
    names = [*measurements["attributes"], "Mean"]
    edits, baseline = measurements["edits"], measurements["baseline"]
    figure, axes = _figure(11, 4.2)
    places = np.arange(len(names))
    width = 0.8 / len(edits)
    for number, edit in enumerate(edits):
        values = [edit["accuracy"][name] for name in names[:-1]] + [edit["mean_accuracy"]]
        offset = (number - (len(edits) - 1) / 2) * width
        axes.bar(
            places + offset,
            100 * np.asarray(values),
            width * 0.92,
            color=_COLOURS[number % len(_COLOURS)],
            label=f"intensity {edit['intensity']:g}",
        )
    values = [baseline["accuracy"][name] for name in names[:-1]] + [baseline["mean_accuracy"]]
    axes.plot(
        places, 100 * np.asarray(values), "_", color=_BASELINE, ms=22, mew=2, label="do nothing"
    )
    axes.set_xticks(places, [name.replace("_", "\n", 1).replace("_", " ") for name in names])
    axes.tick_params(axis="x", labelsize=8, length=0)
    axes.set_ylim(0, 100)
    axes.set_ylabel("recognised as changed, %")
    axes.grid(axis="y", color=_GRID)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(edits) + 1, frameon=False)
    return _pixels(figure)


def intensity_curves(rows):
    """uint8 (H, W, 3): accuracy and preservation error (left axis) and PSNR against the unedited
    image (right axis) over the intensity. `rows` is the result of `IntensitySweep.rows`.
    """
    intensities = [row["intensity"] for row in rows]
    figure, axes = _figure(7.2, 4.2)
    for key, label, colour in (
        ("mean_accuracy", "accuracy", _COLOURS[1]),
        ("mean_preservation_error", "other attributes changed", _BASELINE),
    ):
        axes.plot(
            intensities, [100 * row[key] for row in rows], "o-", color=colour, ms=4, label=label
        )
    axes.axvline(1.0, color=_GRID, zorder=0)
    axes.annotate("trained range", (1.0, 2), rotation=90, fontsize=8, color="#646b74", ha="right")
    axes.set_ylim(0, 100)
    axes.set_xlabel("intensity of the edit")
    axes.set_ylabel("mean over attributes, %")
    axes.grid(axis="y", color=_GRID)
    right = axes.twinx()
    right.plot(
        intensities,
        [np.nan if row["psnr_to_source"] is None else row["psnr_to_source"] for row in rows],
        "s--",
        color="#646b74",
        ms=4,
        label="PSNR to the unedited image",
    )
    right.set_ylabel("dB")
    right.spines["top"].set_visible(False)
    handles = [*axes.get_legend_handles_labels()[0], *right.get_legend_handles_labels()[0]]
    axes.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False
    )
    return _pixels(figure)


def learning_curves(runs):
    """uint8 (H, W, 3): reconstruction PSNR (left) and mean accuracy at the first intensity (right)
    of each run over its minutes of training, or over iterations if the minutes of a run are not
    known.

    Args:
        runs: {name: points of `learning_curve.learning_curve`}; no legend for a single run.
    """
    timed = all(point["minutes"] is not None for points in runs.values() for point in points)
    intensity = next(iter(runs.values()))[0]["edits"][0]["intensity"]
    figure, both = _figure(9, 3.8, columns=2)
    values = (
        ("reconstruction, PSNR in dB", lambda point: point["psnr"]),
        (
            f"attributes changed as asked at {intensity:g}, %",
            lambda point: 100 * point["edits"][0]["mean_accuracy"],
        ),
    )
    for axes, (label, value_of) in zip(both, values, strict=True):
        for number, (name, points) in enumerate(runs.items()):
            axes.plot(
                [point["minutes" if timed else "iteration"] for point in points],
                [np.nan if value_of(point) is None else value_of(point) for point in points],
                "o-",
                color=(_COLOURS[1], _BASELINE, _COLOURS[3], _COLOURS[2], _COLOURS[0])[number % 5],
                ms=4,
                label=name,
            )
        axes.set_xlim(left=0)
        axes.set_xlabel("minutes of training" if timed else "iterations")
        axes.set_ylabel(label)
        axes.grid(color=_GRID)
    if len(runs) > 1:
        handles, labels = both[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=6, frameon=False)
    return _pixels(figure)


def trade_off(points):
    """uint8 (H, W, 3): a plot of systems by reconstruction PSNR (x, dB) and mean accuracy (y, %).

    Args:
        points: [(name, PSNR in dB, accuracy in 0..1, group)]; systems of the same group are joined
            by a line in the given order.
    """
    figure, axes = _figure(7.2, 5.2)
    groups = dict.fromkeys(group for *_, group in points)
    for number, group in enumerate(groups):
        members = [point for point in points if point[3] == group]
        colour = (*_COLOURS[1:], _BASELINE)[number % 4]
        axes.plot(
            [psnr for _, psnr, *_ in members],
            [100 * accuracy for _, _, accuracy, _ in members],
            "o-" if len(members) > 1 else "o",
            color=colour,
            lw=1,
        )
    axes.margins(0.16, 0.12)
    axes.set_xlim(right=axes.get_xlim()[1] + 0.12 * np.ptp(axes.get_xlim()))  # room for names
    axes.set_xlabel("reconstruction, PSNR in dB")
    axes.set_ylabel("attributes changed as asked, %")
    axes.grid(color=_GRID)
    _name_points(axes, [(name, psnr, 100 * accuracy) for name, psnr, accuracy, _ in points])
    return _pixels(figure)


def intervals(groups, label, title="", reference=None):
    """uint8 (H, W, 3): values with their intervals, one row of points per group.

    Args:
        groups: {name: [(series, value, low, high)]}, from the top; value None: no point.
        label: Of the axis of the values.
        title: Above the plot; empty: none.
        reference: A value marked by a line; None: none.
    """
    series = list(dict.fromkeys(name for rows in groups.values() for name, *_ in rows))
    colours = (*_COLOURS[1:], _BASELINE, _COLOURS[0])
    height = 1.1 + len(groups) * (0.22 + 0.16 * len(series))
    figure, axes = _figure(8, height + 0.3 * bool(title))
    for number, name in enumerate(series):
        rows = [
            (place + (number - (len(series) - 1) / 2) * 0.8 / len(series), *row[1:])
            for place, found in enumerate(groups.values())
            for row in found
            if row[0] == name and row[1] is not None
        ]
        if not rows:
            continue
        places, values, lows, highs = (np.asarray(column) for column in zip(*rows, strict=True))
        axes.errorbar(
            values,
            places,
            xerr=(values - lows, highs - values),
            fmt="o",
            ms=4,
            lw=1.5,
            color=colours[number % len(colours)],
            label=name,
        )
    axes.set_yticks(range(len(groups)), [name.replace("_", " ") for name in groups])
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(label)
    axes.grid(axis="x", color=_GRID)
    if reference is not None:
        axes.axvline(reference, color="#646b74", lw=1, ls="--", zorder=0)
    columns = min(len(series), 6)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns, frameon=False)
    if title:
        figure.suptitle(title, fontsize=11, color=_BASELINE)
    return _pixels(figure)


def _name_points(axes, points):
    """Writes each name beside its point, moved down if it would overlap another name."""
    axes.figure.draw_without_rendering()  # fixes the position of the axes
    taken = []
    for name, x, y in sorted(points, key=lambda point: -point[2]):
        text = axes.annotate(name, (x, y), xytext=(6, 5), textcoords="offset points", fontsize=9)
        box = text.get_window_extent()
        down = 0.0
        for other in taken:
            moved = box.translated(0, -down)
            if moved.overlaps(other):
                down += moved.y1 - other.y0
        text.set_position((6, 5 - down * 72 / axes.figure.dpi))
        taken.append(box.translated(0, -down))


def _figure(width, height, columns=1):
    """A figure with plain axes, independent of pyplot's global state; with several columns, an
    array of axes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # in an extra
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    every = figure.subplots(ncols=columns, squeeze=False)[0]
    for axes in every:
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_axisbelow(True)
        axes.tick_params(colors=_INK)
    return figure, every[0] if columns == 1 else every


def _pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()
