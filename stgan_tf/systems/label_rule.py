"""The label that describes the requested edit to a generator."""

import dataclasses

#: The kinds of labels: see `LabelRule`.
LABEL_MODES = ("difference", "target", "binary")


@dataclasses.dataclass(frozen=True)
class LabelRule:
    """Computes a generator's label vector from source and target attributes.

    Attributes:
        mode: "difference" (STGAN), "target" (AttGAN) or "binary" (StarGAN).
        scale: Factor that the vector is multiplied by (official 2 * thres_int = 1).

    Raises:
        ValueError: `mode` is unknown.
    """

    mode: str = "difference"
    scale: float = 1.0

    def __post_init__(self):
        if self.mode not in LABEL_MODES:
            raise ValueError(
                f"`mode` must be one of {', '.join(LABEL_MODES)}. Received: {self.mode!r}."
            )

    def __call__(self, source, target, intensity=1.0):
        """The label (B, A) for source and target attributes (B, A) in {0, 1}.

        "difference": (target - source) * intensity, in {-1, 0, 1} at the training intensity of 1.
        "target": (2 * target - 1) / 2 at intensity 1; at intensity i, changed attributes are at
        distance i from the source's label.
        "binary": the target in {0, 1}, extrapolated in the same way.

        `intensity` is a number or a vector that broadcasts to (B, A): the paper's published numbers
        use 1.5 for the edited attribute (the official test.py --test_int 2) and 1 for the others.
        """
        return self.of_difference((target - source) * intensity, source)

    def of_difference(self, difference, source=None):
        """The label (B, A) for a difference (B, A), which is (target - source) * intensity.

        `source` are the images' attributes (B, A) in {0, 1}; mode "difference" does not need them.
        """
        if self.mode == "difference":
            return difference * self.scale
        start = source - 0.5 if self.mode == "target" else source
        return (start + difference) * self.scale
