"""Which versions serve when folders come, change, fail and go; with models that are just names."""

import threading

import pytest

from stgan_tf.serving.transport import VersionStatus
from stgan_tf.serving.version_manager import VersionManager


def load(folder):
    text = (folder / "model").read_text(encoding="utf-8")
    if text == "broken":
        raise ValueError("it is broken")
    if text == "weird":
        raise MemoryError
    return text


def write(base, version, text):
    (base / str(version)).mkdir(exist_ok=True)
    (base / str(version) / "model").write_text(text, encoding="utf-8")


@pytest.fixture
def base(tmp_path):
    write(tmp_path, 1, "one")
    return tmp_path


@pytest.fixture
def manager(base):
    manager = VersionManager(base, load, poll_seconds=1000)
    manager.start()
    yield manager
    manager.stop()


def served(manager):
    with manager.lease() as (version, model):
        return version, model


def states(manager):
    return {row.version: row.state for row in manager.status()}


def test_the_newest_by_number_is_served_and_other_folders_are_no_versions(base):
    for name in ("2", "10", "0003", "tmp", "-4", "1.5", "²"):
        write(base, name, f"model {name}")
    (base / "99").write_text("a file")
    manager = VersionManager(base, load)
    manager.poll(settle=False)
    assert served(manager) == (10, "model 10")
    assert states(manager) == {10: "AVAILABLE"}


def test_a_new_version_is_taken_once_it_has_settled(base, manager):
    write(base, 2, "half")
    manager.poll()
    assert states(manager) == {1: "AVAILABLE", 2: "START"} and served(manager) == (1, "one")
    write(base, 2, "half and more")
    manager.poll()
    assert served(manager) == (1, "one")
    manager.poll()
    assert served(manager) == (2, "half and more")
    assert states(manager) == {1: "END", 2: "AVAILABLE"}


def test_a_broken_version_is_reported_and_tried_again_when_it_changes(base, manager):
    write(base, 2, "broken")
    for _ in range(3):
        manager.poll()
    assert manager.status()[0] == VersionStatus(2, "END", "INVALID_ARGUMENT", "it is broken")
    assert served(manager) == (1, "one")
    write(base, 2, "mended")
    manager.poll()
    manager.poll()
    assert served(manager) == (2, "mended")
    assert manager.status()[0] == VersionStatus(2, "AVAILABLE")


def test_a_broken_version_is_not_loaded_over_and_over(base):
    calls = []

    def counting(folder):
        calls.append(folder.name)
        return load(folder)

    write(base, 2, "broken")
    manager = VersionManager(base, counting)
    for _ in range(5):
        manager.poll()
    assert calls == ["2", "1"]


@pytest.mark.parametrize(
    ("text", "code", "message"), [("weird", "UNKNOWN", "MemoryError"), (None, "NOT_FOUND", "model")]
)
def test_every_kind_of_failure_is_reported(base, manager, text, code, message):
    (base / "2").mkdir()
    if text:
        write(base, 2, text)
    manager.poll()
    manager.poll()
    status = manager.status()[0]
    assert (status.state, status.error_code) == ("END", code) and message in status.error_message
    assert served(manager) == (1, "one")


def test_the_old_one_stays_until_its_requests_end(base, manager):
    with manager.lease() as (version, model):
        write(base, 2, "two")
        manager.poll()
        manager.poll()
        assert states(manager) == {1: "UNLOADING", 2: "AVAILABLE"}
        assert served(manager) == (2, "two")
        assert (version, model) == (1, "one")
        with pytest.raises(KeyError), manager.lease(1):
            pass
    assert states(manager) == {1: "END", 2: "AVAILABLE"}


def test_taking_the_newest_away_goes_back(base, manager):
    write(base, 2, "two")
    manager.poll()
    manager.poll()
    assert served(manager)[0] == 2
    (base / "2" / "model").unlink()
    (base / "2").rmdir()
    manager.poll()
    manager.poll()
    assert served(manager) == (1, "one")
    manager.poll()
    assert states(manager) == {1: "AVAILABLE"}


def test_an_empty_folder_stops_nothing(base, manager):
    (base / "1" / "model").unlink()
    (base / "1").rmdir()
    manager.poll()
    assert served(manager) == (1, "one")


def test_several_versions_are_kept(base):
    for version in (2, 3):
        write(base, version, f"model {version}")
    manager = VersionManager(base, load, num_versions=2)
    manager.poll(settle=False)
    assert manager.available() == [3, 2]
    with manager.lease(2) as (version, model):
        assert (version, model) == (2, "model 2")


def test_it_watches_in_the_background_and_tells(base):
    told, two = [], threading.Event()

    def on_change(versions):
        told.append(versions)
        if versions == [2]:
            two.set()

    manager = VersionManager(base, load, poll_seconds=0.01, on_change=on_change)
    manager.start()
    try:
        write(base, 2, "two")
        assert two.wait(30)
    finally:
        manager.stop()
    assert told == [[1], [2, 1], [2]]


@pytest.mark.parametrize("text", [None, "broken"])
def test_it_does_not_start_without_a_model(tmp_path, text):
    expected, message = FileNotFoundError, "needs folders named by a number"
    if text:
        write(tmp_path, 1, text)
        expected, message = ValueError, "1: it is broken"
    with pytest.raises(expected, match=message):
        VersionManager(tmp_path, load).start()


def test_no_version_at_all_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Received: 0"):
        VersionManager(tmp_path, load, num_versions=0)
