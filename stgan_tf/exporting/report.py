"""The exported formats in a Markdown table."""

from collections.abc import Mapping

from stgan_tf.exporting.options import LITERT, SAVED_MODEL
from stgan_tf.runtime.model_description import EDIT_SIGNATURE

_HEADER = ("Format", "size", "against Keras", "PSNR against float32", "one image", "Keras / it")
_MIB = 2**20


def results_table(report: Mapping) -> str:
    """A row for each file of `export_run`'s report; sizes in MiB, latencies at batch 1."""
    rows = []
    if saved := report.get(SAVED_MODEL):
        difference = saved["signatures"][EDIT_SIGNATURE]["max_abs_difference"]
        rows.append(
            [
                f"SavedModel, version {saved['version']}",
                f"{saved['bytes'] / _MIB:.2f} MiB",
                f"{difference:.1g}",
                "",
                f"{saved['latency_ms']:.1f} ms",
                f"{saved['keras_latency_ms'] / saved['latency_ms']:.2f}",
            ]
        )
    if litert := report.get(LITERT):
        rows += [_file_row(file, litert["keras_latency_ms"]) for file in litert["files"].values()]
    return "\n".join(_line(row) for row in [_HEADER, ["---", *["---:"] * 5], *rows])


def report_text(report: Mapping) -> str:
    """Table, what its last column compares with, classifier; as Markdown."""
    return f"{results_table(report)}\n\n{latency_line(report)}\n{classifier_line(report)}"


def latency_line(report: Mapping) -> str:
    """What the last column compares with."""
    part = report.get(LITERT) or report[SAVED_MODEL]
    return (
        f"Keras generator: {part['keras_latency_ms']:.1f} ms an image at batch 1 "
        f"(TensorFlow, {part['provenance']['cpus']} CPUs); LiteRT on 2 threads."
    )


def classifier_line(report: Mapping) -> str:
    """Whether the export can see what faces have."""
    classifier = (report.get(LITERT) or report[SAVED_MODEL])["classifier"]
    if classifier is None:
        return (
            "No classifier: edits that add an attribute take away what it excludes (one hair "
            "colour) only where the user says what a face has. --classifier, or evaluate the run."
        )
    accuracy = classifier["validation_mean_accuracy"]
    right = "" if accuracy is None else f", {100 * accuracy:.1f} % right on its validation split"
    return f"Classifier {classifier['sha256'][:8]}{right}: edits ask it what a face has."


def _file_row(file: Mapping, keras_latency: float) -> list[str]:
    edits = file["role"] == EDIT_SIGNATURE
    if "max_abs_difference" in file:
        against_keras = f"{file['max_abs_difference']:.1g}"
    else:
        against_keras = f"{file['psnr_to_keras']:.1f} dB"
    return [
        file["name"],
        f"{file['bytes'] / _MIB:.2f} MiB",
        against_keras,
        "" if file["psnr"] is None else f"{file['psnr']:.1f} dB",
        f"{file['latency_ms']:.1f} ms",
        f"{keras_latency / file['latency_ms']:.2f}" if edits else "",
    ]


def _line(cells) -> str:
    return "| " + " | ".join(cells) + " |"
