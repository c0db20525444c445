"""What to export and how; no TensorFlow here."""

import dataclasses

from stgan_tf.run_layout import AVERAGE

FLOAT32, FLOAT16, DYNAMIC_INT8, INT8 = PRECISIONS = ("float32", "float16", "dynamic_int8", "int8")


@dataclasses.dataclass(frozen=True)
class ExportOptions:
    """
    Attributes:
        formats: Names of `stgan_tf.exporting.format`.
        precisions: Of PRECISIONS, for LiteRT's edit files; float32 is always among them, since the
            others are measured against it.
        version: Number of the SavedModel's folder; 0: the checkpoint's step.
        model_name: Under which TensorFlow Serving serves it (in warm-up records).
        batch_sizes: Batches that Serving pads to, ascending; the last is the largest.
        warmup: Whether warm-up records are written.
        weights: average or raw (`stgan_tf.run_layout.WEIGHTS`).
        data_dir: Replaces the run's data folder.
        comparison_images: Images that what is exported is compared on.
        calibration_images: Images that int8's ranges are measured on.
        int8_minimum_psnr: In dB against the float32 file, below which int8 is refused.
        latency_repeats: Calls that a latency is the median of.
        overwrite: Replace what is there.
    """

    formats: tuple[str, ...] = ("saved_model", "litert")
    precisions: tuple[str, ...] = (FLOAT32, FLOAT16, DYNAMIC_INT8)
    version: int = 0
    model_name: str = "stgan"
    batch_sizes: tuple[int, ...] = (1, 2, 4, 8, 16)
    warmup: bool = True
    weights: str = AVERAGE
    data_dir: str = ""
    comparison_images: int = 16
    calibration_images: int = 64
    int8_minimum_psnr: float = 30.0
    latency_repeats: int = 30
    overwrite: bool = False

    def __post_init__(self) -> None:
        if not self.formats or len(set(self.formats)) != len(self.formats):
            raise ValueError(
                "--formats needs a format or more, each once. "
                f"Received: {','.join(self.formats) or 'nothing'}."
            )
        values = self.precisions
        if not values or len(set(values)) != len(values) or not set(values) <= set(PRECISIONS):
            raise ValueError(
                f"--precisions must be of {', '.join(PRECISIONS)}, each once. "
                f"Received: {','.join(values) or 'nothing'}."
            )
        if FLOAT32 not in self.precisions:
            raise ValueError(
                "--precisions needs float32, which the others are measured against. "
                f"Received: {','.join(self.precisions)}."
            )
        ordered = tuple(name for name in PRECISIONS if name in self.precisions)
        object.__setattr__(self, "precisions", ordered)
        sizes = self.batch_sizes
        if not sizes or min(sizes) < 1 or list(sizes) != sorted(set(sizes)):
            raise ValueError(
                "--batch_sizes must be numbers of at least 1, ascending. "
                f"Received: {','.join(map(str, sizes)) or 'nothing'}."
            )
        if self.version < 0:
            raise ValueError(f"--version must be at least 0. Received: {self.version}.")
        for name in ("comparison_images", "calibration_images", "latency_repeats"):
            if getattr(self, name) < 1:
                raise ValueError(f"--{name} must be at least 1. Received: {getattr(self, name)}.")
