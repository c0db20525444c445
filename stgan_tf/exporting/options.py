"""The options of an export. No TensorFlow here."""

import dataclasses

from stgan_tf.run_layout import AVERAGE

FLOAT32, FLOAT16, DYNAMIC_INT8, INT8 = PRECISIONS = ("float32", "float16", "dynamic_int8", "int8")


@dataclasses.dataclass(frozen=True)
class ExportOptions:
    """
    Attributes:
        formats: Names of formats (`stgan_tf.exporting.format`).
        precisions: Any of PRECISIONS, for LiteRT's edit files; must include float32, since the
            others are measured against it.
        version: Version number of the SavedModel; 0: the checkpoint's step.
        model_name: The model's name in TensorFlow Serving (for the warm-up records).
        batch_sizes: Batch sizes that TensorFlow Serving pads to, ascending; the last is the
            maximum.
        warmup: Whether to write warm-up records.
        weights: average or raw (`stgan_tf.run_layout.WEIGHTS`).
        data_dir: Replaces the run's data folder.
        comparison_images: Number of images on which exports are compared with Keras.
        calibration_images: Number of images on which int8 is calibrated.
        int8_minimum_psnr: Minimum PSNR in dB against the float32 file; below it, int8 is rejected.
        latency_repeats: Number of calls; the latency is their median.
        overwrite: Replace existing output.
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
                "--formats needs one or more formats, each at most once. "
                f"Received: {','.join(self.formats) or 'nothing'}."
            )
        values = self.precisions
        if not values or len(set(values)) != len(values) or not set(values) <= set(PRECISIONS):
            raise ValueError(
                f"--precisions must be among {', '.join(PRECISIONS)}, each at most once. "
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
                "--batch_sizes must be positive and ascending. "
                f"Received: {','.join(map(str, sizes)) or 'nothing'}."
            )
        if self.version < 0:
            raise ValueError(f"--version must be at least 0. Received: {self.version}.")
        for name in ("comparison_images", "calibration_images", "latency_repeats"):
            if getattr(self, name) < 1:
                raise ValueError(f"--{name} must be at least 1. Received: {getattr(self, name)}.")
