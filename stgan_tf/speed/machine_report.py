"""A machine measured for training in one go: precisions, XLA, batch sizes, numbers of devices, and
whether reading the images keeps up. No TensorFlow here: each measurement has its own process, and
with it the whole GPU.
"""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from stgan_tf.files import write_text

#: (precision as people call it, flags)
_ON_CPU = (("float32", ("--precision=float32",)), ("bfloat16", ("--precision=bfloat16",)))
_ON_GPU = (
    ("float32", ("--precision=float32", "--notensor_float_32")),
    ("TF32", ("--precision=float32", "--tensor_float_32")),
    ("bfloat16", ("--precision=bfloat16", "--tensor_float_32")),
)


@dataclasses.dataclass(frozen=True)
class Setting:
    """What is measured.

    Attributes:
        precision: float32, TF32 or bfloat16.
        xla: Whether XLA compiles the iteration.
        batch_size: Images per update on each device.
        devices: Number of devices.
        flags: What the precision needs.
    """

    precision: str
    xla: bool
    batch_size: int
    devices: int
    flags: tuple[str, ...]

    def arguments(self) -> list[str]:
        """The flags of `stgan_tf.benchmark`, whose batch size is that of all devices together."""
        return [
            *self.flags,
            f"--{'' if self.xla else 'no'}jit_compile",
            f"--batch_size={self.batch_size * self.devices}",
            f"--devices={self.devices}",
        ]


@dataclasses.dataclass(frozen=True)
class Row:
    """A setting, and its figures or why there are none."""

    setting: Setting
    figures: Mapping | None
    failure: str = ""


def settings_on(gpus: int, batch_sizes: Sequence[int], devices: int) -> list[Setting]:
    """The settings in the order in which they are measured: everything on one device, then each
    precision on 2, 4, ... and all of them, without XLA (which fails with several replicas).

    Args:
        gpus: GPUs of the machine; with none, XLA is left out: it is no faster on CPUs.
        batch_sizes: Per device, ascending; several devices get the first.
        devices: The most devices.
    """
    precisions = _ON_GPU if gpus else _ON_CPU
    single = [
        Setting(name, xla, size, 1, flags)
        for name, flags in precisions
        for xla in ((False, True) if gpus else (False,))
        for size in batch_sizes
    ]
    counts = sorted({*(2**n for n in range(1, devices.bit_length())), devices} - {1})
    several = [
        Setting(name, False, batch_sizes[0], count, flags)
        for count in counts
        for name, flags in precisions
    ]
    return single + several


def measure_settings(
    settings: Iterable[Setting], measure: Callable[[Sequence[str]], Mapping]
) -> list[Row]:
    """Measures each; one that fails (usually for lack of memory) is noted, and larger batch sizes
    of the same kind are not tried.

    Args:
        measure: The figures of the part `train` with these flags. Raises RuntimeError with the
            reason if it fails.
    """
    rows, failed = [], {}
    for setting in settings:
        kind = dataclasses.replace(setting, batch_size=0)
        if setting.batch_size > failed.get(kind, setting.batch_size):
            continue
        try:
            rows.append(Row(setting, measure(setting.arguments())))
        except RuntimeError as error:
            failed[kind] = setting.batch_size
            rows.append(Row(setting, None, str(error)))
    return rows


def machine_report(machine: Mapping, rows: Sequence[Row], pipeline: Mapping) -> str:
    """The report as Markdown.

    Args:
        machine: Figures of the part `machine`.
        pipeline: Figures of the part `pipeline`.
    """
    lines = [
        f"# Training on {machine['device']}",
        "",
        f"{machine['gpus']} GPUs, {machine['cpus']} CPU cores, TensorFlow {machine['tensorflow']}. "
        "Products of large matrices reach "
        + ", ".join(f"{value:,.0f} GFLOP/s in {name}" for name, value in _limits(machine))
        + " on one device.",
        "",
        "| devices | precision | XLA | batch per device | iteration, s | images/s | GFLOP/s | "
        "% of the matrix product | GPU memory, MiB | scaling, % |",
        "|---:|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_line(row, rows) for row in rows]
    rates = [row.figures["images_per_second"] for row in rows if row.figures]
    if rates:
        reading, training = pipeline["images_per_second"], max(rates)
        verdict = "does not keep up" if reading < training else "keeps up"
        lines += [
            "",
            f"Reading: {reading:,.0f} images/s from JPEG files; the fastest setting trains on "
            f"{training:,.0f}. The pipeline {verdict}.",
        ]
    return "\n".join(lines) + "\n"


def write_report(
    folder: Path, machine: Mapping, rows: Sequence[Row], pipeline: Mapping
) -> list[Path]:
    """Writes report.md and report.json; returns their paths."""
    told = {
        "machine": machine,
        "pipeline": pipeline,
        "train": [dataclasses.asdict(row) for row in rows],
    }
    files = {
        folder / "report.md": machine_report(machine, rows, pipeline),
        folder / "report.json": json.dumps(told, indent=2) + "\n",
    }
    for path, text in files.items():
        write_text(path, text)
    return list(files)


def _limits(machine: Mapping) -> list[tuple[str, float]]:
    names = {"tf32_gflops": "TF32", "float32_gflops": "float32", "bfloat16_gflops": "bfloat16"}
    return [(name, machine[key]) for key, name in names.items() if key in machine]


def _line(row: Row, rows: Sequence[Row]) -> str:
    setting, figures = row.setting, row.figures
    xla = "on" if setting.xla else "off"
    start = f"| {setting.devices} | {setting.precision} | {xla} | {setting.batch_size} |"
    if figures is None:
        return f"{start} {row.failure.replace('|', '/')} | | | | | |"
    cells = [f"{figures['iteration_seconds']:.4g}", f"{figures['images_per_second']:,.4g}"]
    cells += [
        f"{figures[name]:,.4g}" if name in figures else ""
        for name in ("gflops", "percent_of_machine", "peak_gpu_mib")
    ]
    cells.append(_scaling(row, rows))
    return f"{start} {' | '.join(cells)} |"


def _scaling(row: Row, rows: Sequence[Row]) -> str:
    """Images per second and device, as a share of those of one device."""
    alone = dataclasses.replace(row.setting, devices=1)
    base = next((each.figures for each in rows if each.setting == alone), None)
    if row.setting.devices == 1 or not base:
        return ""
    share = row.figures["images_per_second"] / base["images_per_second"] / row.setting.devices
    return f"{100 * share:.0f}"
