"""What a state dict's names and shapes tell of the network, without any file."""

import keras
import numpy as np
import pytest
from official.pytorch_files import cyclegan_shapes, fadernet_shapes, stargan_shapes, zeros

from stgan_tf.config.data import DataConfig
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.pytorch.recognising import KNOWN
from stgan_tf.options import ConfigError
from stgan_tf.systems.building import build_editing_network
from stgan_tf.systems.registry import settings_type
from stgan_tf.systems.run_config import Config


def recognised(shapes):
    (known,) = [known for known in KNOWN if known.fits(zeros(shapes))]
    return known


def network_of(shapes, size, count):
    """The editing network that the state dict's settings give, for so many attributes, and its
    mappings of official names.
    """
    known, arrays = recognised(shapes), zeros(shapes)
    names = tuple(f"a{i:02}" for i in range(count))
    settings = settings_type(known.system)(**known.settings(arrays, size, names))
    attributes = known.attributes(arrays, names)
    data = DataConfig(attributes=attributes, image_size=size, crop="none")
    network = build_editing_network(Config(known.system, data, settings))
    return network, known.mapped(network, FileOptions())


def trainable(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


@pytest.mark.parametrize(
    ("shapes", "size", "count", "parameters"),
    [
        (stargan_shapes(), 128, 5, 8_430_528),
        (stargan_shapes(attributes=13), 128, 13, 8_455_616),
        (cyclegan_shapes(), 256, 1, 2 * 11_378_179),
        (cyclegan_shapes(blocks=6), 256, 1, 2 * 7_837_699),
        (fadernet_shapes(), 256, 1, 14_000_512),
        (fadernet_shapes(attributes=2), 256, 2, 14_032_352),
        (fadernet_shapes(attributes=13), 256, 13, 14_382_592),
    ],
)
def test_published_networks_have_their_parameter_counts(shapes, size, count, parameters):
    assert trainable(network_of(shapes, size, count)[0]) == parameters


@pytest.mark.parametrize("norm", ["batch", "instance"])
@pytest.mark.parametrize("method", ["convtranspose", "upsampling", "pixelshuffle"])
@pytest.mark.parametrize(
    ("width", "limit", "layers", "skips", "attributes"),
    [(4, 16, 4, 0, 3), (4, 64, 3, 1, 1), (3, 8, 5, 4, 2), (8, 8, 2, 1, 4)],
)
def test_every_auto_encoder_is_read_from_its_shapes(
    width, limit, layers, skips, attributes, method, norm
):
    shapes = fadernet_shapes(width, limit, layers, skips, attributes, method, norm)
    names = tuple(f"a{i:02}" for i in range(attributes))
    settings = recognised(shapes).settings(zeros(shapes), 64, names)
    assert settings["num_layers"] == layers
    assert settings["encoder_width"] == width
    assert settings["shortcut_layers"] == skips
    assert (settings["decoder_upsampling"], settings["encoder_norm"]) == (method, norm)
    _, (mapped,) = network_of(shapes, 64, attributes)
    unused = {name for name in shapes if name.endswith("num_batches_tracked")}
    assert set(mapped) == set(shapes) - unused
    for name, (variable, transform) in mapped.items():
        assert transform(zeros(shapes)[name]).shape == tuple(variable.shape), name


@pytest.mark.parametrize(
    ("shapes", "count"),
    [
        (stargan_shapes(8, 2, 1), 2),
        (stargan_shapes(6, 13, 9), 13),
        (cyclegan_shapes(4, 9), 1),
        (cyclegan_shapes(12, 1), 1),
    ],
)
def test_every_generator_of_other_sizes_is_read_from_its_shapes(shapes, count):
    _, mapped = network_of(shapes, 64, count)
    assert set(mapped[0]) == set(shapes)
    for name, (variable, transform) in mapped[0].items():
        assert transform(zeros(shapes)[name]).shape == tuple(variable.shape), name


def test_the_direction_chooses_the_generator():
    network, _ = network_of(cyclegan_shapes(4, 1), 64, 1)
    known = recognised(cyclegan_shapes(4, 1))
    for direction, generators in (
        ("AtoB", (network.generator_a, network.generator_b)),
        ("BtoA", (network.generator_b, network.generator_a)),
    ):
        mapped = known.mapped(network, FileOptions(direction=direction))
        for part, generator in zip(mapped, generators, strict=True):
            kernel: keras.Variable = part["model.1.weight"][0]
            assert kernel is generator.sequence[1].kernel


def test_the_auto_encoders_attributes_are_sorted():
    shapes = fadernet_shapes(attributes=3)
    known = recognised(shapes)
    names = known.attributes(zeros(shapes), ("Smiling", "Male", "Young"))
    assert names == ("Male", "Smiling", "Young")


@pytest.mark.parametrize(
    ("shapes", "names", "message"),
    [
        (stargan_shapes(), (), "--attributes: must name the 5 .* order .* Received: none"),
        (stargan_shapes(), ("Male",), "the 5 attributes of the file .* Received: Male"),
        (cyclegan_shapes(), ("a", "b"), "the one attribute of the file, .* Received: a,b"),
        (fadernet_shapes(attributes=2), ("Male",), "have 4 label columns.* Male, for 2 columns"),
    ],
)
def test_names_that_do_not_fit_the_file(shapes, names, message):
    with pytest.raises(ConfigError, match=message):
        recognised(shapes).attributes(zeros(shapes), names)


@pytest.mark.parametrize(
    ("shapes", "changes", "message"),
    [
        (cyclegan_shapes(), {"model.1.weight": (64, 1, 7, 7)}, "takes 1-channel images"),
        (cyclegan_shapes(), {"model.2.weight": (64,)}, "batch normalisation"),
        (cyclegan_shapes(), {"model.10.conv_block.6.weight": (256, 256, 3, 3)}, "dropout"),
        (fadernet_shapes(), {"dec_layers.0.0.weight": (513, 512, 4, 4)}, "has 1 label columns"),
        (fadernet_shapes(), {"dec_layers.3.0.weight": (512,)}, "dec_layers.3.0.weight with shape"),
    ],
)
def test_networks_that_are_not_supported(shapes, changes, message):
    shapes = {**shapes, **changes}
    with pytest.raises(OfficialCheckpointError, match=message):
        recognised(shapes).settings(zeros(shapes), 256, ())


def test_a_generator_of_no_attributes():
    shapes = stargan_shapes(attributes=0)
    with pytest.raises(OfficialCheckpointError, match="takes 3 channels"):
        recognised(shapes).attributes(zeros(shapes), ("Male",))


def test_the_discriminator_fits_the_image_size():
    shapes = stargan_shapes()
    known = recognised(shapes)
    for size, layers in ((128, 6), (256, 6), (96, 5), (100, 2)):
        assert known.settings(zeros(shapes), size, ())["discriminator_layers"] == layers
