"""What the data sets of all scenes have in common: determinism, resuming, whose folder it is."""

import json
import shutil
from typing import NamedTuple

import pytest

from stgan_tf.synthetic import faces, landscapes

COUNT = 32  # the least that two workers share


class Scene(NamedTuple):
    """images: the first and another file of COUNT images. lists: files that are written last."""

    module: object
    name: str
    images: tuple[str, ...]
    lists: tuple[str, ...] = ()
    arguments: dict = {}

    def write(self, folder, **changes):
        arguments = {"num_images": COUNT, "seed": 5, "num_processes": 1, "progress": False}
        return self.module.write_dataset(folder, **(self.arguments | arguments | changes))


SCENES = [
    Scene(
        faces,
        "faces",
        ("img_align_celeba/000001.jpg", "img_align_celeba/000002.jpg"),
        ("list_attr_celeba.txt", "list_landmarks_align_celeba.txt"),
    ),
    Scene(
        landscapes,
        "landscapes",
        ("train/summer/000001.png", "test/winter/000032.png"),
        arguments={"size": 32},
    ),
]


@pytest.fixture(scope="module", params=SCENES, ids=lambda scene: scene.name)
def scene(request):
    return request.param


@pytest.fixture(scope="module")
def written(scene, tmp_path_factory):
    return scene.write(tmp_path_factory.mktemp("drawn") / "one")


@pytest.fixture
def copy(written, tmp_path):
    return shutil.copytree(written, tmp_path / "copy")


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_processes_write_the_same_bytes(scene, written, tmp_path):
    assert contents(scene.write(tmp_path / "two", num_processes=2)) == contents(written)


def test_an_image_does_not_depend_on_how_many_there_are(scene, written, tmp_path):
    few = scene.write(tmp_path / "few", num_images=3)
    first = scene.images[0]
    assert (few / first).read_bytes() == (written / first).read_bytes()


def test_provenance(scene, written, tmp_path):
    record = scene.module.load_provenance(written)
    assert (record.seed, record.num_images) == (5, COUNT)
    assert record.generator == scene.module.__name__
    with pytest.raises(FileNotFoundError, match=f"stgan_tf.draw --scene={scene.name} --out_dir="):
        scene.module.load_provenance(tmp_path)


def test_other_generator_version_is_refused(scene, copy):
    path = copy / f"synthetic_{scene.name}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"generator_version": 0}))
    with pytest.raises(ValueError, match="version 0"):
        scene.module.load_provenance(copy)
    with pytest.raises(FileExistsError, match="generator version 0"):
        scene.write(copy)


@pytest.mark.parametrize("text", ['{"seed": 5', '{"seed": 5}', "[]"])
def test_damaged_provenance_is_refused(scene, copy, text):
    (copy / f"synthetic_{scene.name}.json").write_text(text)
    with pytest.raises(ValueError, match=f"is not a record of drawn {scene.name}"):
        scene.write(copy)
    scene.write(copy, num_images=2, overwrite=True)
    assert scene.module.load_provenance(copy).num_images == 2


@pytest.mark.parametrize("field", ["seed", "num_images"])
def test_provenance_of_other_types_is_refused(scene, copy, field):
    path = copy / f"synthetic_{scene.name}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: "5"}))
    with pytest.raises(ValueError, match=f"{field} must be an integer"):
        scene.module.load_provenance(copy)


def test_finished_data_set_is_reused(scene, copy, caplog):
    image = copy / scene.images[0]
    before = image.stat().st_mtime_ns
    with caplog.at_level("INFO"):
        scene.write(copy)
    assert image.stat().st_mtime_ns == before
    assert f"already holds these {scene.name}" in caplog.text


def test_interrupted_data_set_is_finished(scene, written, copy):
    # What a kill leaves: no lists, some images, one half written under a temporary name.
    record = copy / f"synthetic_{scene.name}.json"
    record.rename(record.with_suffix(".unfinished.json"))
    for name in scene.lists:
        (copy / name).unlink()
    kept, lost = (copy / name for name in scene.images)
    before = kept.stat().st_mtime_ns
    lost.unlink()
    lost.with_name(f".{lost.stem}-0a1b2c{lost.suffix}").write_bytes(b"half")
    with pytest.raises(FileNotFoundError):
        scene.module.load_provenance(copy)
    scene.write(copy)
    assert contents(copy) == contents(written)
    assert kept.stat().st_mtime_ns == before


def test_other_images_need_overwrite(scene, copy):
    with pytest.raises(FileExistsError, match="seed 5, 32 images.*asked for: seed 6, 2 images"):
        scene.write(copy, seed=6, num_images=2)
    scene.write(copy, seed=6, num_images=2, overwrite=True)
    images = [name for name in contents(copy) if name.endswith((".jpg", ".png"))]
    assert len(images) == 2
    assert scene.module.load_provenance(copy).seed == 6


@pytest.mark.parametrize("overwrite", [False, True])
def test_photos_are_never_touched(scene, tmp_path, overwrite):
    photo = tmp_path / scene.images[0]
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"photo")
    with pytest.raises(FileExistsError, match=f"drawing {scene.name} did not write"):
        scene.write(tmp_path, overwrite=overwrite)
    assert contents(tmp_path) == {scene.images[0]: b"photo"}


def test_another_scenes_folder_is_not_drawn_into(scene, copy):
    before = contents(copy)
    other = next(other for other in SCENES if other != scene)
    with pytest.raises(FileExistsError, match=f"synthetic_{scene.name}.json, which drawing"):
        other.write(copy, overwrite=True)
    assert contents(copy) == before


@pytest.mark.parametrize("name, value", [("num_images", 0), ("seed", -1), ("num_processes", -1)])
def test_numbers_out_of_range(scene, tmp_path, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .* Received: {value}"):
        scene.write(tmp_path, **{name: value})
    assert not list(tmp_path.iterdir())
