"""Loads the official code's checkpoints into our networks, for parity tests."""

import json

import tensorflow as tf

from stgan_tf.config import NetworkConfig
from stgan_tf.networks.discriminator import Discriminator
from stgan_tf.networks.generator import Generator

#: official setting.txt key -> NetworkConfig field
_SETTINGS = {
    "enc_layers": "num_layers",
    "enc_dim": "encoder_width",
    "dec_dim": "decoder_width",
    "shortcut_layers": "shortcut_layers",
    "inject_layers": "inject_layers",
    "use_stu": "use_stu",
    "stu_dim": "stu_width",
    "stu_inject_layers": "stu_inject_layers",
    "stu_kernel_size": "stu_kernel_size",
    "stu_norm": "stu_norm",
    "stu_state": "stu_state",
    "multi_inputs": "multi_inputs",
    "one_more_conv": "extra_conv_kernel",
    "dis_layers": "discriminator_layers",
    "dis_dim": "discriminator_width",
    "dis_fc_dim": "discriminator_fc_units",
}


def load_networks(folder, synchronized=False):
    """(generator, discriminator, {official name: our variable}) with the checkpoint's weights."""
    setting = json.loads((folder / "setting.txt").read_text())
    fields = {ours: setting[theirs] for theirs, ours in _SETTINGS.items()}
    fields["label_mode"] = {"diff": "difference", "target": "target"}[setting["label"]]
    config = NetworkConfig(**fields)
    size, num_attributes = setting["img_size"], len(setting["atts"])
    generator = Generator.from_network_config(config, synchronized)
    generator.build([(None, size, size, 3), (None, num_attributes)])
    discriminator = Discriminator.from_network_config(config, num_attributes)
    discriminator.build((None, size, size, 3))
    variables = official_variables(generator, discriminator)
    reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(folder / "checkpoints"))
    for name, variable in variables.items():
        variable.assign(reader.get_tensor(name))
    return generator, discriminator, variables


def official_variables(generator, discriminator):
    """{official variable name: our variable} of both networks."""
    named = {}
    for i, block in enumerate(generator.encoder.blocks):
        named.update(_block(block, "Genc/Conv", i))
    if generator.selective_transfer is not None:
        for i, unit in enumerate(generator.selective_transfer.units):
            named.update(_block(unit.upsampling, "Gstu/Conv2d_transpose", i))
            for j, gate in enumerate((unit.reset_gate, unit.update_gate, unit.candidate)):
                named.update(_block(gate, "Gstu/Conv", 3 * i + j))
    for i, block in enumerate([*generator.decoder.blocks, generator.decoder.to_image]):
        named.update(_block(block, "Gdec/Conv2d_transpose", i))
    for i, block in enumerate(discriminator.blocks):
        named.update(_block(block, "D/Conv", i))
    dense = (
        discriminator.critic_hidden,
        discriminator.critic_logit,
        discriminator.attribute_hidden,
        discriminator.attribute_logit,
    )
    for i, layer in enumerate(dense):
        scope = f"D/flatten_fully_connected{_suffix(i)}/fully_connected"
        named[f"{scope}/weights"] = layer.kernel
        named[f"{scope}/biases"] = layer.bias
    return named


def _suffix(i):
    return f"_{i}" if i else ""


def _block(block, scope, i):
    scope += _suffix(i)
    named = {f"{scope}/weights": block.convolution.kernel}
    if block.norm == "none":
        named[f"{scope}/biases"] = block.convolution.bias
        return named
    parts = {
        "batch": ("BatchNorm", "gamma beta moving_mean moving_variance"),
        "instance": ("InstanceNorm", "gamma beta"),
    }[block.norm]
    for part in parts[1].split():
        named[f"{scope}/{parts[0]}/{part}"] = getattr(block.normalization, part)
    return named
