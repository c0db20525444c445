"""The exported formats in a Markdown table."""

from collections.abc import Mapping

from stgan_tf.exporting.format import find_format, format_names

HEADER = ("Format", "size", "against Keras", "PSNR against float32", "one image", "Keras / it")


def results_table(report: Mapping) -> str:
    """The rows of each format of `export_run`'s report; sizes in MiB, latencies at batch 1. What an
    earlier export wrote in a format whose package is no longer installed has none.
    """
    known = [(name, part) for name, part in report.items() if name in format_names()]
    rows = [row for name, part in known for row in find_format(name).describe(part)]
    return "\n".join(_line(row) for row in [HEADER, ["---", *["---:"] * 5], *rows])


def report_text(report: Mapping) -> str:
    """Table, what its last column compares with, classifier; as Markdown."""
    return f"{results_table(report)}\n\n{latency_line(report)}\n{classifier_line(report)}"


def latency_line(report: Mapping) -> str:
    """What the last column compares with."""
    part = _last(report)
    return (
        f"Keras generator: {part['keras_latency_ms']:.1f} ms an image at batch 1 "
        f"(TensorFlow, {part['provenance']['cpus']} CPUs); LiteRT on 2 threads."
    )


def classifier_line(report: Mapping) -> str:
    """Whether the export can see what faces have."""
    classifier = _last(report)["classifier"]
    if classifier is None:
        return (
            "No classifier: edits that add an attribute take away what it excludes (one hair "
            "colour) only where the user says what a face has. --classifier, or evaluate the run."
        )
    accuracy = classifier["validation_mean_accuracy"]
    right = "" if accuracy is None else f", {100 * accuracy:.1f} % right on its validation split"
    return f"Classifier {classifier['sha256'][:8]}{right}: edits ask it what a face has."


def _line(cells) -> str:
    return "| " + " | ".join(cells) + " |"


def _last(report: Mapping) -> Mapping:
    """All formats of one export tell the same of what they were made of."""
    return list(report.values())[-1]
