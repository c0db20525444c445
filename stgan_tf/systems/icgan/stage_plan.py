"""Which stage of IcGAN's training an iteration belongs to."""

import dataclasses

from stgan_tf.systems.icgan.settings import IcGANSettings

#: Generator against discriminator.
CGAN = "cgan"
#: Forward passes that renew the moving averages of the generator's batch normalisation.
STATISTICS = "statistics"
#: Ez on images of the fixed generator.
LATENT_ENCODER = "latent_encoder"
#: Ey on real images.
ATTRIBUTE_ENCODER = "attribute_encoder"

#: In the order of training; their numbers from 0 are the logged term `stage`.
STAGES = (CGAN, STATISTICS, LATENT_ENCODER, ATTRIBUTE_ENCODER)


@dataclasses.dataclass(frozen=True)
class StagePlan:
    """Iterations after which the stages end; the last one never does.

    Attributes:
        cgan_end, statistics_end, latent_encoder_end: Iterations done when that stage is over.
    """

    cgan_end: int
    statistics_end: int
    latent_encoder_end: int

    @classmethod
    def divide(cls, iterations: int, settings: IcGANSettings) -> "StagePlan":
        """The plan of a run of so many iterations. Ends are rounded up: from 4 iterations on, each
        stage but the passes has at least one with the published shares.
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
        """The stage, one of STAGES, of the iteration that follows `done` of them."""
        ends = (self.cgan_end, self.statistics_end, self.latent_encoder_end)
        return STAGES[sum(done >= end for end in ends)]
