"""FaderNet as a `System`."""

import keras

from stgan_tf.optimization.schedules import StepDecay
from stgan_tf.systems.costs import TENSORS_PER_OUTPUT, Costs, pyramid_values, trainable_parameters
from stgan_tf.systems.fadernet.auto_encoder import AutoEncoder
from stgan_tf.systems.fadernet.latent_discriminator import LatentDiscriminator
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.fadernet.trainer import FaderNetTrainer
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import decay_iterations
from stgan_tf.systems.run_optimizer import make_adam
from stgan_tf.systems.system import System


class FaderNet(System):
    """FaderNet (Lample et al., NIPS 2017). An intensity beyond 1 is its natural knob: the official
    interpolations go to 2 for glasses and to 10 for noses.
    """

    name = "fadernet"
    title = "FaderNet"
    settings_type = FaderNetSettings
    editing_name = "auto_encoder"
    forceable = frozenset(
        {"reconstruction_weight", "latent_weight", "latent_ramp_iterations", "latent_dropout"}
    )

    def batches_per_iteration(self, settings: FaderNetSettings) -> int:
        return 2

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
            dtype=config.training.dtype_policy,
            name="auto_encoder",
        )
        network.build([(None, size, size, 3), (None, len(config.data.attributes))])
        return network

    def build_latent_discriminator(
        self, config: Config, synchronized: bool = False
    ) -> LatentDiscriminator:
        """Built; float32, as it is small."""
        settings = config.settings
        depth = settings.num_layers - settings.shortcut_layers
        discriminator = LatentDiscriminator(
            len(config.data.attributes),
            depth,
            settings.encoder_width,
            settings.max_channels,
            settings.latent_hidden_units,
            synchronized,
            dtype="float32",
            name="latent_discriminator",
        )
        side = config.data.image_size >> depth
        channels = min(settings.encoder_width << (depth - 1), settings.max_channels)
        discriminator.build((None, side, side, channels))
        return discriminator

    def build_trainer(
        self, config: Config, num_images: int, num_replicas: int = 1
    ) -> FaderNetTrainer:
        training, synchronized = config.training, num_replicas > 1
        keras.utils.set_random_seed(training.seed)
        trainer = FaderNetTrainer(
            self.build_editing_network(config, synchronized),
            self.build_latent_discriminator(config, synchronized),
            config.settings,
            seed=training.seed,
            accumulation_steps=training.accumulation_steps,
            ema_decay=training.ema_decay,
        )
        rate = StepDecay(training.learning_rate, decay_iterations(num_images, config))
        trainer.compile(
            *(
                make_adam(config, rate, f"{name}_optimizer", pytorch=True)
                for name in trainer.networks
            ),
            # XLA on one device only: it fails under strategies of several (tensorflow#56423).
            jit_compile=training.jit_compile,
        )
        return trainer

    def costs(self, config: Config) -> Costs:
        """A rule of thumb for the activations: those of encoder and decoder."""
        settings, size = config.settings, config.data.image_size
        networks = {
            "auto_encoder": self.build_editing_network(config),
            "latent_discriminator": self.build_latent_discriminator(config),
        }
        values = pyramid_values(
            size, settings.encoder_width, settings.num_layers, settings.max_channels
        )
        # The decoder's output of each size is the encoder's of the next larger one.
        values += 4 * values
        return Costs(
            {name: trainable_parameters(network) for name, network in networks.items()},
            {},
            round(TENSORS_PER_OUTPUT * values),
        )
