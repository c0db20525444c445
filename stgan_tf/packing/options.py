"""The options of packing a run. No TensorFlow here."""

import dataclasses
from pathlib import Path

from stgan_tf.model_files.arrays import FLOAT32
from stgan_tf.run_layout import AVERAGE


@dataclasses.dataclass(frozen=True)
class PackOptions:
    """
    Attributes:
        name: The model's name, which is also the file's.
        licence: The terms of use: an SPDX identifier, or words.
        classifier: Folder of the classifier to pack; None: the run's own, if it has one; "none": no
            classifier.
        weights: average or raw (`stgan_tf.run_layout.WEIGHTS`).
        precision: float32, or float16 for kernels of half the size (`model_files.arrays`).
        litert_dir: Folder of the run's LiteRT files (`stgan_tf.export`); None: none are packed.
        litert_precisions: Which of them; empty: all.
        card: A Markdown file; None: a card from the run's own report (`model_card`).
        overwrite: Whether to replace an existing file.
    """

    name: str
    licence: str
    classifier: Path | str | None = None
    weights: str = AVERAGE
    precision: str = FLOAT32
    litert_dir: Path | str | None = None
    litert_precisions: tuple[str, ...] = ()
    card: Path | str | None = None
    overwrite: bool = False
