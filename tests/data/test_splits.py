import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stgan_tf.config.data import DataConfig
from stgan_tf.data.splits import assign_splits, indices_of

NAMES = np.array([f"{i:06d}.jpg" for i in range(1, 11)])


def test_stgan_counts_of_celeba():
    names = np.arange(202_599)
    assigned = assign_splits(names, DataConfig(), None)
    assert np.bincount(assigned).tolist() == [182_000, 637, 19_962]
    assert (np.diff(assigned.astype(int)) >= 0).all()  # by list order


@given(st.integers(1, 200), st.sampled_from([(0.8, 0.1, 0.1), (0.9, 0.1, 0.0), (0.5, 0.0, 0.5)]))
@settings(max_examples=50)
def test_fractions_add_up(total, fractions):
    names = np.array([f"{i}.png" for i in range(total)])
    config = DataConfig(split="fractions", split_fractions=fractions)
    counts = np.bincount(assign_splits(names, config, None), minlength=3)
    assert counts.sum() == total and abs(counts[0] - total * fractions[0]) <= 1
    assert all(count == 0 for count, share in zip(counts, fractions, strict=True) if share == 0)


def test_fractions_mix_and_do_not_depend_on_the_order():
    config = DataConfig(split="fractions", split_fractions=(0.5, 0.25, 0.25))
    names = np.array([f"{i}.png" for i in range(1000)])
    assigned = assign_splits(names, config, None)
    assert 400 < np.flatnonzero(assigned == 0).mean() < 600
    np.testing.assert_array_equal(assign_splits(names[::-1], config, None)[::-1], assigned)


@given(
    st.lists(st.integers(3, 60), min_size=2, max_size=4),
    st.sampled_from([(0.8, 0.1, 0.1), (0.9, 0.05, 0.05), (0.02, 0.49, 0.49)]),
)
@settings(max_examples=50)
def test_each_domain_is_in_each_split(counts, fractions):
    names = np.array([f"{d}/{i}.png" for d, count in enumerate(counts) for i in range(count)])
    domains = np.array([name[0] for name in names])
    config = DataConfig(split="fractions", split_fractions=fractions)
    assigned = assign_splits(names, config, None, domains)
    for domain, count in enumerate(counts):
        found = np.bincount(assigned[domains == str(domain)], minlength=3)
        assert found.min() >= 1 and found.sum() == count
        assert (np.abs(found - count * np.array(fractions)) <= 2).all()
    alone = assign_splits(names[: counts[0]], config, None, domains[: counts[0]])
    np.testing.assert_array_equal(alone, assigned[: counts[0]])  # whatever the others have


def test_a_domain_with_too_few_images_is_named():
    names, domains = np.array(list("abcdef")), np.array(["summer"] * 4 + ["winter"] * 2)
    config = DataConfig(split="fractions")
    with pytest.raises(ValueError, match="3 images of each domain, .*Received: 2 of winter.*0.05"):
        assign_splits(names, config, None, domains)
    without = DataConfig(split="fractions", split_fractions=(0.9, 0.1, 0.0))
    assert sorted(assign_splits(names, without, None, domains)[4:]) == [0, 1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list_eval_partition.txt", "{} 0\n{} 1\n{} 2\n"),
        ("list_eval_partition.csv", "image_id,partition\n{},0\n{},1\n{},2\n"),
    ],
)
def test_partition_files(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text.format("b.jpg", "a.jpg", "c.jpg"))
    config = DataConfig(split="partition")
    assert assign_splits(np.array(["a.jpg", "b.jpg"]), config, path).tolist() == [1, 0]
    with pytest.raises(ValueError, match="does not list 1 of 2 images: d.jpg"):
        assign_splits(np.array(["a.jpg", "d.jpg"]), config, path)


def test_partition_of_names_spelt_otherwise(tmp_path):
    path = tmp_path / "list_eval_partition.csv"
    path.write_text("image_id;partition\n000001.jpg;2\n000002.jpg;0\n")
    config = DataConfig(split="partition")
    for names in (["2", "1"], ["images/000002.jpg", "images/000001.jpg"], ["000002.png", "1.png"]):
        assert assign_splits(np.array(names), config, path).tolist() == [0, 2]


@pytest.mark.parametrize("line", ["a.jpg 3", "a.jpg", "a.jpg 1 1"])
def test_partition_errors(tmp_path, line):
    path = tmp_path / "list_eval_partition.txt"
    path.write_text(f"b.jpg 0\n{line}\n")
    with pytest.raises(ValueError, match="line 2: expected"):
        assign_splits(np.array(["a.jpg"]), DataConfig(split="partition"), path)


def test_missing_partition_file():
    with pytest.raises(FileNotFoundError, match="list_eval_partition.txt.*--split=fractions"):
        assign_splits(NAMES, DataConfig(split="partition"), None)


def test_empty_splits_say_what_to_try(tmp_path):
    config = DataConfig()
    assigned = assign_splits(NAMES, config, None)
    assert len(indices_of(assigned, "train", config, None)) == 10
    with pytest.raises(ValueError, match="10 images are listed.*--split=fractions"):
        indices_of(assigned, "test", config, None)
    with pytest.raises(ValueError, match="--split=partition .list_eval_partition.txt exists"):
        indices_of(assigned, "test", config, tmp_path / "list_eval_partition.txt")
    config = DataConfig(split="fractions", split_fractions=(1.0, 0.0, 0.0))
    assigned = assign_splits(NAMES, config, None)
    with pytest.raises(ValueError, match="--split_fractions"):
        indices_of(assigned, "validation", config, None)
    with pytest.raises(ValueError, match="one of train, validation, test.*'valid'"):
        indices_of(assigned, "valid", config, None)
