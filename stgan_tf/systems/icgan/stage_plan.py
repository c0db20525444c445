"""Divides the iterations of IcGAN's training into stages."""

import dataclasses

from stgan_tf.systems.icgan.settings import IcGANSettings

#: The generator is trained against the discriminator.
CGAN = "cgan"
#: Forward passes update the moving averages of the generator's batch normalisation.
STATISTICS = "statistics"
#: Ez is trained on images from the fixed generator.
LATENT_ENCODER = "latent_encoder"
#: Ey is trained on real images.
ATTRIBUTE_ENCODER = "attribute_encoder"

#: The stages in order. The logged term `stage` is an index into this tuple.
STAGES = (CGAN, STATISTICS, LATENT_ENCODER, ATTRIBUTE_ENCODER)


@dataclasses.dataclass(frozen=True)
class StagePlan:
    """The iterations at which stages end; the last stage has no end.

    Attributes:
        cgan_end, statistics_end, latent_encoder_end: Number of completed iterations at which the
            stage is over.
    """

    cgan_end: int
    statistics_end: int
    latent_encoder_end: int

    @classmethod
    def divide(cls, iterations: int, settings: IcGANSettings) -> "StagePlan":
        """The plan for a run of the given number of iterations.

        Ends are rounded up: with the published shares and 4 or more iterations, each stage except
        the statistics passes has at least one.
        """
        shares = (
            settings.cgan_share,
            settings.latent_encoder_share,
            settings.attribute_encoder_share,
        )
        cgan_end = -(-iterations * shares[0] // sum(shares))
        latent_encoder_end = -(-iterations * (shares[0] + shares[1]) // sum(shares))
        passes = min(settings.statistics_passes, (latent_encoder_end - cgan_end) // 2)
        return cls(cgan_end, cgan_end + passes, latent_encoder_end)

    def stage(self, done: int) -> str:
        """The stage, one of STAGES, of the next iteration after `done` completed ones."""
        ends = (self.cgan_end, self.statistics_end, self.latent_encoder_end)
        return STAGES[sum(done >= end for end in ends)]
