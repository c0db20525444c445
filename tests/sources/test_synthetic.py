"""--dataset=synthetic: drawn once into the cache folder."""

import dataclasses
import multiprocessing
from pathlib import Path

import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_all, load_split
from stgan_tf.options import ConfigError
from stgan_tf.sources.synthetic import draw_once
from stgan_tf.synthetic.faces import write_dataset
from stgan_tf.systems.run_config import Config

FACES = DataConfig(dataset="synthetic", synthetic_images=10, split="partition")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_draws_once_what_the_command_draws(cache, tmp_path, capfd):
    table = load_split(FACES, "train")
    folder = Path(table.paths[0]).parents[1]
    assert folder.is_relative_to(cache) and len(table) == 8
    assert f"Drawing 10 faces into {folder}, once." in capfd.readouterr().err
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
    with pytest.raises(ConfigError, match="--data_dir: is needed.*--dataset=synthetic"):
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
