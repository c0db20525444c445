"""The graph takes the part of an image that `CropRule` says."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.data.framing import cut, find_box
from stgan_tf.frame import CELEBA_CROP, CELEBA_FRAME, ModelFrame, training_rule
from stgan_tf.images import CropBox

RULES = {
    "celeba": training_rule("celeba", 128),
    "official": training_rule("official", 64),
    "none": training_rule("none", 64),
    "own": training_rule("7,11,50,61", 64, (97, 131)),
    "own without frame": training_rule("7,11,50,61", 64),
    "model": ModelFrame(CELEBA_CROP, CELEBA_FRAME, None).rule(64),
    "square frame": ModelFrame(CropBox(10, 10, 80, 80), CELEBA_FRAME, None).rule(64),
    "whole": ModelFrame(None, None, None).rule(64),
    "cover": training_rule("none", 64, resize="cover"),
    "contain": training_rule("none", 64, resize="contain"),
    "cover of a crop": training_rule("7,11,50,61", 64, (97, 131), "cover"),
    "model of pictures": ModelFrame(None, None, None, "cover").rule(64),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_graph_finds_what_python_finds(rule):
    found = tf.function(
        lambda shape: find_box(shape, rule), input_signature=[tf.TensorSpec(2, tf.int32)]
    )
    rng = np.random.default_rng(0)
    frame = np.array(rule.frame or CELEBA_FRAME)
    scaled = [np.rint(frame * scale) + rng.integers(-1, 2, 2) for scale in rng.uniform(0.1, 9, 60)]
    squares = np.repeat(rng.integers(1, 2000, (9, 1)), 2, axis=1)
    sizes = [*scaled, *rng.integers(1, 300, (60, 2)), *squares]
    sizes += [frame, (64, 64), (1, 1), (109, 89), (30_000, 24_495)]
    assert any(rule.find(*map(int, size)) for size in sizes)
    for size in np.array(sizes, np.int32):
        fits, box = found(size)
        expected = rule.find(*map(int, size))
        assert bool(fits) == (expected is not None), size
        if expected is not None:
            assert tuple(box.numpy()) == expected, size


@pytest.mark.parametrize("size", [(109, 89), (5, 40), (40, 5), (1, 9), (9, 1), (7, 8), (6, 6)])
@pytest.mark.parametrize("resize", ["stretch", "cover", "contain"])
def test_the_graph_cuts_what_python_cuts(size, resize):
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    for rule in (
        training_rule("none", 64, resize=resize),
        ModelFrame(None, None, None, resize).rule(64),
    ):
        expected = rule.square_of(*size).cut(pixels)
        if resize != "stretch":
            assert expected.shape[0] == expected.shape[1]
        np.testing.assert_array_equal(cut(tf.constant(pixels), rule, "No."), expected)


def test_a_crop_is_filled_with_its_own_reflection():
    """Rows 2 and 3 of columns 1 to 4: two rows around them show row 3, then row 2 again."""
    pixels = np.arange(6 * 6, dtype=np.uint8).reshape(6, 6, 1).repeat(3, axis=2)
    rule = training_rule("2,1,2,4", 64, (6, 6), "contain")
    found = cut(tf.constant(pixels), rule, "No.").numpy()[..., 0]
    row, other = [13, 14, 15, 16], [19, 20, 21, 22]
    np.testing.assert_array_equal(found, [other, row, other, row])
    np.testing.assert_array_equal(rule.square_of(6, 6).cut(pixels)[..., 0], found)


def test_cut_takes_the_part_or_names_the_size():
    pixels = np.random.default_rng(0).integers(0, 256, (109, 89, 3), np.uint8)
    part = cut(tf.constant(pixels), RULES["celeba"], "No.")
    np.testing.assert_array_equal(part, pixels[13:98, 2:87])
    refusing = tf.function(lambda pixels: cut(pixels, RULES["own"], "No."))
    for function in (refusing, refusing.python_function):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"No\.(?s:.*)70,? 89"):
            function(tf.constant(pixels[:70]))
