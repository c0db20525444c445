"""StarGAN equals the official PyTorch code: activations, losses, gradients, a step, edits."""

import numpy as np
import pytest
import tensorflow as tf
from system_fixtures import compared_precisions, read_fixture, require_all_compared

from stgan_tf.layers.leaky_relu import leaky_relu
from stgan_tf.official.stargan_variables import (
    UNUSED,
    discriminator_variables,
    generator_variables,
)
from stgan_tf.official.torch_arrays import images as nhwc
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.stargan.discriminator import StarGANDiscriminator
from stgan_tf.systems.stargan.generator import ResidualBlock, StarGANGenerator
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.systems.stargan.trainer import StarGANTrainer


class OfficialStep:
    """Our trainer with the file's weights, and its batch."""

    def __init__(self, fixture):
        config = fixture.config
        fixture.require(dataset=("CelebA", "RaFD"))
        size, count = config["image_size"], config["c_dim"]
        generator = StarGANGenerator(
            config["g_conv_dim"], config["g_repeat_num"], dtype=fixture.dtype, name="generator"
        )
        generator.build([(None, size, size, 3), (None, count)])
        discriminator = StarGANDiscriminator(
            count, config["d_repeat_num"], config["d_conv_dim"], dtype=fixture.dtype
        )
        discriminator.build((None, size, size, 3))
        settings = StarGANSettings(
            critic_attribute_weight=config["lambda_cls"],
            generator_attribute_weight=config["lambda_cls"],
            reconstruction_weight=config["lambda_rec"],
            gradient_penalty_weight=config["lambda_gp"],
            attribute_softmax=config["dataset"] != "CelebA",
        )
        self.trainer = StarGANTrainer(generator, discriminator, settings, LabelRule("binary"))
        self.trainer.compile(
            *(
                FusedAdam(
                    config[rate],
                    beta_1=config["beta1"],
                    beta_2=config["beta2"],
                    epsilon=1e-8,
                    pytorch=True,
                )
                for rate in ("g_lr", "d_lr")
            )
        )
        self.variables = {
            "G": generator_variables(generator),
            "D": discriminator_variables(discriminator),
        }
        for network, mapped in self.variables.items():
            for name, (variable, transform) in mapped.items():
                variable.assign(transform(fixture[f"w0.{network}.{name}"]))
        source = fixture["in.label_org"]
        if source.ndim == 1:  # numbers of domains
            source = np.eye(count, dtype=fixture.dtype)[source]
        self.batch = {
            "images": tf.constant(nhwc(fixture["in.x_real"])),
            "source_attributes": tf.constant(source),
            "target_attributes": tf.constant(source[fixture["rand.perm"]]),
        }
        # Theirs weighs the real image.
        self.alpha = tf.constant(1 - fixture["rand.alpha"])

    def compare_gradients(self, fixture, start, network, variables, gradients, kind="gradient"):
        found = {
            id(variable): gradient for variable, gradient in zip(variables, gradients, strict=True)
        }
        for name, (variable, transform) in self.variables[network].items():
            fixture.compare(f"{start}.{name}", found[id(variable)], transform, kind=kind)

    def compare_weights(self, fixture, network):
        """Those after the step. What follows is computed from the file's own: in float32 ours may
        be two learning rates off (`system_fixtures`).
        """
        for name, (variable, transform) in self.variables[network].items():
            full = f"w1.{network}.{name}"
            fixture.compare(full, variable, transform, kind="weight")
            variable.assign(transform(fixture[full]))


def layers_of(generator, images, labels):
    """{place in the official Sequential: output}, the first call's."""
    current, found, place = generator.injection([images, labels]), {}, 0
    for block in generator.blocks:
        if isinstance(block, ResidualBlock):
            current = found[place] = block(current)
            place += 1
        else:
            found[place] = current = block.convolution(current)
            found[place + 1] = current = block.normalization(current)
            found[place + 2] = current = tf.nn.relu(current)
            place += 3
    convolved = tf.nn.conv2d(current, generator.to_image.kernel, 1, "SAME")
    return {**found, place: convolved, place + 1: tf.tanh(convolved)}


@pytest.mark.parametrize(("path", "dtype"), compared_precisions("StarGAN"))
def test_everything_the_official_code_computed(path, dtype):
    fixture = read_fixture(path, dtype)
    official = OfficialStep(fixture)
    trainer, batch = official.trainer, official.batch
    generator, discriminator = trainer.generator, trainer.discriminator
    images, target = batch["images"], batch["target_attributes"]

    for place, output in layers_of(generator, images, target).items():
        fixture.compare(f"act.G.main.{place}", output, nhwc)
    current = images
    for i, convolution in enumerate(discriminator.convolutions):
        current = convolution(current)
        fixture.compare(f"act.D.main.{2 * i}", current, nhwc)
        current = leaky_relu(current, 0.01)
        fixture.compare(f"act.D.main.{2 * i + 1}", current, nhwc)

    for i in range(len(fixture.names("edit.out_"))):
        label = tf.constant(fixture[f"edit.c_trg_{i}"])
        fixture.compare(f"edit.out_{i}", generator([images, label], training=False), nhwc)

    def compare_call(number, inputs, kind="value"):
        src, cls = discriminator(inputs)
        fixture.compare(f"D.call{number}.src", src, nhwc, kind)
        fixture.compare(f"D.call{number}.cls", cls, kind=kind)

    # The critic's step.
    fake = generator([images, target], training=True)
    fixture.compare("G.call0.out", fake, nhwc)
    compare_call(0, images)
    compare_call(1, fake, "second pass")
    points = images + official.alpha * (fake - images)
    fixture.compare("gp.x_hat", points, nhwc)
    compare_call(2, points, "second pass")
    variables, gradients, terms = trainer.critic_gradients(batch, official.alpha)
    fixture.compare("loss.D.real", -tf.reduce_mean(discriminator(images)[0]))
    fixture.compare("loss.D.fake", tf.reduce_mean(discriminator(fake)[0]), kind="second pass")
    fixture.compare("loss.D.cls", terms["critic_attribute_loss"])
    fixture.compare("loss.D.gp", terms["gradient_penalty"], kind="second pass")
    fixture.compare("loss.D.total", terms["critic_loss"], kind="second pass")
    official.compare_gradients(fixture, "grad.Dstep.D", "D", variables, gradients)
    trainer.critic_step(batch, official.alpha)
    official.compare_weights(fixture, "D")

    # The generator's, with the new critic.
    fixture.compare("G.call1.out", generator([images, target], training=True), nhwc)
    compare_call(3, fake, "second pass")
    back = generator([fake, batch["source_attributes"]], training=True)
    fixture.compare("G.call2.out", back, nhwc, "second pass")
    variables, gradients, terms = trainer.generator_gradients(batch)
    fixture.compare("loss.G.fake", terms["generator_adversarial_loss"], kind="second pass")
    fixture.compare("loss.G.cls", terms["generator_attribute_loss"], kind="second pass")
    fixture.compare("loss.G.rec", terms["reconstruction_loss"], kind="second pass")
    fixture.compare("loss.G.total", terms["generator_loss"], kind="second pass")
    official.compare_gradients(fixture, "grad.Gstep.G", "G", variables, gradients)
    trainer.generator_step(batch)
    official.compare_weights(fixture, "G")

    for name in fixture.names("G.call"):
        if name.endswith(".c"):
            label = "source_attributes" if name == "G.call2.c" else "target_attributes"
            fixture.compare(name, batch[label])
    statistics = [name for name in fixture.arrays if name.endswith(UNUSED)]
    require_all_compared(fixture, ("w0.", "in.", "rand.", "edit.c_trg_", *statistics))


def test_the_papers_networks_have_the_official_parameter_counts():
    for count, generator_size, discriminator_size in (
        (5, 8_430_528, 44_762_048),
        (13, 8_455_616, 44_827_584),
    ):
        generator = StarGANGenerator()
        generator.build([(None, 128, 128, 3), (None, count)])
        discriminator = StarGANDiscriminator(count)
        discriminator.build((None, 128, 128, 3))
        assert generator.count_params() == generator_size
        assert discriminator.count_params() == discriminator_size
