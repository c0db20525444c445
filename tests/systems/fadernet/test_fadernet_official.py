"""FaderNet equals the official PyTorch code: activations, losses, gradients, steps, edits."""

import numpy as np
import pytest
import tensorflow as tf
from system_fixtures import fixtures_of, read_fixture, require_all_compared

from stgan_tf.layers.leaky_relu import leaky_relu
from stgan_tf.official.fadernet_variables import (
    UNUSED,
    auto_encoder_variables,
    latent_discriminator_variables,
)
from stgan_tf.official.torch_arrays import images as nhwc
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.fadernet.auto_encoder import AutoEncoder, columns_of
from stgan_tf.systems.fadernet.latent_discriminator import LatentDiscriminator
from stgan_tf.systems.fadernet.settings import FaderNetSettings
from stgan_tf.systems.fadernet.trainer import FaderNetTrainer


def labels_of(columns):
    """The official [absent, present] columns of boolean attributes as our labels."""
    return tf.constant(columns[:, 1::2])


def make_trainer(fixture):
    """Our trainer with the file's weights, and {official network: its variables}."""
    config = fixture.config
    if any(count != 2 for _, count in config["attr"]):
        pytest.skip("Attributes of more than two categories are not offered.")
    if config["n_ptc_dis"] or config["n_clf_dis"]:
        pytest.skip("The patch and classifier networks are not offered.")
    size, count = config["img_sz"], len(config["attr"])
    depth = config["n_layers"] - config["n_skip"]
    auto_encoder = AutoEncoder(
        config["n_layers"],
        config["init_fm"],
        config["max_fm"],
        config["n_skip"],
        config["deconv_method"],
        "instance" if config["instance_norm"] else "batch",
        dtype=fixture.dtype,
        name="auto_encoder",
    )
    auto_encoder.build([(None, size, size, 3), (None, count)])
    discriminator = LatentDiscriminator(
        count,
        depth,
        config["init_fm"],
        config["max_fm"],
        config["hid_dim"],
        dtype=fixture.dtype,
        name="latent_discriminator",
    )
    channels = min(config["init_fm"] << (depth - 1), config["max_fm"])
    discriminator.build((None, size >> depth, size >> depth, channels))
    settings = FaderNetSettings(
        num_layers=config["n_layers"],
        reconstruction_weight=config["lambda_ae"],
        latent_weight=config["lambda_lat_dis"],
        latent_ramp_iterations=config["lambda_schedule"],
        latent_dropout=config["lat_dis_dropout"],
        decoder_dropout=config["dec_dropout"],
    )
    trainer = FaderNetTrainer(auto_encoder, discriminator, settings)
    rate = float(config["ae_optimizer"].split("lr=")[1])
    options = {"beta_1": 0.5, "beta_2": 0.999, "epsilon": 1e-8, "pytorch": True}
    clip = config["clip_grad_norm"]
    trainer.compile(*(FusedAdam(rate, clip_gradient_norm=clip, **options) for _ in range(2)))
    variables = {
        "ae": auto_encoder_variables(auto_encoder),
        "lat_dis": latent_discriminator_variables(discriminator),
    }
    for network, mapped in variables.items():
        for name, (variable, transform) in mapped.items():
            variable.assign(transform(fixture[f"w0.{network}.{name}"]))
    return trainer, variables


def watch_gradients(optimizer, network):
    """A dict that takes the gradients of the next update, after clipping, by id of the variable."""
    seen, real = {}, optimizer._all_reduce_sum_gradients

    def watch(pairs):
        clipped = real(pairs)
        for variable, (gradient, _) in zip(network.trainable_variables, clipped, strict=True):
            seen[id(variable)] = gradient
        return clipped

    optimizer._all_reduce_sum_gradients = watch
    return seen


def keep_factors(fixture, start, rate):
    """The file's dropout masks of a step, as our factors."""
    names = sorted(name for name in fixture.names(start) if name.endswith(".mask"))
    fixture.compared.update(names)
    return tuple(tf.constant(nhwc(fixture[name]) / (1 - rate)) for name in names)


def copy_of(network, *shapes):
    """So that no moving average of the original moves."""
    copy = type(network).from_config(network.get_config())
    copy.build(shapes[0] if len(shapes) == 1 else list(shapes))
    for target, source in zip(copy.variables, network.variables, strict=True):
        target.assign(source)
    return copy


def compare_where_recorded(fixture, name, value, transform=lambda array: array, kind="value"):
    if name in fixture.arrays:
        fixture.compare(name, value, transform, kind)


def compare_discriminator(fixture, start, discriminator, latents, training, keep=(), kind="value"):
    """Its layers' outputs."""
    copy = copy_of(discriminator, (None, *latents.shape[1:]))
    current = latents
    for i, block in enumerate(copy.blocks):
        current = block(current, training=training)
        current = current * keep[i] if keep else current
        compare_where_recorded(fixture, f"{start}.conv_layers.{i}", current, nhwc, kind)
    hidden = copy.hidden(current[:, 0, 0])
    compare_where_recorded(fixture, f"{start}.proj_layers.0", hidden, kind=kind)
    hidden = leaky_relu(hidden, 0.2)
    compare_where_recorded(fixture, f"{start}.proj_layers.1", hidden, kind=kind)
    logits = copy.logits(hidden)
    compare_where_recorded(fixture, f"{start}.proj_layers.2", logits, kind=kind)
    return logits


def compare_auto_encoder(fixture, start, auto_encoder, images, labels, keep=()):
    """Its layers' outputs in training; returns its latent."""
    copy = copy_of(auto_encoder, (None, *images.shape[1:]), (None, labels.shape[1]))
    current, features = images, []
    for i, block in enumerate(copy.encoder_blocks):
        current = block(current, training=True)
        features.append(current)
        compare_where_recorded(fixture, f"{start}.enc_layers.{i}", current, nhwc)
    for i, block in enumerate(copy.decoder_blocks):
        joined = [current, columns_of(labels)]
        joined += [features[-1 - i]] if 0 < i <= copy.shortcut_layers else []
        current = block(copy.injection(joined), training=True)
        current = current * keep[i] if i < len(keep) else current
        compare_where_recorded(fixture, f"{start}.dec_layers.{i}", current, nhwc)
    return features[-1 - copy.shortcut_layers]


@pytest.mark.parametrize("path", fixtures_of("FaderNetworks"))
def test_everything_the_official_code_computed(path):
    fixture = read_fixture(path)
    trainer, official = make_trainer(fixture)
    auto_encoder, discriminator = trainer.auto_encoder, trainer.latent_discriminator
    config, settings = fixture.config, trainer.settings
    number = tf.constant(config["n_total_iter"], tf.int64)
    noise = set(fixture.description["zero_gradient_biases"])
    exact = fixture.dtype == "float64"

    def compare_step(step, network, gradients, kind):
        for name, (variable, transform) in official[network].items():
            full = f"{step}.grad.{network}.{name}"
            if full in noise:
                largest = 1e-12 if exact else 1e-4
                assert np.abs(gradients[id(variable)]).max() < largest, full
                fixture.compared.add(full)
            elif full in fixture.arrays:
                fixture.compare(full, gradients[id(variable)], transform, kind)
            compare_weight(step, f"{step}.w1.{network}.{name}", network, name)

    def compare_weight(step, full, network, name):
        variable, transform = official[network][name]
        if f"{step}.grad.{network}.{name}" in noise and not exact:
            fixture.compared.add(full)  # Adam moved it by rounding noise
        else:
            fixture.compare(full, variable, transform, "weight")

    # Edits, with the moving averages.
    images = tf.constant(nhwc(fixture["edit.x"]))
    encoded = auto_encoder.encode(images)
    fixture.compare("edit.latent", encoded[0], nhwc)
    for i in range(len(fixture.names("edit.out_"))):
        labels = labels_of(fixture[f"edit.y_{i}"])
        np.testing.assert_allclose(columns_of(labels), fixture[f"edit.y_{i}"], atol=1e-6)
        fixture.compare(f"edit.out_{i}", auto_encoder([images, labels]), nhwc)
    own = labels_of(fixture["in.attributes"][: len(images)])
    fixture.compare("edit.reconstruction", auto_encoder.decode(encoded, own), nhwc)

    # The latent discriminator's step.
    start = "lat_dis_step"
    images = tf.constant(nhwc(fixture[f"{start}.x"]))
    batch = {"images": images, "source_attributes": labels_of(fixture[f"{start}.y"])}
    current = images
    for i, block in enumerate(auto_encoder.encoder_blocks):
        current = block(current)
        compare_where_recorded(fixture, f"{start}.act.ae.enc_layers.{i}", current, nhwc)
    latents = auto_encoder.latent(auto_encoder.encode(images))
    keep = keep_factors(fixture, start, settings.latent_dropout)
    trainer._keep = lambda *_, **__: keep
    logits = compare_discriminator(
        fixture, f"{start}.act.lat_dis", discriminator, latents, True, keep
    )
    fixture.compare(f"{start}.pred", logits)
    gradients = watch_gradients(trainer.latent_discriminator_optimizer, discriminator)
    terms = trainer.discriminator_step(batch, number)
    fixture.compare(f"{start}.loss.attr", terms["latent_discriminator_loss"])
    fixture.compare(f"{start}.loss.total", terms["latent_discriminator_loss"])
    norm = terms["latent_discriminator_gradient_norm"]
    fixture.compare(f"{start}.grad_norm_before_clip", norm)
    after = tf.linalg.global_norm(list(gradients.values()))
    fixture.compare(f"{start}.grad_norm_after_clip", after)
    compare_step(start, "lat_dis", gradients, "gradient")
    for name in official["lat_dis"]:
        compare_weight(start, f"before_ae.lat_dis.{name}", "lat_dis", name)

    # The auto-encoder's.
    first, start = start, "autoencoder_step"
    images = tf.constant(nhwc(fixture[f"{start}.x"]))
    labels = labels_of(fixture[f"{start}.y"])
    keep = keep_factors(fixture, start, settings.decoder_dropout)
    trainer._keep = lambda *_, **__: keep
    latents = compare_auto_encoder(fixture, f"{start}.act.ae", auto_encoder, images, labels, keep)
    fixture.compare("lambda_lat_dis_now", trainer.latent_weight(number))
    for name in fixture.names("schedule."):
        at = tf.constant(int(name.split(".")[1]), tf.int64)
        # Computed with the official default of 0.0001.
        fixture.compare(name, 1e-4 * trainer.latent_weight(at) / settings.latent_weight)
    logits = compare_discriminator(
        fixture, f"{start}.act.lat_dis", discriminator, latents, False, kind="later"
    )
    fixture.compare(f"{start}.pred.flip", logits, kind="later")
    gradients = watch_gradients(trainer.auto_encoder_optimizer, auto_encoder)
    terms = trainer.auto_encoder_step({"images": images, "source_attributes": labels}, number)
    fixture.compare(f"{start}.loss.attr.flip", terms["flipped_attributes_loss"], kind="later")
    reconstruction = settings.reconstruction_weight * terms["reconstruction_loss"]
    fixture.compare(f"{start}.loss.rec_times_lambda_ae", reconstruction)
    fixture.compare(f"{start}.loss.total", terms["auto_encoder_loss"], kind="later")
    norm = terms["auto_encoder_gradient_norm"]
    fixture.compare(f"{start}.grad_norm_before_clip", norm, kind="later")
    after = tf.linalg.global_norm(list(gradients.values()))
    fixture.compare(f"{start}.grad_norm_after_clip", after, kind="later")
    compare_step(start, "ae", gradients, "later")

    assert fixture["n_total_iter_after"] == config["n_total_iter"] + 1
    fixture.compared.add("n_total_iter_after")
    unused = [name for name in fixture.arrays if name.endswith(UNUSED)]
    inputs = ("w0.", "in.", "edit.x", "edit.y_", "edit.alphas")
    batches = [f"{step}.{what}" for step in (first, start) for what in "xy"]
    require_all_compared(fixture, (*inputs, *batches, *unused))


def test_the_papers_networks_have_the_official_parameter_counts():
    """256 px, one, two and 13 attributes; the latent discriminator at 256, 128 and 64 px."""
    for count, of_auto_encoder, of_discriminator in (
        (1, 14_000_512, (8_655_362, 4_459_522, 263_682)),
        (2, 14_032_352, (8_656_388, 4_460_548, 264_708)),
        (13, 14_382_592, (8_667_674, 4_471_834, 275_994)),
    ):
        auto_encoder = AutoEncoder()
        auto_encoder.build([(None, 256, 256, 3), (None, count)])
        assert sum(np.prod(w.shape) for w in auto_encoder.trainable_weights) == of_auto_encoder
        for size, expected in zip((256, 128, 64), of_discriminator, strict=True):
            discriminator = LatentDiscriminator(count)
            discriminator.build((None, size >> 6, size >> 6, 512))
            assert sum(np.prod(w.shape) for w in discriminator.trainable_weights) == expected
