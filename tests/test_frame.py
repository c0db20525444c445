"""Which part of an image is taken: CelebA's shape at any scale, square, the user's own frame."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stgan_tf.frame import (
    CANONICAL_POINTS,
    CELEBA_CROP,
    CELEBA_FRAME,
    ModelFrame,
    Size,
    has_shape,
    model_frame,
    same_part,
    training_rule,
)
from stgan_tf.images import CropBox, contains
from stgan_tf.options import ConfigError

CELEBA = training_rule("celeba", 128)


@pytest.mark.parametrize(
    ("height", "width", "box"),
    [
        (218, 178, (26, 3, 170, 170)),
        (109, 89, (13, 2, 85, 85)),  # 3 / 2 is rounded up
        (436, 356, (52, 6, 340, 340)),
        (872, 712, (104, 12, 680, 680)),
        # 157 / 218: 18.72, 2.16 and 122.43
        (157, 128, (19, 2, 122, 122)),
        # 78 / 218: 9.30, 1.07 and 60.83
        (78, 64, (9, 1, 61, 61)),
        (1024, 1024, (0, 0, 1024, 1024)),
        (128, 128, (0, 0, 128, 128)),
    ],
)
def test_celeba_at_any_scale_and_square_images(height, width, box):
    assert CELEBA.box_of(height, width) == box


def test_the_official_crop_of_64_pixels_scales_too():
    assert training_rule("official", 64).box_of(218, 178) == (40, 15, 148, 148)
    assert training_rule("official", 64).box_of(109, 89) == (20, 8, 74, 74)
    assert training_rule("official", 128).box_of(109, 89) == (13, 2, 85, 85)


@pytest.mark.parametrize(
    ("height", "width"), [(178, 218), (768, 1024), (218, 176), (220, 178), (1024, 1023), (160, 128)]
)
def test_anything_else_is_refused_with_the_sizes_and_what_to_pass(height, width):
    with pytest.raises(ValueError, match="--crop=TOP,LEFT,HEIGHT,WIDTH") as caught:
        CELEBA.box_of(height, width)
    message = str(caught.value)
    assert f"is {width}x{height} (width x height)" in message
    assert "178x218 (CelebA's aligned frame) at any scale, or square" in message
    assert "--crop=none" in message


@settings(max_examples=300)
@given(scale=st.floats(0.1, 20))
@example(scale=0.5)
def test_every_scale_of_celeba_has_its_shape_and_its_crop(scale):
    height, width = round(218 * scale), round(178 * scale)
    assert has_shape(height, width, CELEBA_FRAME)
    box = CELEBA.box_of(height, width)
    assert contains(height, width, box) and box.height == box.width
    # Each coordinate is within a pixel of the crop's at the exact scale.
    for exact, found in zip(CELEBA_CROP, box, strict=True):
        assert abs(exact * scale - found) <= 1


@settings(max_examples=300)
@given(
    frame=st.tuples(st.integers(4, 600), st.integers(4, 600)),
    data=st.data(),
    scale=st.floats(0.1, 5),
)
def test_a_crop_of_one_s_own_scales_with_its_frame(frame, data, scale):
    frame = Size(*frame)
    top, left = (data.draw(st.integers(0, side - 1)) for side in frame)
    box = CropBox(
        top,
        left,
        data.draw(st.integers(1, frame.height - top)),
        data.draw(st.integers(1, frame.width - left)),
    )
    rule = training_rule(",".join(map(str, box)), 64, frame)
    assert rule.box_of(*frame) == box
    height, width = (round(side * scale) for side in frame)
    assume(height and width)
    assert contains(height, width, rule.box_of(height, width))


def test_a_crop_of_one_s_own_refuses_other_shapes_also_square_ones():
    rule = training_rule("13,2,85,85", 64, (109, 89))
    assert rule.box_of(218, 178) == (26, 4, 170, 170)
    for size in ((85, 85), (109, 100)):
        with pytest.raises(ValueError, match=r"refers to images of 89x109 \(--crop_frame\)"):
            rule.box_of(*size)


def test_none_takes_any_image_whole():
    assert training_rule("none", 64).box_of(30, 77) == (0, 0, 30, 77)


def test_a_crop_without_a_frame_is_taken_where_it_fits():
    rule = training_rule("1,2,30,40", 64)
    assert rule.box_of(31, 42) == rule.box_of(300, 300) == (1, 2, 30, 40)
    with pytest.raises(ValueError, match="at least 42x31"):
        rule.box_of(31, 41)


@pytest.mark.parametrize(
    ("crop", "frame", "message"),
    [
        ("celeba", (200, 180), "--crop_frame: must be of CelebA's shape"),
        ("13,2,85,85", (97, 89), "--crop: 13,2,85,85 extends beyond"),
    ],
)
def test_frames_that_do_not_fit_the_crop(crop, frame, message):
    with pytest.raises(ConfigError, match=message):
        training_rule(crop, 64, frame)


def test_what_a_model_says_of_its_frame():
    assert model_frame("celeba", 64) == ModelFrame(CELEBA_CROP, CELEBA_FRAME, None)
    known = ModelFrame(CELEBA_CROP, CELEBA_FRAME, Size(109, 89))
    assert model_frame("celeba", 64, (109, 89)) == known
    assert model_frame("celeba", 64, (1024, 1024)) == ModelFrame(None, None, None)
    assert model_frame("none", 64) == ModelFrame(None, None, None)
    own = model_frame("13,2,85,85", 64, (109, 89))
    assert own == ((13, 2, 85, 85), (109, 89), (109, 89), "")
    assert own.is_celeba and not own.is_assumed
    assert model_frame("13,2,85,85", 64).is_assumed and not model_frame("celeba", 64).is_assumed
    assert model_frame("0,0,300,300", 64) == ((0, 0, 300, 300), None, None, "")
    assert not model_frame("0,0,80,80", 64, (100, 100)).is_celeba


def test_square_images_are_what_the_model_sees_already():
    rule = ModelFrame(CropBox(10, 10, 80, 80), Size(100, 100), Size(100, 100)).rule(64)
    assert rule.find(64, 64) == (0, 0, 64, 64)  # of its own size, else of its square frame
    assert rule.find(200, 200) == (20, 20, 160, 160)
    assert ModelFrame(CELEBA_CROP, CELEBA_FRAME, None).rule(64).find(99, 99) == (0, 0, 99, 99)
    assert ModelFrame(None, None, None).rule(64).find(218, 178) is None


def test_models_of_whole_pictures_take_them_as_training_does():
    for resize in ("stretch", "cover", "contain"):
        frame = model_frame("none", 64, resize=resize)
        assert frame == (None, None, None, resize)
        trained, seen = training_rule("none", 64, resize=resize), frame.rule(64)
        for size in ((30, 77), (64, 64), (77, 30)):
            assert seen.square_of(*size) == trained.square_of(*size)
    assert model_frame("none", 64, resize="cover").rule(64).wanted == "64x64, or of any size"
    # Parts of CelebA's frame are square: nothing is to be said of others.
    assert model_frame("celeba", 64, (256, 256), "stretch").resize == ""
    assert model_frame("celeba", 64, (218, 178), "cover").rule(64).find(30, 77) is None
    own = model_frame("0,0,40,80", 64, (50, 100), "cover").rule(64)
    assert own.find(50, 100) == (0, 20, 40, 40)


def test_the_middle_of_a_picture():
    rule = training_rule("none", 64, resize="cover")
    assert rule.box_of(30, 77) == (0, 23, 30, 30)  # 47 are left: 23 and 24
    assert rule.box_of(77, 30) == (23, 0, 30, 30)


def test_the_same_part_means_the_same_resize():
    whole = [training_rule("none", 64, resize=name) for name in ("", "stretch", "cover", "contain")]
    assert same_part(whole[0], whole[1]) and not same_part(whole[1], whole[2])
    assert not same_part(whole[1], whole[3]) and not same_part(whole[2], whole[3])
    assert same_part(whole[2], whole[3], [(50, 50)]), "square images have nothing beside them"


def test_two_ways_to_name_a_part_are_one():
    half = (109, 89)
    own = training_rule("13,2,85,85", 64, half)
    assert same_part(CELEBA, own, [half]) and not same_part(own, training_rule("celeba", 64), [])
    assert same_part(training_rule("official", 128), CELEBA)
    assert not same_part(training_rule("official", 64), CELEBA)
    assert same_part(training_rule("none", 64), CELEBA, [(256, 256)])
    assert not same_part(training_rule("none", 64), CELEBA)


def test_the_points_lie_in_the_crop():
    box = CELEBA_CROP
    assert ((box.left, box.top) <= CANONICAL_POINTS).all()
    assert ((box.left + box.width, box.top + box.height) > CANONICAL_POINTS).all()
