"""FaderNet as a `System`."""

import keras

from stgan_tf.optimization.schedules import StepDecay
from stgan_tf.systems.costs import TENSORS_PER_OUTPUT, Costs, pyramid_values, trainable_parameters
from stgan_tf.systems.fadernet.auto_encoder import AutoEncoder
from stgan_tf.systems.fadernet.categories import Categories
from stgan_tf.systems.fadernet.latent_discriminator import LatentDiscriminator
from stgan_tf.systems.fadernet.patch_discriminator import FaderNetPatchDiscriminator
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.fadernet.trainer import FaderNetTrainer
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import decay_iterations
from stgan_tf.systems.run_optimizer import make_adam
from stgan_tf.systems.system import System


class FaderNet(System):
    """FaderNet (Lample et al., NIPS 2017).

    It is designed for intensities beyond 1: the official interpolations go up to 2 for glasses and
    10 for noses.
    """

    name = "fadernet"
    title = "FaderNet"
    settings_type = FaderNetSettings
    editing_name = "auto_encoder"
    usual_intensity = 10.0
    forceable = frozenset(
        {
            "reconstruction_weight",
            "latent_weight",
            "latent_ramp_iterations",
            "latent_dropout",
            "smooth_label",
        }
    )

    def batches_per_iteration(self, settings: FaderNetSettings) -> int:
        patch = settings.patch_steps if settings.patch_weight else 0
        classifier = settings.classifier_steps if settings.classifier_weight else 0
        return 2 + patch + classifier

    def label_rule(self, settings: FaderNetSettings) -> LabelRule:
        return LabelRule("binary")

    def build_editing_network(self, config: Config, synchronized: bool = False) -> AutoEncoder:
        settings, size = config.settings, config.data.image_size
        network = AutoEncoder(
            settings.num_layers,
            settings.encoder_width,
            settings.max_channels,
            settings.shortcut_layers,
            settings.decoder_upsampling,
            settings.encoder_norm,
            synchronized,
            categories_of(config).groups,
            dtype=config.training.dtype_policy,
            name="auto_encoder",
        )
        network.build([(None, size, size, 3), (None, len(config.data.attributes))])
        return network

    def build_latent_discriminator(
        self, config: Config, synchronized: bool = False
    ) -> LatentDiscriminator:
        """The built latent discriminator; float32, because it is small."""
        depth = config.settings.num_layers - config.settings.shortcut_layers
        return _built_discriminator(config, depth, synchronized, "latent_discriminator")

    def build_classifier(self, config: Config, synchronized: bool = False) -> LatentDiscriminator:
        """The built classifier, float32."""
        return _built_discriminator(config, 0, synchronized, "classifier")

    def build_patch_discriminator(
        self, config: Config, synchronized: bool = False
    ) -> FaderNetPatchDiscriminator:
        """The built patch discriminator, float32."""
        settings, size = config.settings, config.data.image_size
        network = FaderNetPatchDiscriminator(
            settings.encoder_width,
            settings.max_channels,
            synchronized,
            dtype="float32",
            name="patch_discriminator",
        )
        network.build((None, size, size, 3))
        return network

    def build_networks(self, config: Config, synchronized: bool = False) -> dict[str, keras.Model]:
        """All networks that the settings ask for, by the name of the trainer's argument."""
        networks = {
            "auto_encoder": self.build_editing_network(config, synchronized),
            "latent_discriminator": self.build_latent_discriminator(config, synchronized),
        }
        if config.settings.patch_weight:
            networks["patch_discriminator"] = self.build_patch_discriminator(config, synchronized)
        if config.settings.classifier_weight:
            networks["classifier"] = self.build_classifier(config, synchronized)
        return networks

    def build_trainer(
        self, config: Config, num_images: int, num_replicas: int = 1
    ) -> FaderNetTrainer:
        training, settings = config.training, config.settings
        keras.utils.set_random_seed(training.seed)
        trainer = FaderNetTrainer(
            **self.build_networks(config, num_replicas > 1),
            settings=settings,
            seed=training.seed,
            accumulation_steps=training.accumulation_steps,
            recompute=training.recompute,
            ema_decay=training.ema_decay,
        )
        decay = decay_iterations(num_images, config)
        updates = {
            "patch_discriminator": settings.patch_steps,
            "classifier": settings.classifier_steps,
        }
        trainer.compile(
            *(
                make_adam(
                    config,
                    StepDecay(training.learning_rate, decay * updates.get(name, 1)),
                    f"{name}_optimizer",
                    pytorch=True,
                )
                for name in trainer.networks
            ),
            # XLA on a single device only: it fails with several replicas (tensorflow#56423).
            jit_compile=training.jit_compile,
        )
        return trainer

    def costs(self, config: Config) -> Costs:
        """Parameter counts, and an estimate of the activations.

        These are those of encoder and decoder; with a patch discriminator or classifier also those
        of a second decoding and of these networks.
        """
        settings, size = config.settings, config.data.image_size
        width, most = settings.encoder_width, settings.max_channels
        encoder = pyramid_values(size, width, settings.num_layers, most)
        # The decoder has each number of channels at twice the side of the encoder.
        decoder = 4 * encoder
        values = encoder + decoder
        if settings.patch_weight or settings.classifier_weight:
            values += decoder
        if settings.patch_weight:
            values += pyramid_values(size, width, 4, most)
        if settings.classifier_weight:
            values += pyramid_values(size, width, size.bit_length() - 1, most)
        return Costs(
            {
                name: trainable_parameters(network)
                for name, network in self.build_networks(config).items()
            },
            {},
            round(TENSORS_PER_OUTPUT * values),
        )


def categories_of(config: Config) -> Categories:
    """The categories of a run's attributes."""
    return Categories.of(config.data.attributes, config.settings.named_groups)


def _built_discriminator(
    config: Config, depth: int, synchronized: bool, name: str
) -> LatentDiscriminator:
    settings = config.settings
    network = LatentDiscriminator(
        categories_of(config).num_columns,
        depth,
        settings.encoder_width,
        settings.max_channels,
        settings.latent_hidden_units,
        synchronized,
        dtype="float32",
        name=name,
    )
    side = config.data.image_size >> depth
    channels = min(settings.encoder_width << (depth - 1), settings.max_channels) if depth else 3
    network.build((None, side, side, channels))
    return network
