"""From a run's configuration to networks, optimisers and the trainer."""

import keras

from stgan_tf.config.run_config import Config
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.optimization.schedules import StepDecay
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.stargan.discriminator import StarGANDiscriminator
from stgan_tf.systems.stargan.generator import StarGANGenerator
from stgan_tf.systems.stargan.trainer import StarGANTrainer
from stgan_tf.systems.stgan.discriminator import Discriminator
from stgan_tf.systems.stgan.generator import Generator
from stgan_tf.systems.stgan.trainer import STGANTrainer

#: The official code's (TF 1's default); Keras' is 1e-7.
ADAM_EPSILON = 1e-8


def iterations_per_epoch(num_images: int, config: Config) -> int:
    """Iterations in which every image is drawn about once: each uses critic steps + 1 batches."""
    training = config.training
    images = training.batch_size * (training.critic_steps_per_generator_step + 1)
    return max(1, num_images // images)


def total_iterations(num_images: int, config: Config) -> int:
    """Length of the run in iterations."""
    training = config.training
    return training.num_iterations or training.num_epochs * iterations_per_epoch(num_images, config)


def build_generator(config: Config, synchronized: bool = False) -> Generator | StarGANGenerator:
    """The run's generator, built; weights initialised from Keras' global seed."""
    policy = "mixed_bfloat16" if config.training.precision == "bfloat16" else "float32"
    network = config.network
    if network.model == "stargan":
        generator = StarGANGenerator(
            network.encoder_width, network.residual_blocks, dtype=policy, name="generator"
        )
    else:
        generator = Generator.from_network_config(network, synchronized, policy)
    size = config.data.image_size
    generator.build([(None, size, size, 3), (None, len(config.data.attributes))])
    return generator


def build_discriminator(config: Config) -> Discriminator | StarGANDiscriminator:
    """The run's discriminator, built; always float32, because the gradient penalty differentiates
    it twice.
    """
    network, num_attributes = config.network, len(config.data.attributes)
    if network.model == "stargan":
        discriminator = StarGANDiscriminator(
            num_attributes,
            network.discriminator_layers,
            network.discriminator_width,
            dtype="float32",
            name="discriminator",
        )
    else:
        discriminator = Discriminator.from_network_config(network, num_attributes)
    size = config.data.image_size
    discriminator.build((None, size, size, 3))
    return discriminator


def build_trainer(config: Config, num_images: int, num_replicas: int = 1) -> STGANTrainer:
    """The compiled trainer. Call it inside the strategy's scope. `num_images` (of the training
    split) turns epochs into updates for the learning-rate schedule. Weights come from the run's
    seed.
    """
    training = config.training
    keras.utils.set_random_seed(training.seed)
    make_trainer = StarGANTrainer if config.network.model == "stargan" else STGANTrainer
    trainer = make_trainer(
        build_generator(config, synchronized=num_replicas > 1),
        build_discriminator(config),
        config.loss,
        LabelRule.from_network_config(config.network),
        training.critic_steps_per_generator_step,
        training.seed,
        training.accumulation_steps,
        training.ema_decay,
    )
    decay = training.decay_after_iterations or (
        training.decay_after_epochs * iterations_per_epoch(num_images, config)
    )

    def make_optimizer(updates_per_iteration, name):
        return FusedAdam(
            StepDecay(training.learning_rate, decay * updates_per_iteration),
            beta_1=training.adam_beta_1,
            beta_2=training.adam_beta_2,
            epsilon=ADAM_EPSILON,
            clip_gradient_norm=training.clip_gradient_norm,
            name=name,
        )

    trainer.compile(
        make_optimizer(1, "generator_optimizer"),
        make_optimizer(training.critic_steps_per_generator_step, "discriminator_optimizer"),
        # XLA on one device only: it fails under strategies of several (tensorflow#56423).
        jit_compile=training.jit_compile,
    )
    return trainer
