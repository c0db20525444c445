"""What a configuration costs, without training it: parameter counts and memory."""

import math

from stgan_tf.config.run_config import Config
from stgan_tf.systems.building import build_discriminator, build_generator

_MIB = 2**20
#: Float tensors held per block output while its gradient is waited for: convolution, normalised,
#: activated, and the concatenation that feeds it.
_TENSORS_PER_OUTPUT = 4


def summarize(config: Config) -> dict[str, float]:
    """Parameters of each part, and an estimate of memory in MiB.

    The estimate adds weights, Adam slots and the largest set of gradients (exact) to the
    activations of the widest moment of a step (a rule of thumb: the encoder and one decoder, or
    three passes of the discriminator). TensorFlow's own 0.5 GiB and kernel workspaces come on top.
    """
    generator, discriminator = build_generator(config), build_discriminator(config)
    counts = {
        "generator_parameters": _trainable(generator),
        "discriminator_parameters": _trainable(discriminator),
    }
    for part in ("encoder", "selective_transfer", "decoder"):
        if getattr(generator, part, None) is not None:
            counts[f"{part}_parameters"] = _trainable(getattr(generator, part))
    networks = (counts["generator_parameters"], counts["discriminator_parameters"])
    training = config.training
    # Weights, two Adam slots; gradients, and their sum over the parts; the averaged generator.
    gradients = max(networks) * (1 if training.accumulation_steps == 1 else 2)
    average = counts["generator_parameters"] if training.ema_decay else 0
    state = 4 * (3 * sum(networks) + gradients + average)
    images = training.batch_size // training.accumulation_steps
    activations = 4 * images * _activation_values(config)
    return {
        **counts,
        "weights_and_optimizer_mib": round(state / _MIB),
        "activations_mib": round(activations / _MIB),
        "total_mib_estimate": round((state + activations) / _MIB),
    }


def _trainable(layer) -> int:
    return sum(math.prod(weight.shape) for weight in layer.trainable_weights)


def _activation_values(config: Config) -> int:
    """Values held for one image in the widest moment of a step."""
    network, size = config.network, config.data.image_size

    def pyramid(width: int, layers: int) -> int:
        return sum(
            (size >> (i + 1)) ** 2 * min(width << i, network.max_channels) for i in range(layers)
        )

    if network.model == "stargan":
        # Full size twice, half and quarter size twice, two outputs of each residual block; the
        # cycle runs it twice.
        width = network.encoder_width
        generator = size**2 * width * (2 + 2 / 2 + 2 / 4 * (1 + network.residual_blocks))
        discriminator = pyramid(network.discriminator_width, network.discriminator_layers)
        return round(_TENSORS_PER_OUTPUT * max(2 * generator + discriminator, 3 * discriminator))
    encoder = pyramid(network.encoder_width, network.num_layers)
    decoder = pyramid(network.decoder_width, network.num_layers)
    # State, two gates, reset state, candidate and output of each unit.
    units = 6 * pyramid(network.stu_width, network.shortcut_layers) if network.use_stu else 0
    discriminator = pyramid(network.discriminator_width, network.discriminator_layers)
    generator_moment = encoder + decoder + units + discriminator
    return _TENSORS_PER_OUTPUT * max(generator_moment, 3 * discriminator)
