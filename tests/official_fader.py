"""The official FaderNetworks beside ours: a file's trainer, and all layers of a network, in the
official layout (B, C, H, W).
"""

import keras
import numpy as np
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ACTIVATIONS
from stgan_tf.layers.leaky_relu import leaky_relu
from stgan_tf.official.fadernet_variables import (
    auto_encoder_variables,
    latent_discriminator_variables,
    patch_discriminator_variables,
)
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.fadernet.auto_encoder import AutoEncoder
from stgan_tf.systems.fadernet.latent_discriminator import LatentDiscriminator
from stgan_tf.systems.fadernet.patch_discriminator import FaderNetPatchDiscriminator
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.fadernet.trainer import FaderNetTrainer

#: Official name of a network -> ours.
NETWORKS = {
    "ae": "auto_encoder",
    "lat_dis": "latent_discriminator",
    "ptc_dis": "patch_discriminator",
    "clf_dis": "classifier",
}


class ExactRate(keras.optimizers.schedules.LearningRateSchedule):
    """A constant rate in float64: Keras keeps rates as float32, 2e-8 off, which is felt in what
    follows a step.
    """

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def __call__(self, step):
        return tf.constant(self.rate, tf.float64)

    def get_config(self):
        return {"rate": self.rate}


def make_trainer(fixture):
    """Our trainer with the file's weights, and {official network: its variables}."""
    fixture.require(img_fm=(3,), n_lat_dis=(1,), v_flip=(False,), h_flip=(False,))
    config, dtype = fixture.config, {"dtype": fixture.dtype}
    size, sizes = config["img_sz"], [count for _, count in config["attr"]]
    ends = np.cumsum([count - 1 for count in sizes])
    groups = [
        tuple(range(end - count + 1, end)) for end, count in zip(ends.tolist(), sizes, strict=True)
    ]
    auto_encoder = AutoEncoder(
        config["n_layers"],
        config["init_fm"],
        config["max_fm"],
        config["n_skip"],
        config["deconv_method"],
        "instance" if config["instance_norm"] else "batch",
        groups=groups,
        **dtype,
    )
    auto_encoder.build([(None, size, size, 3), (None, int(ends[-1]))])

    def discriminator(depth):
        channels = min(config["init_fm"] << (depth - 1), config["max_fm"]) if depth else 3
        network = LatentDiscriminator(
            sum(sizes), depth, config["init_fm"], config["max_fm"], config["hid_dim"], **dtype
        )
        network.build((None, size >> depth, size >> depth, channels))
        return network

    networks = {
        "auto_encoder": auto_encoder,
        "latent_discriminator": discriminator(config["n_layers"] - config["n_skip"]),
    }
    if config["n_ptc_dis"]:
        patch = FaderNetPatchDiscriminator(config["init_fm"], config["max_fm"], **dtype)
        patch.build((None, size, size, 3))
        networks["patch_discriminator"] = patch
    if config["n_clf_dis"]:
        networks["classifier"] = discriminator(0)
    settings = FaderNetSettings(
        num_layers=config["n_layers"],
        reconstruction_weight=config["lambda_ae"],
        latent_weight=config["lambda_lat_dis"],
        latent_ramp_iterations=int(config["lambda_schedule"]),
        latent_dropout=config["lat_dis_dropout"],
        decoder_dropout=config["dec_dropout"],
        patch_weight=config["lambda_ptc_dis"],
        classifier_weight=config["lambda_clf_dis"],
        smooth_label=config["smooth_label"],
    )
    trainer = FaderNetTrainer(**networks, settings=settings)

    def adam(name):
        text = config["ae_optimizer" if name == "auto_encoder" else "dis_optimizer"]
        method, *parts = text.split(",")
        assert method == "adam", f"{fixture.name}: not our optimiser: {text}"
        # Theirs has a beta1 of 0.5 unless the text names another (utils.py, get_optimizer).
        given = {"beta1": 0.5, "beta2": 0.999}
        given |= {key: float(value) for key, value in (part.split("=") for part in parts)}
        assert set(given) == {"beta1", "beta2", "lr"}, f"{fixture.name}: not known: {text}"
        return FusedAdam(
            ExactRate(given["lr"]),
            beta_1=given["beta1"],
            beta_2=given["beta2"],
            epsilon=1e-8,
            pytorch=True,
            clip_gradient_norm=config["clip_grad_norm"],
        )

    trainer.compile(*(adam(name) for name in trainer.networks))
    mapping = {"ae": auto_encoder_variables, "ptc_dis": patch_discriminator_variables}
    variables = {
        official: mapping.get(official, latent_discriminator_variables)(networks[ours])
        for official, ours in NETWORKS.items()
        if ours in networks
    }
    for network, mapped in variables.items():
        for name, (variable, transform) in mapped.items():
            variable.assign(transform(fixture[f"w0.{network}.{name}"]))
    return trainer, variables


def labels_of(categories, columns):
    """Our labels of the official columns."""
    return tf.concat([block[:, 1:] for block in categories.split(tf.constant(columns))], axis=1)


def nchw(array):
    array = np.asarray(array)
    return np.transpose(array, (0, 3, 1, 2)) if array.ndim == 4 else array


def copy_of(network, *shapes):
    """So that no moving average of the original moves."""
    copy = type(network).from_config(network.get_config())
    copy.build(shapes[0] if len(shapes) == 1 else list(shapes))
    for target, source in zip(copy.variables, network.variables, strict=True):
        target.assign(source)
    return copy


def discriminator_layers(network, inputs, training, keep=()):
    """Of the latent discriminator or the classifier, the last one its logits."""
    copy, found, current = copy_of(network, (None, *inputs.shape[1:])), {}, inputs
    for i, block in enumerate(copy.blocks):
        current = block(current, training=training)
        current = current * keep[i] if keep else current
        found[f"conv_layers.{i}"] = nchw(current)
    hidden = copy.hidden(current[:, 0, 0])
    found["proj_layers.0"] = hidden.numpy()
    found["proj_layers.1"] = leaky_relu(hidden, 0.2)
    found["proj_layers.2"] = copy.logits(found["proj_layers.1"]).numpy()
    return found


def patch_layers(network, images, training):
    """Of the patch discriminator, the last one its probabilities."""
    copy, found, current = copy_of(network, (None, *images.shape[1:])), {}, images
    for block in copy.blocks:
        current = block.convolution(current)
        current = current if block.strides == 2 else current[:, :-1, :-1]
        found[f"layers.{len(found)}"] = nchw(current)
        if block.normalization is not None:
            current = block.normalization(current, training=training)
            found[f"layers.{len(found)}"] = nchw(current)
        current = ACTIVATIONS[block.activation](current)
        found[f"layers.{len(found)}"] = nchw(current)
    return found | {"": np.mean(nchw(current), axis=(1, 2, 3))}


def auto_encoder_layers(network, images, decoded, training, keeps):
    """{layer: outputs} of the encoder, and of the decoder with each of the columns `decoded`."""
    labels = max(max(group) for group in network.categories.groups) + 1
    copy = copy_of(network, (None, *images.shape[1:]), (None, labels))
    found, current, features = {}, images, []
    for i, block in enumerate(copy.encoder_blocks):
        current = block(current, training=training)
        features.append(current)
        found[f"enc_layers.{i}"] = nchw(current)
    all_found = [found]
    for columns, keep in zip(decoded, keeps, strict=True):
        current, found = features[-1], {}
        for i, block in enumerate(copy.decoder_blocks):
            joined = [current, tf.constant(columns)]
            joined += [features[-1 - i]] if 0 < i <= copy.shortcut_layers else []
            current = block(copy.injection(joined), training=training)
            current = current * keep[i] if i < len(keep) else current
            found[f"dec_layers.{i}"] = nchw(current)
        all_found.append(found)
    return all_found
