"""The report on exported formats, as Markdown."""

from collections.abc import Mapping

from stgan_tf.exporting.format import find_format, format_names

HEADER = (
    "Format",
    "size",
    "error vs. Keras",
    "PSNR vs. float32",
    "time per image",
    "speed-up over Keras",
)


def results_table(report: Mapping) -> str:
    """A table of the formats in the report of `export_run`; sizes in MiB, latencies at batch size
    1. Formats from an earlier export whose package is no longer installed are left out.
    """
    known = [(name, part) for name, part in report.items() if name in format_names()]
    rows = [row for name, part in known for row in find_format(name).describe(part)]
    return "\n".join(_line(row) for row in [HEADER, ["---", *["---:"] * 5], *rows])


def report_text(report: Mapping) -> str:
    """The table, the reference of its last column, and the classifier, as Markdown."""
    return f"{results_table(report)}\n\n{latency_line(report)}\n{classifier_line(report)}"


def latency_line(report: Mapping) -> str:
    """The reference of the last column."""
    part = _last(report)
    return (
        f"Keras generator: {part['keras_latency_ms']:.1f} ms per image at batch size 1 "
        f"(TensorFlow, {part['provenance']['cpus']} CPUs); LiteRT on 2 threads."
    )


def classifier_line(report: Mapping) -> str:
    """Whether the export includes a classifier."""
    classifier = _last(report)["classifier"]
    if classifier is None:
        return (
            "No classifier: an edit that adds an attribute removes those it excludes (other hair "
            "colours) only if the user gives the image's attributes. To include a classifier, pass "
            "--classifier or evaluate the run."
        )
    accuracy = classifier["validation_mean_accuracy"]
    right = "" if accuracy is None else f", {100 * accuracy:.1f} % accurate on its validation split"
    return f"Classifier {classifier['sha256'][:8]}{right}: edits ask it for an image's attributes."


def _line(cells) -> str:
    return "| " + " | ".join(cells) + " |"


def _last(report: Mapping) -> Mapping:
    """All formats of one export record the same inputs."""
    return list(report.values())[-1]
