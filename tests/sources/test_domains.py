"""Domain folders in the layouts that people have: the same table from each."""

import logging
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_all, load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.options import ConfigError
from stgan_tf.sources.domains import with_domains
from stgan_tf.systems.run_flags import read_flag_file

SPLITS = ("train", "validation", "test")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def fill(root, **folders):
    """fill(root, trainA=3, ...): so many images a folder, each of a size of its own; __ is /."""
    for index, (folder, count) in enumerate(folders.items()):
        path = root / folder.replace("__", "/")
        path.mkdir(parents=True)
        for i in range(count):
            shape = (8 + index, 9 + i, 3)
            Image.fromarray(np.full(shape, 4 * i, np.uint8)).save(path / f"{i}.png")
    return root


def config(folder, **options):
    return DataConfig(data_dir=str(folder), dataset="domains", image_size=8, **options)


def seen(folder, part, root, **options):
    """{name below root: labels} of a split (`part`), and the attributes' names."""
    table = load_split(config(folder, **options), part)
    names = [Path(path).relative_to(root).as_posix() for path in table.paths]
    assert len(set(names)) == len(names)
    return dict(zip(names, table.attributes.tolist(), strict=True)), table.names


def require_pairs(given, root, train, test, attribute):
    """Domains of 3 and 2 training images, and of 2 and 1 test images, in folders of these names."""
    found, names = seen(given, "test", root)
    assert names == (attribute,)
    assert found == {f"{test[0]}/0.png": [0], f"{test[0]}/1.png": [0], f"{test[1]}/0.png": [1]}
    trained, _ = seen(given, "train", root)
    validated, _ = seen(given, "validation", root)
    # One of each domain; the rest is trained on.
    assert sorted(validated.values()) == [[0], [1]]
    assert not trained.keys() & validated.keys()
    assert trained | validated == {
        f"{train[0]}/0.png": [0],
        f"{train[0]}/1.png": [0],
        f"{train[0]}/2.png": [0],
        f"{train[1]}/0.png": [1],
        f"{train[1]}/1.png": [1],
    }


@pytest.mark.parametrize("given", ["", "trainA", "trainB", "testA", ".."])
def test_cyclegans_layout(tmp_path, given):
    root = fill(tmp_path / "sets" / "seasons", trainA=3, trainB=2, testA=2, testB=1)
    (root / "readme.txt").write_text("seasons")
    require_pairs(root / given, root, ("trainA", "trainB"), ("testA", "testB"), "B")


@pytest.mark.parametrize("given", ["", "train", "test", "train/winter", "test/summer", ".."])
def test_stargans_layout(tmp_path, given):
    folders = dict(train__summer=3, train__winter=2, test__summer=2, test__winter=1)
    root = fill(tmp_path / "sets" / "seasons", **folders)
    train, test = ("train/summer", "train/winter"), ("test/summer", "test/winter")
    require_pairs(root / given, root, train, test, "winter")


def test_relative_path(tmp_path, monkeypatch):
    root = fill(tmp_path / "seasons", trainA=3, trainB=2, testA=2, testB=1)
    monkeypatch.chdir(root / "trainA")
    assert with_domains(config(".")).attributes == ("B",)
    require_pairs(".", root, ("trainA", "trainB"), ("testA", "testB"), "B")


def test_plain_folders_are_divided_by_fractions(tmp_path):
    root = fill(tmp_path / "seasons", winter=6, summer=4)
    chosen = with_domains(config(root))
    assert (chosen.attributes, chosen.split) == (("winter",), "fractions")
    shares = {"split": "fractions", "split_fractions": (0.6, 0.2, 0.2)}
    found = [seen(root, split, root, **shares)[0] for split in SPLITS]
    assert [len(part) for part in found] == [6, 2, 2]
    expected = {f"winter/{i}.png": [1] for i in range(6)} | {
        f"summer/{i}.png": [0] for i in range(4)
    }
    assert found[0] | found[1] | found[2] == expected
    assert [sorted(part.values()) for part in found[1:]] == [[[0], [1]]] * 2
    with pytest.raises(ConfigError, match="--split: must be fractions .* folders summer, winter"):
        with_domains(config(root, split="partition"))


@pytest.mark.parametrize(
    "folders",
    [
        dict(trainA=2, trainB=2, trainC=2, trainD=2, testA=1, testD=1),
        dict(train__A=2, train__B=2, train__C=2, train__D=2, test__A=1, test__D=1),
    ],
)
def test_four_domains(tmp_path, folders):
    root = fill(tmp_path / "seasons", **folders)
    chosen = with_domains(config(root))
    assert chosen.attributes == ("A", "B", "C", "D")
    assert chosen.exclusive_attributes
    assert sorted(seen(root, "train", root)[0].values()) == np.eye(4, dtype=int)[::-1].tolist()
    assert list(seen(root, "test", root)[0].values()) == [[1, 0, 0, 0], [0, 0, 0, 1]]
    some = config(root, attributes=("D", "B"))
    assert with_domains(some).attributes == ("D", "B")
    assert load_split(some, "test").attributes.tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize(
    "folders",
    [
        dict(trainA=3, trainB=2, test=4),
        dict(train__A=3, train__B=2, test=4),
        dict(train__A=3, train__B=2, test__A=2, test__B=1, test=4),
        dict(A=3, B=2, test=4),
    ],
)
def test_loose_pictures_at_test_are_left_out_by_name(tmp_path, folders, caplog):
    root = tmp_path / "s"
    (root / "test").mkdir(parents=True)
    for name in ("x", "y", ".hidden"):
        Image.new("RGB", (9, 8)).save(root / "test" / f"{name}.png")
    (root / "test" / "notes.txt").write_text("")
    fill(root, **{name: count for name, count in folders.items() if name != "test"})
    table = load_all(config(root))
    assert table.names == ("B",)
    assert not {"x.png", "y.png"} & {Path(path).name for path in table.paths}
    assert len(table) == sum(count for name, count in folders.items() if name != "test")
    (record,) = [record for record in caplog.records if "directly in" in record.getMessage()]
    message = record.getMessage()
    assert f"2 pictures are directly in {root / 'test'} (x.png, y.png)" in message
    assert f"edit --model=RUN_DIR --input={root / 'test'} --to=" in message


def test_a_measured_split_has_each_test_image_once(tmp_path):
    """Domains of 5, 3 and 1 test images, in batches of 4: each of its own colour and size."""
    root = fill(tmp_path / "s", train__a=2, train__b=2, train__c=2, test__a=5, test__b=3, test__c=1)
    colours = {}
    for number, path in enumerate(sorted((root / "test").rglob("*.png"))):
        Image.new("RGB", (8 + number, 20 - number), (20 * number, 0, 255)).save(path)
        colours[20 * number] = path.parent.name
    table = load_split(config(root), "test")
    found = []
    for batch in evaluation_dataset(table, config(root), 4).as_numpy_iterator():
        reds = np.rint((batch["images"][:, 4, 4, 0] + 1) * 127.5).astype(int)
        names = np.array(table.names)[batch["source_attributes"].argmax(axis=1)]
        found += zip(reds.tolist(), names.tolist(), strict=True)
    assert sorted(found) == sorted(colours.items())


def test_images_in_folders_below_and_what_is_no_image(tmp_path):
    root = fill(tmp_path / "s", trainA=1, trainA__2020__may=2, trainB=2, testA__x=1, testB=1)
    shutil.copy(root / "trainB" / "0.png", root / "trainB" / ".hidden.png")
    (root / "trainB" / "notes.txt").write_text("snow")
    fill(root / "__MACOSX", trainA=1)
    table = load_all(config(root))
    names = [Path(path).relative_to(root).as_posix() for path in table.paths]
    assert sorted(names) == [
        *("testA/x/0.png", "testB/0.png", "trainA/0.png", "trainA/2020/may/0.png"),
        *("trainA/2020/may/1.png", "trainB/0.png", "trainB/1.png"),
    ]
    # A nested folder of a domain's is no domain.
    assert with_domains(config(root / "trainA")).attributes == ("B",)


def test_a_validation_folder_is_the_validation_split(tmp_path):
    root = fill(tmp_path / "s", trainA=3, trainB=3, valA=1, valB=2, testA=1, testB=1)
    found = [len(seen(root, split, root)[0]) for split in SPLITS]
    assert found == [6, 3, 2]


def test_a_twentieth_of_each_domain_is_for_validation(tmp_path):
    root = fill(tmp_path / "s", trainA=60, trainB=1, testA=1, testB=1)
    validated, _ = seen(root, "validation", root)
    assert list(validated.values()) == [[0]] * 3, "a single image is trained on"
    before = set(validated)
    shutil.copy(root / "trainA" / "0.png", root / "trainA" / "more.png")
    assert len(before & set(seen(root, "validation", root)[0])) >= 2


def test_lists_are_written_once_and_anew_when_files_change(tmp_path):
    root = fill(tmp_path / "s", trainA=2, trainB=2, testA=1, testB=1)
    load_all(config(root))
    (lists,) = (tmp_path / "cache" / "stgan_tf").glob("domains_*")
    written = (lists / "labels.csv").stat()
    load_all(config(root / "trainA"))
    assert (lists / "labels.csv").stat() == written
    shutil.copy(root / "trainA" / "0.png", root / "trainA" / "new.png")
    assert len(load_all(config(root))) == 7
    (root / "trainA" / "new.png").unlink()
    assert len(load_all(config(root))) == 6
    assert {path.suffix for path in root.rglob("*") if path.is_file()} == {".png"}


def test_names_of_domains_as_people_write_them(tmp_path):
    root = fill(tmp_path / "my set", **{"New York": 2, "München; Süd": 2, "2": 2})
    chosen = with_domains(config(root))
    assert chosen.attributes == ("2", "München; Süd", "New York")
    table = load_all(chosen)
    assert table.attributes.sum(axis=0).tolist() == [2, 2, 2]
    fill(root, **{"a,b": 1})
    with pytest.raises(ConfigError, match="comma or an equals sign.*'a,b'"):
        with_domains(config(root))


def test_either_of_two_domains_but_not_both(tmp_path):
    root = fill(tmp_path / "s", summer=2, winter=3)
    assert with_domains(config(root)).exclusive_attributes is False
    assert load_all(config(root, attributes=("summer",))).attributes.sum() == 2
    assert load_all(config(root, attributes=())).attributes.sum() == 3
    with pytest.raises(ConfigError, match="--attributes: .*both.*summer and winter.*copy the"):
        with_domains(config(root, attributes=("summer", "winter")))
    with pytest.raises(ConfigError, match="has summer, winter; empty means winter. .*Glasses"):
        with_domains(config(root, attributes=("Glasses",)))


def test_other_data_sets_are_left_alone(tmp_path):
    folder = DataConfig(data_dir=str(tmp_path))
    assert with_domains(folder) is folder
    with pytest.raises(ConfigError, match="at least one"):
        DataConfig(attributes=())


def test_nothing_there(tmp_path):
    with pytest.raises(ConfigError, match="data_dir: is required"):
        with_domains(config(""))
    with pytest.raises(FileNotFoundError, match=r"nowhere is not a folder"):
        with_domains(config(tmp_path / "nowhere"))
    root = tmp_path / "s"
    root.mkdir()
    with pytest.raises(FileNotFoundError, match=r"looked for trainA and trainB.*it is empty"):
        with_domains(config(root))
    (root / "seasons.zip").write_bytes(b"PK")
    (root / "notes.txt").write_text("")
    with pytest.raises(
        FileNotFoundError, match=r"found: notes.txt, seasons.zip.*Not unpacked yet: .*seasons"
    ):
        with_domains(config(root))


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        (dict(trainA=2, testA=1), "only one domain, A: .*found: testA, trainA"),
        (dict(summer=2), "only one domain, summer: looked for .*found: summer"),
        (dict(A__train=1, A__test=1, B__train=1), "inside the domains .A/test.*test/A"),
        (dict(train=2, test=1), "has test, but not the folders of a training set.*: test, train"),
        (dict(testA=1, testB=1), "has testA, but not the folders of a training set"),
        (dict(trainA=1, trainB=1, testC=1), "test images of C, .*training folders for A, B"),
        (dict(x__trainA=1, y__trainA=1), "several sets of domain folders: x, y"),
    ],
)
def test_wrong_roots(tmp_path, folders, message):
    root = fill(tmp_path / "s", **folders)
    with pytest.raises(ConfigError, match=message):
        with_domains(config(root))


def test_an_empty_domain(tmp_path, caplog):
    root = fill(tmp_path / "s", trainA=2, trainB=0, testA=1, testB=0)
    with pytest.raises(FileNotFoundError, match=r"domain B in .*trainB: .*\.png.*It is empty"):
        load_all(config(root))
    (root / "trainB" / "b.tar.gz").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match=r"Found: b.tar.gz.*Not unpacked yet"):
        load_all(config(root))
    shutil.copy(root / "trainA" / "0.png", root / "trainB" / "0.png")
    with caplog.at_level(logging.WARNING):
        assert seen(root, "test", root)[0] == {"testA/0.png": [0]}
    assert "testB has no images" in caplog.text


def test_attributes_come_from_the_folders_when_flags_are_read(tmp_path):
    root = fill(tmp_path / "s", train__summer=1, train__winter=1)
    shipped = Path(__file__).parents[2] / "flags" / "cyclegan.cfg"
    flag_file = tmp_path / "run.cfg"
    lines = [f"--flagfile={shipped}", "--dataset=domains", f"--data_dir={root}"]
    flag_file.write_text("\n".join([*lines, "--attributes="]))
    data = read_flag_file(flag_file).data
    assert (data.attributes, data.split, data.data_dir) == (("winter",), "partition", str(root))
    assert (data.crop, data.resize) == ("none", "stretch")
    flag_file.write_text("\n".join(lines))
    with pytest.raises(ValueError, match="has summer, winter; empty means winter. .*: Eyeglasses"):
        read_flag_file(flag_file)
    flag_file.write_text("\n".join([*lines, f"--data_dir={root}/nowhere"]))
    with pytest.raises(ValueError, match="nowhere is not a folder"):
        read_flag_file(flag_file)
