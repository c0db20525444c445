"""--dataset=synthetic: drawn once into the cache folder."""

import dataclasses
import json
import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_all, load_split
from stgan_tf.options import ConfigError
from stgan_tf.sources.domains import with_domains
from stgan_tf.sources.synthetic import draw_once
from stgan_tf.synthetic import landscapes
from stgan_tf.synthetic.faces import write_dataset
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_flags import read_flag_file

FACES = DataConfig(dataset="synthetic", synthetic_images=10, split="partition")
LANDSCAPES = DataConfig(dataset="synthetic", scene="landscapes", synthetic_images=20)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_draws_once_what_the_command_draws(cache, tmp_path, capfd):
    table = load_split(FACES, "train")
    folder = Path(table.paths[0]).parents[1]
    assert folder.is_relative_to(cache) and len(table) == 8
    assert f"Drawing 10 faces in {folder}, once." in capfd.readouterr().err
    write_dataset(tmp_path / "drawn", 10, seed=0, num_processes=1, progress=False)
    for path in (tmp_path / "drawn").rglob("*.*"):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path / "drawn")).read_bytes()
    assert len(load_all(FACES)) == 10
    assert "Drawing" not in capfd.readouterr().err
    # Another number is another folder; the first is not touched.
    assert len(load_all(dataclasses.replace(FACES, synthetic_images=11))) == 11
    assert len(load_all(FACES)) == 10


def test_a_half_drawn_folder_is_finished(capfd):
    folder = draw_once(FACES)
    (folder / "synthetic_faces.json").rename(folder / "synthetic_faces.unfinished.json")
    (folder / "img_align_celeba" / "000003.jpg").unlink()
    assert len(load_all(FACES)) == 10


def test_processes_that_start_together_draw_once():
    faces = dataclasses.replace(FACES, synthetic_images=15)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        folders = set(pool.map(draw_once, [faces] * 3, chunksize=1))
    assert len(folders) == 1 and len(load_all(faces)) == 15


def test_a_data_dir_wins(tmp_path):
    write_dataset(tmp_path / "own", 12, seed=5, num_processes=1)
    own = dataclasses.replace(FACES, data_dir=str(tmp_path / "own"))
    assert own.dataset == "folder" and len(load_all(own)) == 12
    assert Config.from_json(Config(data=own).to_json()).data == own


def test_a_data_set_is_needed():
    with pytest.raises(ConfigError, match="--data_dir: is required.*--dataset=synthetic"):
        DataConfig().require_source()
    FACES.require_source()


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(OSError, match="cannot be written .*XDG_CACHE_HOME"):
        load_all(FACES)


def test_an_unknown_attribute_is_told_before_anything_is_drawn(cache):
    wrong = dataclasses.replace(FACES, attributes=("Malee",))
    with pytest.raises(ValueError, match="Unknown attribute: 'Malee'. Nearest: Male"):
        draw_once(wrong)
    assert not list(cache.glob("**/*.jpg"))
    assert draw_once(dataclasses.replace(FACES, attributes=("male", "No-Beard"))).is_dir()


def test_drawn_seasons_are_domains(cache, capfd):
    recorded = with_domains(LANDSCAPES)
    assert recorded.attributes == ("winter",) and recorded.split == "partition"
    assert not list(cache.glob("**/*.png"))  # nothing is drawn to know that
    tables = {part: load_split(recorded, part) for part in ("train", "validation", "test")}
    folder = Path(tables["test"].paths[0]).parents[2]
    assert f"Drawing 20 landscapes in {folder}, once." in capfd.readouterr().err
    assert folder.is_relative_to(cache)
    # 18 for training, of which one of each season validates.
    assert {part: len(table) for part, table in tables.items()} == {
        "train": 16,
        "validation": 2,
        "test": 2,
    }
    for table in tables.values():
        seasons = [Path(path).parent.name for path in table.paths]
        assert [int(season == "winter") for season in seasons] == table.attributes[:, 0].tolist()
    assert len(load_all(LANDSCAPES)) == 20
    assert "Drawing" not in capfd.readouterr().err
    record = landscapes.load_provenance(folder)
    assert (record.seed, record.size, record.seasons) == (0, 128, ("summer", "winter"))


@pytest.mark.parametrize(
    ("image_size", "load_size", "side"),
    [(64, 0, 128), (160, 0, 160), (2048, 0, 1024), (64, 72, 128), (160, 180, 180)],
)
def test_landscapes_are_drawn_at_the_size_they_are_trained_at(
    monkeypatch, image_size, load_size, side
):
    drawn = []
    monkeypatch.setattr(
        landscapes, "write_dataset", lambda folder, number, **given: drawn.append(given)
    )
    draw_once(dataclasses.replace(LANDSCAPES, image_size=image_size, load_size=load_size))
    assert drawn == [{"seasons": ("summer", "winter"), "size": side, "seed": 0}]


def test_flags_of_a_run_ask_for_landscapes(cache, tmp_path):
    smoke = Path(__file__).parents[2] / "flags" / "smoke.cfg"
    file = tmp_path / "landscapes.cfg"
    file.write_text(f"--flagfile={smoke}\n--scene=landscapes\n--seasons=autumn,spring,summer\n")
    data = read_flag_file(file).data
    assert (data.scene, data.seasons) == ("landscapes", ("autumn", "spring", "summer"))
    assert data.attributes == ("autumn", "spring", "summer") and data.split == "fractions"
    assert data.source == "64 drawn landscapes (--dataset=synthetic)"
    assert not cache.exists()


def test_several_seasons_exclude_each_other():
    seasons = ("winter", "spring", "autumn")
    recorded = with_domains(dataclasses.replace(LANDSCAPES, seasons=seasons))
    assert recorded.attributes == ("autumn", "spring", "winter") and recorded.exclusive_attributes
    table = load_all(recorded)
    np.testing.assert_array_equal(table.attributes.sum(axis=1), 1)
    assert table.attributes.sum(axis=0).tolist() == [6, 7, 7]  # in turn, winter first


def test_a_data_dir_wins_over_landscapes(tmp_path):
    for season in ("dry", "wet"):
        folder = tmp_path / "own" / "train" / season
        folder.mkdir(parents=True)
        for number in range(3):
            Image.new("RGB", (8, 8)).save(folder / f"{number}.png")
    own = dataclasses.replace(LANDSCAPES, data_dir=str(tmp_path / "own"))
    assert own.dataset == "domains" and with_domains(own).attributes == ("wet",)
    assert len(load_all(own)) == 6
    assert Config.from_json(Config(data=own).to_json()).data == own


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seasons": ("summer",)}, "--seasons: must be two or more of .* Received: summer"),
        ({"seasons": ("summer", "rainy")}, "--seasons: must be .* Received: summer, rainy"),
        ({"attributes": ("spring",)}, "must be domains of .*summer, winter; .* Received: spring"),
        (
            {"scene": "faces", "attributes": ("Male",), "seasons": ("spring", "winter")},
            "needs --scene=landscapes",
        ),
        ({"scene": "seascapes"}, "must be one of faces, landscapes. Received: 'seascapes'"),
    ],
)
def test_seasons_that_cannot_be_are_told_before_anything_is_drawn(cache, options, message):
    with pytest.raises(ConfigError, match=message):
        with_domains(dataclasses.replace(LANDSCAPES, **options))
    assert not list(cache.glob("**/*.png"))


def test_a_run_recorded_before_scenes_is_of_faces():
    recorded = json.loads(Config(data=FACES).to_json())
    del recorded["data"]["scene"], recorded["data"]["seasons"]
    assert Config.from_json(json.dumps(recorded)).data == FACES
