import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import name_unreadable
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.pipeline import evaluation_dataset, training_dataset
from stgan_tf.images import CropBox, crop, resize_bicubic_numpy
from stgan_tf.options import ConfigError

CONFIG = DataConfig(image_size=8, crop="1,0,10,10")
KEYS = ("images", "source_attributes", "target_attributes")


def elements(table, count, config=CONFIG, **options):
    defaults = {"batch_size": 4, "batches_per_iteration": 3, "seed": 5}
    dataset = training_dataset(table, config, **{**defaults, **options})
    return list(dataset.take(count).as_numpy_iterator())


def assert_same(left, right):
    for key in KEYS:
        np.testing.assert_array_equal(left[key], right[key], err_msg=key)


def prepared(table, config=CONFIG):
    """All images as the pipeline must give them, by Pillow and numpy."""
    box = None if config.crop == "none" else CropBox(*map(int, config.crop.split(",")))
    images = []
    for path in table.paths:
        with Image.open(path) as image:
            images.append(resize_bicubic_numpy(crop(np.asarray(image), box), config.image_size))
    return np.stack(images)


def indices_of(images, references):
    """Which reference each of `images` (..., H, W, 3) is."""
    flat = images.reshape(-1, 1, *references.shape[1:])
    distances = np.abs(flat - references[None]).max(axis=(2, 3, 4))
    assert distances.min(axis=1).max() < 1e-5
    return distances.argmin(axis=1)


def test_shapes_types_ranges_and_rows_that_belong_together(make_table):
    table = make_table(10)
    for element in elements(table, 3):
        assert element["images"].shape == (3, 4, 8, 8, 3)
        assert element["source_attributes"].shape == (3, 4, 3)
        assert {element[key].dtype.name for key in KEYS} == {"float32"}
        assert np.abs(element["images"]).max() <= 1
        rows = indices_of(element["images"], prepared(table))
        np.testing.assert_array_equal(
            element["source_attributes"].reshape(12, 3), table.attributes[rows]
        )


def test_static_shapes_are_known(make_table):
    dataset = training_dataset(make_table(4), CONFIG, batch_size=2, batches_per_iteration=2, seed=0)
    assert dataset.element_spec["images"].shape == (2, 2, 8, 8, 3)
    assert dataset.element_spec["target_attributes"].shape == (2, 2, 3)
    assert dataset.cardinality() == tf.data.INFINITE_CARDINALITY


def test_each_image_once_per_pass(make_table):
    table = make_table(10)
    images = np.concatenate([element["images"] for element in elements(table, 5)])
    order = indices_of(images, prepared(table)).reshape(6, 10)
    assert (np.sort(order, axis=1) == np.arange(10)).all()


@pytest.mark.parametrize("balance", [False, True])
def test_resume_is_exact(make_table, balance):
    config = dataclasses.replace(
        CONFIG, horizontal_flip=True, balance_attributes=balance, load_size=11
    )
    table = make_table(7)
    whole = elements(table, 6, config)
    for left, right in zip(whole[3:], elements(table, 3, config, start_iteration=3), strict=True):
        assert_same(left, right)
    assert any(
        (left["images"] != right["images"]).any()
        for left, right in zip(whole, whole[1:], strict=False)
    )


@pytest.mark.parametrize(("pipelines", "replicas"), [(1, 2), (2, 1), (2, 2)])
def test_replicas_share_the_batch_of_one(make_table, pipelines, replicas):
    config = dataclasses.replace(CONFIG, horizontal_flip=True, load_size=11)
    table = make_table(7)
    alone = elements(table, 4, config, start_iteration=2)
    shared = [
        elements(
            table,
            4 * replicas,
            config,
            start_iteration=2,
            num_pipelines=pipelines,
            pipeline_index=index,
            replicas_per_pipeline=replicas,
        )
        for index in range(pipelines)
    ]
    for i, expected in enumerate(alone):
        parts = [part for own in shared for part in own[i * replicas : (i + 1) * replicas]]
        joined = {key: np.concatenate([part[key] for part in parts], axis=1) for key in KEYS}
        assert_same(joined, expected)


@pytest.mark.parametrize("balance", [False, True])
def test_required_values_of_the_first_attribute(make_table, balance):
    """Batch k has images of its value alone, whatever the replicas, and resumes exactly."""
    config = dataclasses.replace(CONFIG, balance_attributes=balance)
    table = make_table(9)
    assert {0, 1} == set(table.attributes[:, 0])
    options = {"batches_per_iteration": 2, "required_values": (0, 1)}
    alone = elements(table, 5, config, **options)
    for element in alone:
        rows = indices_of(element["images"], prepared(table)).reshape(2, 4)
        np.testing.assert_array_equal(table.attributes[rows, 0], [[0] * 4, [1] * 4])
        np.testing.assert_array_equal(element["source_attributes"], table.attributes[rows])
        np.testing.assert_array_equal(element["target_attributes"][..., 0], [[0] * 4, [1] * 4])
    shared = elements(table, 4, config, start_iteration=3, replicas_per_pipeline=2, **options)
    for i, expected in enumerate(alone[3:]):
        parts = shared[2 * i : 2 * i + 2]
        joined = {key: np.concatenate([part[key] for part in parts], axis=1) for key in KEYS}
        assert_same(joined, expected)


def test_a_required_value_that_no_image_has(make_table):
    table = make_table(4)
    ones = ImageTable(table.paths, np.ones_like(table.attributes), table.names)
    with pytest.raises(ValueError, match="images with Bald = 0"):
        elements(ones, 1, batches_per_iteration=2, required_values=(0, 1))


def test_works_under_a_distribution_strategy(make_table):
    table = make_table(6)
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    distributed = strategy.distribute_datasets_from_function(
        lambda context: training_dataset(
            table, CONFIG, batch_size=4, batches_per_iteration=3, seed=5,
            num_pipelines=context.num_input_pipelines, pipeline_index=context.input_pipeline_id,
        )
    )  # fmt: skip
    first = next(iter(distributed))
    assert_same({key: first[key].numpy() for key in KEYS}, elements(table, 1)[0])


def test_batch_must_divide(make_table):
    with pytest.raises(ConfigError, match="divisible by the 3 replicas. Received: 4"):
        elements(make_table(4), 1, num_pipelines=3)


def test_no_images():
    empty = ImageTable(np.array([], str), np.zeros((0, 1), np.uint8), ("Bald",))
    with pytest.raises(ValueError, match="training split has no images"):
        elements(empty, 1)


@pytest.mark.parametrize("box", ["1,0,10,10", "none"])
def test_flips_mirror_before_the_resize(make_table, box):
    config = dataclasses.replace(CONFIG, crop=box, horizontal_flip=True)
    table = make_table(5)
    plain = np.concatenate([e["images"] for e in elements(table, 4, CONFIG)]).reshape(-1, 8, 8, 3)
    plain_config = dataclasses.replace(config, horizontal_flip=False)
    plain = np.concatenate([e["images"] for e in elements(table, 4, plain_config)])
    flipped = np.concatenate([e["images"] for e in elements(table, 4, config)])
    mirrored_crops = []
    for path in table.paths:
        with Image.open(path) as image:
            pixels = np.asarray(image)
        pixels = pixels if box == "none" else pixels[1:11, 0:10]
        mirrored_crops.append(resize_bicubic_numpy(pixels[:, ::-1], 8))
    order = indices_of(plain, prepared(table, config))
    plain, flipped = plain.reshape(-1, 8, 8, 3), flipped.reshape(-1, 8, 8, 3)
    mirrored = 0
    for index, before, after in zip(order, plain, flipped, strict=True):
        if np.abs(before - after).max() > 1e-5:
            np.testing.assert_allclose(after, mirrored_crops[index], atol=1e-5)
            mirrored += 1
    assert 10 < mirrored < 38  # of 48


@pytest.mark.parametrize("cache", ["none", "memory"])
def test_random_squares_of_the_larger_image(make_table, cache):
    """Each training image is a square of the image at 11x11, all 16 of them come up, and the image
    drawn is the one that is drawn without; evaluation shows all of it.
    """
    table = make_table(3)
    config = dataclasses.replace(CONFIG, load_size=11, cache=cache)
    large = prepared(table, dataclasses.replace(CONFIG, image_size=11))
    squares = np.stack([large[:, y : y + 8, x : x + 8] for y in range(4) for x in range(4)], axis=1)
    found = np.concatenate([element["images"] for element in elements(table, 20, config)])
    which = indices_of(found, squares.reshape(-1, 8, 8, 3))
    plain = np.concatenate([element["images"] for element in elements(table, 20, CONFIG)])
    np.testing.assert_array_equal(which // 16, indices_of(plain, prepared(table)))
    assert set(which % 16) == set(range(16))
    shown = next(iter(evaluation_dataset(table, config, 3)))["images"]
    np.testing.assert_allclose(shown, prepared(table), atol=1e-5)


def test_random_squares_of_the_same_size_are_the_image(make_table):
    table = make_table(3)
    config = dataclasses.replace(CONFIG, load_size=8, horizontal_flip=True)
    plain = elements(table, 2, dataclasses.replace(config, load_size=0))
    for left, right in zip(elements(table, 2, config), plain, strict=True):
        assert_same(left, right)


@pytest.mark.parametrize("resize", ["stretch", "cover", "contain"])
def test_shapes_that_differ_are_batched(make_table, resize):
    table = make_table(4)
    for path, size in zip(table.paths, [(30, 9), (9, 30), (8, 8), (5, 6)], strict=True):
        pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
        Image.fromarray(pixels).save(path)
    config = DataConfig(image_size=8, crop="none", resize=resize)
    references = []
    for path in table.paths:
        with Image.open(path) as image:
            pixels = np.asarray(image)
        seen = config.crop_rule.square_of(*pixels.shape[:2]).cut(pixels)
        references.append(resize_bicubic_numpy(seen, 8))
    images = np.concatenate([element["images"] for element in elements(table, 2, config)])
    assert set(indices_of(images, np.stack(references))) == {0, 1, 2, 3}


def test_images_of_several_sizes_without_a_crop(make_table, tmp_path):
    table = make_table(3)
    Image.new("RGB", (30, 9), (255, 0, 255)).save(table.paths[1])
    images = [element["images"] for element in elements(table, 2, DataConfig(image_size=8, crop="none"))]  # fmt: skip  # noqa: E501
    colour = np.concatenate(images).reshape(-1, 8, 8, 3) == np.array([1, -1, 1], np.float32)
    assert colour.all(axis=(1, 2, 3)).sum() == 8


def test_evaluation_is_in_order_and_complete(make_table):
    table = make_table(7)
    dataset = evaluation_dataset(table, CONFIG, 3)
    assert dataset.cardinality() == 3
    batches = list(dataset.as_numpy_iterator())
    assert [len(batch["images"]) for batch in batches] == [3, 3, 1]
    images = np.concatenate([batch["images"] for batch in batches])
    np.testing.assert_allclose(images, prepared(table), atol=1e-5)
    attributes = np.concatenate([batch["source_attributes"] for batch in batches])
    np.testing.assert_array_equal(attributes, table.attributes)
    assert attributes.dtype == images.dtype == np.float32


@pytest.mark.parametrize("bad", [0, 3, 6])
@pytest.mark.parametrize("fault", ["truncated", "absent", "small"])
@pytest.mark.parametrize("kind", ["training", "evaluation"])
def test_errors_name_the_file(make_table, bad, fault, kind):
    table = make_table(7)
    path = Path(table.paths[bad])
    if fault == "truncated":
        path.write_bytes(path.read_bytes()[:100])
    elif fault == "absent":
        path.unlink()
    else:
        Image.new("RGB", (10, 10)).save(path)  # the box ends at row 11
    if kind == "training":
        dataset = training_dataset(table, CONFIG, batch_size=4, batches_per_iteration=3, seed=5)
    else:
        dataset = evaluation_dataset(table, CONFIG, 3)
    with pytest.raises(ValueError) as error:
        list(name_unreadable(dataset.take(3), table, CONFIG))
    message = str(error.value)
    assert str(path) in message and "--skip_bad_images" in message
    assert ("10x10 (width x height)" in message) == (fault == "small")


@pytest.mark.parametrize(
    ("kind", "size"),
    [("jpg", 64), ("jpg", 128), ("jpg", 256), ("jpg", 384), ("png", 64), ("png", 128)],
)
@pytest.mark.parametrize("cropped", ["official", "none"])
def test_equals_the_official_preprocessing(official_dir, kind, size, cropped):
    name = f"{kind}_{size}_{'crop' if cropped == 'official' else 'nocrop'}"
    with np.load(official_dir / "preprocess" / "expected.npz") as file:
        expected = dict(file)
    path = str(official_dir / "preprocess" / f"sample.{kind}")
    table = ImageTable(np.array([path]), np.zeros((1, 1), np.uint8), ("Bald",))
    config = DataConfig(image_size=size, crop=cropped)
    image = next(iter(evaluation_dataset(table, config, 1)))["images"][0]
    assert np.abs(image - expected[name]).max() <= 1e-5
