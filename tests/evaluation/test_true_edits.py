import numpy as np
import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_all
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.evaluation.true_edit_metrics import measure_true_edits
from stgan_tf.evaluation.true_edits import TrueEdits
from stgan_tf.images import to_uint8
from stgan_tf.synthetic.faces import write_dataset


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faces") / "faces"
    write_dataset(folder, 20, seed=3, num_processes=1)
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
