"""CycleGAN equals the official PyTorch code: images, losses, gradients, a step, edits, its pool."""

import random

import numpy as np
import pytest
import tensorflow as tf
from system_fixtures import compared_precisions, read_fixture, require_all_compared

from stgan_tf.official.cyclegan_variables import network_variables
from stgan_tf.official.torch_arrays import images as nhwc
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.systems.cyclegan.decay import CycleGANDecay
from stgan_tf.systems.cyclegan.discriminator import PatchDiscriminator
from stgan_tf.systems.cyclegan.image_pool import ImagePool
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.cyclegan.trainer import CycleGANTrainer
from stgan_tf.systems.cyclegan.translator import Translator

_BLOCKS = {"resnet_6blocks": 6, "resnet_9blocks": 9}
_LOSSES = {"lsgan": "lsgan", "vanilla": "dcgan"}


def make_trainer(fixture):
    """Our trainer with the file's weights, and {official network: its variables}."""
    config = fixture.config
    fixture.require(
        netG=tuple(_BLOCKS),
        netD=("basic", "n_layers"),
        gan_mode=tuple(_LOSSES),
        norm=("instance",),
        no_dropout=(True,),
        direction=("AtoB",),
        lr_policy=("linear",),
        input_nc=(3,),
        output_nc=(3,),
    )
    size = fixture["in.A"].shape[2]
    translator = Translator(
        config["ngf"], _BLOCKS[config["netG"]], dtype=fixture.dtype, name="translator"
    )
    translator.build([(None, size, size, 3), (None, 1)])
    layers = 3 if config["netD"] == "basic" else config["n_layers_D"]
    discriminators = []
    for name in ("discriminator_a", "discriminator_b"):
        discriminators.append(
            PatchDiscriminator(layers, config["ndf"], dtype=fixture.dtype, name=name)
        )
        discriminators[-1].build((None, size, size, 3))
    settings = CycleGANSettings(
        adversarial_loss=_LOSSES[config["gan_mode"]],
        cycle_weight_a=config["lambda_A"],
        cycle_weight_b=config["lambda_B"],
        identity_weight=config["lambda_identity"],
        pool_size=config["pool_size"],
    )
    trainer = CycleGANTrainer(translator, *discriminators, settings, size)
    adam = {"beta_1": config["beta1"], "beta_2": 0.999, "epsilon": 1e-8, "pytorch": True}
    trainer.compile(*(FusedAdam(config["lr"], **adam) for _ in range(2)))
    variables = {
        "G_A": network_variables(translator.generator_a),
        "G_B": network_variables(translator.generator_b),
        "D_A": network_variables(discriminators[0]),
        "D_B": network_variables(discriminators[1]),
    }
    for network, mapped in variables.items():
        for name, (variable, transform) in mapped.items():
            variable.assign(transform(fixture[f"w0.{network}.{name}"]))
    return trainer, variables


def compare_activations(fixture, network, start, inputs):
    """The first call's output of each layer, where the file has it."""
    current = inputs
    for place, layer in enumerate(network.sequence):
        current = layer(current)
        name = f"{start}.{place}"
        if name in fixture.arrays:
            fixture.compare(name, current, nhwc)


@pytest.mark.parametrize(("path", "dtype"), compared_precisions("CycleGAN"))
def test_everything_the_official_code_computed(path, dtype):
    fixture = read_fixture(path, dtype)
    trainer, official = make_trainer(fixture)
    a_to_b, b_to_a = trainer.translator.generator_a, trainer.translator.generator_b
    d_a, d_b = trainer.discriminator_a, trainer.discriminator_b
    real_a, real_b = (tf.constant(nhwc(fixture[f"in.{domain}"])) for domain in "AB")
    # Biases before a norm: theirs and our gradients are rounding noise, by which Adam moves them in
    # float32.
    noise = set(fixture.description["zero_gradient_biases"])
    largest = 1e-12 if fixture.is_exact else 1e-4

    def compare_gradients(step, networks, variables, gradients, kind="gradient"):
        found = {id(v): gradient for v, gradient in zip(variables, gradients, strict=True)}
        for network in networks:
            for name, (variable, transform) in official[network].items():
                full = f"grad.{step}.{network}.{name}"
                if full in noise:
                    assert np.abs(found[id(variable)]).max() < largest, full
                    fixture.compared.add(full)
                else:
                    fixture.compare(full, found[id(variable)], transform, kind)

    def compare_weights(networks, step):
        for network in networks:
            for name, (variable, transform) in official[network].items():
                full = f"w1.{network}.{name}"
                noisy = f"grad.{step}.{network}.{name}" in noise
                if noisy and not fixture.is_exact:
                    fixture.compared.add(full)
                else:
                    fixture.compare(full, variable, transform, "weight")

    fake_b, fake_a = a_to_b(real_a), b_to_a(real_b)
    compare_activations(fixture, a_to_b, "act.G_A.model", real_a)
    compare_activations(fixture, d_a, "act.D_A.model", fake_b)
    images = {
        "fake_B": fake_b,
        "fake_A": fake_a,
        "rec_A": b_to_a(fake_b),
        "rec_B": a_to_b(fake_a),
        "idt_A": a_to_b(real_b),
        "idt_B": b_to_a(real_a),
    }
    for name, image in images.items():
        if f"img.{name}" in fixture.arrays:  # without identity loss there are no idt
            kind = "second pass" if name.startswith("rec") else "value"
            fixture.compare(f"img.{name}", image, nhwc, kind)
    shown_b, shown_a = (
        show(fixture, pool, domain, fake)
        for pool, domain, fake in ((trainer.pool_a, "A", fake_b), (trainer.pool_b, "B", fake_a))
    )
    for name, network, inputs in (
        ("D_A.call0", d_a, fake_b),
        ("D_A.call1", d_a, real_b),
        ("D_A.call2", d_a, shown_b),
        ("D_B.call0", d_b, fake_a),
        ("D_B.call1", d_b, real_a),
        ("D_B.call2", d_b, shown_a),
    ):
        # Judged are images that a network made: a second pass.
        fixture.compare(f"{name}.out", network(inputs), nhwc, "second pass")

    variables, gradients, _, terms = trainer.generator_gradients(real_a, real_b)
    config = fixture.config
    idt = config["lambda_identity"]
    for name, value in {
        "G_A": terms["generator_adversarial_loss_a"],
        "G_B": terms["generator_adversarial_loss_b"],
        "cycle_A": config["lambda_A"] * terms["cycle_loss_a"],
        "cycle_B": config["lambda_B"] * terms["cycle_loss_b"],
        "idt_A": config["lambda_B"] * idt * terms["identity_loss_a"],
        "idt_B": config["lambda_A"] * idt * terms["identity_loss_b"],
        "G_total": terms["generator_loss"],
    }.items():
        fixture.compare(f"loss.{name}", value, kind="second pass")
    compare_gradients("Gstep", ("G_A", "G_B"), variables, gradients)
    (made_b, made_a), _ = trainer.generator_step(real_a, real_b)
    fixture.compare("img.fake_B", made_b, nhwc)
    fixture.compare("img.fake_A", made_a, nhwc)
    compare_weights(("G_A", "G_B"), "Gstep")

    batch = {"real_a": real_a, "real_b": real_b, "shown_b": shown_b, "shown_a": shown_a}
    variables, gradients, terms = trainer.discriminator_gradients(batch)
    fixture.compare("loss.D_A", terms["discriminator_loss_a"], kind="second pass")
    fixture.compare("loss.D_B", terms["discriminator_loss_b"], kind="second pass")
    compare_gradients("Dstep", ("D_A", "D_B"), variables, gradients)
    trainer.discriminator_step(*batch.values())
    compare_weights(("D_A", "D_B"), "Dstep")

    # Edits with the file's own generators of after the step, as in float32 ours may be two learning
    # rates off (`system_fixtures`): label 1 asks for domain B, label 0 for A.
    for network in ("G_A", "G_B"):
        for name, (variable, transform) in official[network].items():
            variable.assign(transform(fixture[f"w1.{network}.{name}"]))
    edit = trainer.translator
    fixture.compare("edit.fake_B_after", edit([real_a, tf.ones((len(real_a), 1))]), nhwc)
    fixture.compare("edit.fake_A_after", edit([real_b, tf.zeros((len(real_b), 1))]), nhwc)
    compare_schedule(fixture)
    compare_pool(fixture)
    require_all_compared(fixture, ("w0.", "in.", "rand."))


def show(fixture, pool, domain, fake):
    """What the discriminator is shown of the edits of a domain's images, (B, H, W, 3). A file whose
    pools are not empty has the images in them as in.pool_A and in.pool_B, (N, 3, H, W), and as
    rand.pool_A and rand.pool_B for each edit whether it was exchanged, and for which image.
    """
    stored = fixture.arrays.get(f"in.pool_{domain}")
    if stored is None:
        return fake  # all of them find room
    count = len(stored)
    pool.images[:count].assign(nhwc(stored))
    pool.stored.assign(count)
    swaps, slots = np.transpose(fixture[f"rand.pool_{domain}"])
    swaps, slots = tf.constant(swaps > 0), tf.constant(slots, tf.int32)
    shown = pool.exchange_chosen(fake, swaps, slots, len(fake))
    target = "B" if domain == "A" else "A"
    fixture.compare(f"img.shown_{target}", shown, nhwc)
    return shown


def compare_schedule(fixture):
    config = fixture.config
    schedule = CycleGANDecay(config["lr"], config["n_epochs"], config["n_epochs_decay"])
    rates = [float(schedule(np.int64(epoch))) for epoch in range(len(fixture["lr_per_epoch"]))]
    np.testing.assert_allclose(rates, fixture["lr_per_epoch"], rtol=1e-5, atol=1e-10)
    fixture.compared.add("lr_per_epoch")


def compare_pool(fixture):
    """The official demonstration with its own choices, and that a batch fills the pool."""
    for domain in "AB":
        before = len(fixture.arrays.get(f"in.pool_{domain}", ()))
        room = fixture.config["pool_size"]
        assert fixture[f"pool.num_{domain}"] == min(room, before + len(fixture["in.A"]))
        fixture.compared.add(f"pool.num_{domain}")
    random.seed(7)
    pool, returned = ImagePool(3, (1, 1, 1), seed=0, stream=0), []
    for number in range(len(fixture["pool.demo_returned"])):
        swap, slot = False, 0
        if number >= 3:  # util/image_pool.py draws only once it is full
            swap = random.uniform(0, 1) > 0.5
            slot = random.randint(0, 2) if swap else 0
        image = tf.fill((1, 1, 1, 1), float(number))
        shown = pool.exchange_chosen(image, tf.constant([swap]), tf.constant([slot]), 1)
        returned.append(float(shown[0, 0, 0, 0]))
    np.testing.assert_array_equal(returned, fixture["pool.demo_returned"])
    np.testing.assert_array_equal(pool.images.numpy().ravel(), fixture["pool.demo_left"])
    fixture.compared.update(("pool.demo_returned", "pool.demo_left"))


def test_the_papers_networks_have_the_official_parameter_counts():
    for blocks, size in ((9, 11_378_179), (6, 7_837_699)):
        translator = Translator(64, blocks)
        translator.build([(None, 256, 256, 3), (None, 1)])
        assert translator.generator_a.count_params() == size
    discriminator = PatchDiscriminator()
    discriminator.build((None, 256, 256, 3))
    assert discriminator.count_params() == 2_764_737
    assert discriminator.compute_output_shape((None, 256, 256, 3)) == (None, 30, 30, 1)
