"""What a generator is told about the wanted edit."""

import dataclasses

#: What an editing network is given.
LABEL_MODES = ("difference", "target", "binary")


@dataclasses.dataclass(frozen=True)
class LabelRule:
    """Source and target attributes -> the vector a generator is given.

    Attributes:
        mode: "difference" (STGAN), "target" (AttGAN) or "binary" (StarGAN).
        scale: Factor of the vector (official 2 * thres_int = 1).
    """

    mode: str = "difference"
    scale: float = 1.0

    def __post_init__(self):
        if self.mode not in LABEL_MODES:
            raise ValueError(
                f"`mode` must be one of {', '.join(LABEL_MODES)}. Received: {self.mode!r}."
            )

    def __call__(self, source, target, intensity=1.0):
        """The vector (B, A) for attributes (B, A) in {0, 1}.

        "difference": (target - source) * intensity, in {-1, 0, 1} at the trained intensity 1.
        "target": (2 * target - 1) / 2, the changed attributes moved further by the same amount: at
        intensity i the distance from the source's label is i. The paper's published numbers use
        1.5 (the official test.py --test_int 2) for the edited attribute and 1 for the others, so
        `intensity` is a number or a vector that broadcasts to (B, A).
        "binary": the target in {0, 1}, moved further in the same way.
        """
        return self.of_difference((target - source) * intensity, source)

    def of_difference(self, difference, source=None):
        """The vector (B, A) for differences (B, A), target - source times the intensity, of images
        whose attributes are `source` (B, A) in {0, 1}; "difference" needs no source.
        """
        if self.mode == "difference":
            return difference * self.scale
        start = source - 0.5 if self.mode == "target" else source
        return (start + difference) * self.scale
