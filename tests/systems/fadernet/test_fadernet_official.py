"""FaderNet equals the official PyTorch code: activations, losses, gradients, steps, edits."""

import numpy as np
import pytest
from fader_comparison import Comparison
from system_fixtures import compared_precisions, read_fixture

from stgan_tf.systems.fadernet.auto_encoder import AutoEncoder
from stgan_tf.systems.fadernet.latent_discriminator import LatentDiscriminator
from stgan_tf.systems.fadernet.patch_discriminator import FaderNetPatchDiscriminator


@pytest.mark.parametrize(("path", "dtype"), compared_precisions("FaderNetworks"))
def test_everything_the_official_code_computed(path, dtype):
    comparison = Comparison(read_fixture(path, dtype))
    comparison.edits()
    comparison.latent_step()
    comparison.patch_step()
    comparison.classifier_step()
    comparison.before_auto_encoder()
    comparison.auto_encoder_step()
    comparison.finish()


def count_parameters(network, *shapes):
    network.build(shapes[0] if len(shapes) == 1 else list(shapes))
    return sum(np.prod(weight.shape) for weight in network.trainable_weights)


def test_the_papers_networks_have_the_official_parameter_counts():
    """256 px, one, two and 13 attributes; the latent discriminator and the classifier at 256, 128
    and 64 px.
    """
    for count, of_auto_encoder, of_discriminator, of_classifier in (
        (1, 14_000_512, (8_655_362, 4_459_522, 263_682), (15_640_930, 11_445_090, 7_249_250)),
        (2, 14_032_352, (8_656_388, 4_460_548, 264_708), (15_641_956, 11_446_116, 7_250_276)),
        (13, 14_382_592, (8_667_674, 4_471_834, 275_994), (15_653_242, 11_457_402, 7_261_562)),
    ):
        shapes = (None, 256, 256, 3), (None, count)
        assert count_parameters(AutoEncoder(), *shapes) == of_auto_encoder
        for i, size in enumerate((256, 128, 64)):
            shape = None, size >> 6, size >> 6, 512
            found = count_parameters(LatentDiscriminator(2 * count), shape)
            assert found == of_discriminator[i]
            classifier = LatentDiscriminator(2 * count, depth=0)
            assert count_parameters(classifier, (None, size, size, 3)) == of_classifier[i]
    for size in (256, 128, 64):
        assert count_parameters(FaderNetPatchDiscriminator(), (None, size, size, 3)) == 695_137


def test_a_group_of_three_is_as_many_columns_as_two_attributes():
    """Four columns either way: none, black, blond, brown; or absent and present of two."""
    shapes = (None, 256, 256, 3), (None, 3)
    assert count_parameters(AutoEncoder(groups=[[0, 1, 2]]), *shapes) == 14_032_352
