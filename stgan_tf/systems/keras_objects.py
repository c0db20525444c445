"""Registers the classes of saved Keras models before their modules are imported.

`keras.models.load_model` looks a class up under "package>name", where it registers itself when its
module is imported. So that `import stgan_tf` is sufficient and cheap, the names are registered here
with stand-ins. A stand-in imports the module when Keras builds an object, and the class then takes
its place.
"""

import importlib

_PACKAGE = "stgan_tf"

#: Module -> its registered classes. A test checks this against the code.
REGISTERED = {
    "stgan_tf.classifier.network": ("AttributeClassifier",),
    "stgan_tf.layers.addons_normalization": ("AddonsInstanceNormalization",),
    "stgan_tf.layers.attribute_injection": ("AttributeInjection",),
    "stgan_tf.layers.batch_normalization": ("BatchNormalization",),
    "stgan_tf.layers.conv_blocks": ("ConvBlock",),
    "stgan_tf.layers.instance_normalization": ("InstanceNormalization",),
    "stgan_tf.layers.upsampling_block": ("UpsamplingBlock",),
    "stgan_tf.optimization.adam": ("FusedAdam",),
    "stgan_tf.optimization.schedules": (
        "StepDecay",
        "LinearDecay",
    ),
    "stgan_tf.systems.cyclegan.decay": ("CycleGANDecay",),
    "stgan_tf.systems.cyclegan.discriminator": ("PatchDiscriminator",),
    "stgan_tf.systems.cyclegan.generator": (
        "ReflectingResidualBlock",
        "ResnetGenerator",
    ),
    "stgan_tf.systems.cyclegan.layers": (
        "PaddedConv2D",
        "DoublingConv2D",
        "ReflectionPadding2D",
        "LeakyReLU",
    ),
    "stgan_tf.systems.cyclegan.translator": ("Translator",),
    "stgan_tf.systems.fadernet.auto_encoder": ("AutoEncoder",),
    "stgan_tf.systems.fadernet.latent_discriminator": ("LatentDiscriminator",),
    "stgan_tf.systems.fadernet.patch_discriminator": ("FaderNetPatchDiscriminator",),
    "stgan_tf.systems.icgan.discriminator": ("IcGANDiscriminator",),
    "stgan_tf.systems.icgan.editing_network": ("IcGANEditor",),
    "stgan_tf.systems.icgan.encoders": ("IcGANEncoder",),
    "stgan_tf.systems.icgan.generator": ("IcGANGenerator",),
    "stgan_tf.systems.stargan.decay": ("StarGANDecay",),
    "stgan_tf.systems.stargan.discriminator": ("StarGANDiscriminator",),
    "stgan_tf.systems.stargan.generator": (
        "ResidualBlock",
        "StarGANGenerator",
    ),
    "stgan_tf.systems.stargan.trainer": ("StarGANTrainer",),
    "stgan_tf.systems.stgan.convolutional_unit": ("ConvolutionalUnit",),
    "stgan_tf.systems.stgan.decoder": ("Decoder",),
    "stgan_tf.systems.stgan.discriminator": ("Discriminator",),
    "stgan_tf.systems.stgan.encoder": ("Encoder",),
    "stgan_tf.systems.stgan.generator": ("Generator",),
    "stgan_tf.systems.stgan.selective_transfer": ("SelectiveTransfer",),
    "stgan_tf.systems.stgan.trainer": ("STGANTrainer",),
    "stgan_tf.systems.stgan.selective_transfer_unit": ("SelectiveTransferUnit",),
}


class StandIn:
    """Stands in for a class when Keras loads a model: builds its objects with `from_config`."""

    def __init__(self, module: str, name: str):
        self._module, self._name = module, name

    def from_config(self, config: dict):
        return getattr(importlib.import_module(self._module), self._name).from_config(config)


def register_stand_ins() -> None:
    """Registers a stand-in for each class that is not registered yet. Imports Keras."""
    import keras

    registered = keras.saving.get_custom_objects()
    for module, names in REGISTERED.items():
        for name in names:
            registered.setdefault(f"{_PACKAGE}>{name}", StandIn(module, name))
