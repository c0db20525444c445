from pathlib import Path

import numpy as np
import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_all, load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.evaluation.true_edit_metrics import measure_true_edits
from stgan_tf.evaluation.true_edits import TrueEdits
from stgan_tf.images import to_uint8
from stgan_tf.sources.domains import with_domains
from stgan_tf.synthetic import landscapes
from stgan_tf.synthetic.faces import write_dataset


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faces") / "faces"
    write_dataset(folder, 20, seed=3, num_processes=1, progress=False)
    return DataConfig(data_dir=str(folder), image_size=32, split="partition")


def test_true_edits_line_up_with_the_images(config):
    table = load_all(config).select(np.arange(4, 6))
    images = to_uint8(next(iter(evaluation_dataset(table, config, 2)))["images"].numpy())
    true_edits = TrueEdits.of_data_set(config)
    assert true_edits.provenance["seed"] == 3
    for row in range(2):
        edits = true_edits.of_image(table.paths[row], table.attributes[row])
        assert len(edits) == 13
        glasses = edits[config.attributes.index("Eyeglasses")].astype(int)
        difference = np.abs(glasses - images[row]).max(axis=-1)
        # The same person with only glasses changed: most pixels stay (JPEG aside), some move a lot.
        assert np.mean(difference < 16) > 0.6
        assert difference.max() > 40


def assert_equal_but_for_the_cut(image, expected):
    """Floats that become 8 bits are cut off, not rounded."""
    np.testing.assert_allclose(image.astype(int), expected, atol=1)


@pytest.fixture(scope="module")
def seasons(tmp_path_factory):
    """Places 1, 3, ... in summer, 2, 4, ... in winter; the last two are the test images."""
    folder = tmp_path_factory.mktemp("landscapes") / "seasons"
    landscapes.write_dataset(folder, 20, size=32, seed=5, num_processes=1, progress=False)
    config = DataConfig(
        data_dir=str(folder), dataset="domains", image_size=32, split="partition", crop="none"
    )
    return with_domains(config)


def test_the_true_translation_is_the_same_place_in_the_other_season(seasons):
    table = load_split(seasons, "test")
    assert [Path(path).parent.name for path in table.paths] == ["summer", "winter"]
    true_edits = TrueEdits.of_data_set(seasons)
    assert true_edits.provenance["generator"] == "stgan_tf.synthetic.landscapes"
    for path, label, season in zip(
        table.paths, table.attributes, ("winter", "summer"), strict=True
    ):
        [truth] = true_edits.of_image(path, label)
        expected = landscapes.true_translation(5, int(Path(path).stem) - 1, season, 32)
        assert_equal_but_for_the_cut(truth, expected)


def test_what_was_drawn_is_what_the_generator_is_given(seasons):
    """Landscapes are kept without loss."""
    table = load_split(seasons, "test")
    images = to_uint8(next(iter(evaluation_dataset(table, seasons, 2)))["images"].numpy())
    with TrueEdits.of_data_set(seasons).drawing(table.paths, table.attributes) as drawn:
        for image, (drawing, _) in zip(images, drawn, strict=True):
            assert_equal_but_for_the_cut(drawing, image)


def test_of_three_seasons_one_cannot_be_taken_away(tmp_path):
    names = ("autumn", "summer", "winter")
    landscapes.write_dataset(
        tmp_path / "s", 30, seasons=names, size=32, num_processes=1, progress=False
    )
    config = DataConfig(
        data_dir=str(tmp_path / "s"), dataset="domains", image_size=32, split="partition"
    )
    config = with_domains(config)
    table = load_split(config, "test")
    true_edits = TrueEdits.of_data_set(config)
    own = int(np.flatnonzero(table.attributes[0])[0])
    truths = true_edits.of_image(table.paths[0], table.attributes[0])
    for column, truth in enumerate(truths):
        index = int(Path(table.paths[0]).stem) - 1
        drawing = landscapes.true_translation(0, index, names[column], 32)
        assert_equal_but_for_the_cut(truth, drawing)
    assert Path(table.paths[0]).parent.name == names[own]


def test_other_data_has_none(config, tmp_path):
    assert TrueEdits.of_data_set(DataConfig(data_dir=str(tmp_path))) is None
    assert TrueEdits.of_data_set(DataConfig(dataset="tfds:celeb_a")) is None
    smiling = DataConfig(data_dir=config.data_dir, attributes=("Smiling",))
    assert TrueEdits.of_data_set(smiling) is None


def test_an_editor_that_draws_the_true_edit_is_perfect(config):
    """The edit is the drawing itself: nothing leaks but the JPEG noise of what was given."""
    table = load_all(config).select(np.arange(2))
    batch = next(iter(evaluation_dataset(table, config, 2)))
    true_edits = TrueEdits.of_data_set(config)
    source = batch["source_attributes"].numpy()
    truths = [true_edits.of_image(*pair) for pair in zip(table.paths, source, strict=True)]

    class Drawing:
        names = config.attributes

        def kind_of(self, edited, source):
            return edited

        def encode(self, images):
            return [images]

        def flip(self, features, attributes, name, intensity):
            return np.stack([truth[self.names.index(name)] for truth in truths])

    with true_edits.drawing(table.paths, source) as drawn:
        result = measure_true_edits(Drawing(), [batch], drawn, [1.0])
    assert result["images"] == 2
    edit, nothing = result["edits"][0], result["do_nothing"]
    assert edit["intensity"] == 1.0
    assert set(edit["attributes"]) | set(edit["without_region"]) == set(config.attributes)
    assert edit["mean"]["psnr"] > 58
    assert edit["mean"]["ssim_inside"] == 1.0
    assert edit["mean"]["leakage"] < 4
    assert nothing["mean"]["leakage"] == 0
    assert nothing["mean"]["psnr_inside"] < 25 < nothing["mean"]["psnr_outside"]
