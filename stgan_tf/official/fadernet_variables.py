"""Maps variables of the official FaderNetworks (facebookresearch, model.py) to ours."""

from collections.abc import Callable

import numpy as np

from stgan_tf.keras_versions import Variable
from stgan_tf.official.torch_arrays import kernel, unchanged
from stgan_tf.systems.fadernet.auto_encoder import AutoEncoder
from stgan_tf.systems.fadernet.latent_discriminator import LatentDiscriminator
from stgan_tf.systems.fadernet.patch_discriminator import FaderNetPatchDiscriminator

#: {official name: (our variable, function from the official array to our layout)}
Mapped = dict[str, tuple[Variable, Callable[[np.ndarray], np.ndarray]]]

#: A count in the official batch norms that nothing depends on.
UNUSED = ("num_batches_tracked",)


def auto_encoder_variables(network: AutoEncoder) -> Mapped:
    """By the names in the official AutoEncoder's state_dict."""
    mapped: Mapped = {}
    for i, block in enumerate(network.encoder_blocks):
        mapped |= _layer(block.convolution, block.normalization, f"enc_layers.{i}", 0, 1)
    # Indices in nn.Sequential: upsampling has one before the convolution, pixel shuffle one after.
    places = {"convtranspose": (0, 1), "upsampling": (1, 2), "pixelshuffle": (0, 2)}
    for i, block in enumerate(network.decoder_blocks):
        norm = block.normalization or block.block.normalization
        at, norm_at = places[network.upsampling]
        mapped |= _layer(block.block.convolution, norm, f"dec_layers.{i}", at, norm_at)
    return mapped


def latent_discriminator_variables(network: LatentDiscriminator) -> Mapped:
    """By the names in the state_dict of the official LatentDiscriminator or Classifier."""
    mapped: Mapped = {}
    for i, block in enumerate(network.blocks):
        mapped |= _layer(block.convolution, block.normalization, f"conv_layers.{i}", 0, 1)
    for place, layer in ((0, network.hidden), (2, network.logits)):
        mapped[f"proj_layers.{place}.weight"] = layer.kernel, np.transpose
        mapped[f"proj_layers.{place}.bias"] = layer.bias, unchanged
    return mapped


def patch_discriminator_variables(network: FaderNetPatchDiscriminator) -> Mapped:
    """By the names in the official PatchDiscriminator's state_dict."""
    mapped: Mapped = {}
    place = 0
    for block in network.blocks:
        mapped |= _layer(block.convolution, block.normalization, "layers", place, place + 1)
        place += 2 if block.normalization is None else 3
    return mapped


def _layer(convolution, norm, name: str, at: int, norm_at: int) -> Mapped:
    mapped: Mapped = {f"{name}.{at}.weight": (convolution.kernel, kernel)}
    if convolution.use_bias:
        mapped[f"{name}.{at}.bias"] = convolution.bias, unchanged
    if norm is not None:
        mapped[f"{name}.{norm_at}.weight"] = norm.gamma, unchanged
        mapped[f"{name}.{norm_at}.bias"] = norm.beta, unchanged
        if hasattr(norm, "moving_mean"):
            mapped[f"{name}.{norm_at}.running_mean"] = norm.moving_mean, unchanged
            mapped[f"{name}.{norm_at}.running_var"] = norm.moving_variance, unchanged
    return mapped
