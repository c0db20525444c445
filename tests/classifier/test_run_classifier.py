import numpy as np
import pytest
from small_runs import write_classifier

from stgan_tf.classifier.run_classifier import keep_classifier, run_classifier


@pytest.fixture(scope="module")
def classifiers(tmp_path_factory):
    """Two classifiers of other weights."""
    folder = tmp_path_factory.mktemp("classifiers")
    return [write_classifier(folder / name) for name in ("first", "second")]


def test_the_last_one_given_stays(classifiers, tmp_path):
    assert run_classifier(tmp_path) is None
    for folder in classifiers:
        keep_classifier(tmp_path, folder)
        given, kept = run_classifier("elsewhere", folder), run_classifier(tmp_path)
        assert kept.sha256 == given.sha256
        images = np.zeros((1, kept.image_size, kept.image_size, 3), np.float32)
        np.testing.assert_array_equal(kept.model(images), given.model(images))
    assert [path.name for path in tmp_path.iterdir()] == ["classifier"]
    assert run_classifier(tmp_path, classifiers[0]).sha256 != kept.sha256
    assert run_classifier(tmp_path, "none") is None


def test_the_runs_own_may_be_given_by_path(classifiers, tmp_path):
    keep_classifier(tmp_path, classifiers[0] / "classifier.keras")
    before = sorted((tmp_path / "classifier").iterdir())
    keep_classifier(tmp_path, tmp_path / "classifier")
    assert sorted((tmp_path / "classifier").iterdir()) == before
    assert run_classifier(tmp_path, tmp_path / "classifier") is not None


def test_one_that_was_not_written_whole_is_replaced_or_named(classifiers, tmp_path):
    keep_classifier(tmp_path, classifiers[0])
    (tmp_path / "classifier" / "classifier.keras").unlink()
    with pytest.raises(FileNotFoundError, match=r"No classifier\.keras in .*classifier"):
        run_classifier(tmp_path)
    keep_classifier(tmp_path, classifiers[0])
    assert run_classifier(tmp_path) is not None


def test_a_run_folder_that_is_not_there_is_made(classifiers, tmp_path):
    keep_classifier(tmp_path / "new", classifiers[0])
    assert run_classifier(tmp_path / "new") is not None
