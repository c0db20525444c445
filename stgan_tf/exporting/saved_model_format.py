"""The SavedModel format, for TensorFlow Serving."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stgan_tf.exporting.format import Format, Job
from stgan_tf.exporting.keras_latency import first_inputs
from stgan_tf.exporting.latency import median_milliseconds
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.exporting.parity import compare_saved_model
from stgan_tf.exporting.version_folder import write_batching, write_description, write_graph
from stgan_tf.exporting.warmup import count_warmup, require_serving_api, write_warmup
from stgan_tf.runtime.model_description import EDIT_SIGNATURE
from stgan_tf.runtime.saved_model_model import SavedModelModel


class SavedModelFormat(Format):
    """saved_model/VERSION/: graph, batching parameters, warm-up records, description."""

    name = "saved_model"

    def require(self, options: ExportOptions) -> None:
        if options.warmup:
            require_serving_api()

    def place(self, out_dir: Path, step: int, options: ExportOptions) -> Path:
        return out_dir / self.name / str(options.version or step)

    def build(self, job: Job, folder: Path) -> None:
        options = job.options
        graph_digests = write_graph(job.model, folder)
        write_batching(folder, options.batch_sizes)
        if options.warmup:
            write_warmup(job.model, folder, options.model_name, options.batch_sizes)
        write_description(job.model, folder, graph_digests, job.provenance)

    def verify(self, job: Job, folder: Path) -> dict[str, Any]:
        saved = SavedModelModel(folder)
        parity = compare_saved_model(job.model, saved, job.samples)
        inputs = first_inputs(job)
        milliseconds = median_milliseconds(
            lambda: saved.call(EDIT_SIGNATURE, inputs), job.options.latency_repeats
        )
        return {
            "version": job.options.version or job.model.step,
            "signatures": parity,
            "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
            "latency_ms": milliseconds,
            "warmup_records": count_warmup(folder),
            "batch_sizes": list(job.options.batch_sizes),
        }

    def describe(self, report: Mapping[str, Any]) -> list[list[str]]:
        difference = report["signatures"][EDIT_SIGNATURE]["max_abs_difference"]
        row = [
            f"SavedModel, version {report['version']}",
            f"{report['bytes'] / 2**20:.2f} MiB",
            f"{difference:.1g}",
            "",
            f"{report['latency_ms']:.1f} ms",
            f"{report['keras_latency_ms'] / report['latency_ms']:.2f}",
        ]
        return [row]
