"""hf:// addresses, with the Hub's own client and a local server in place of the Hub."""

import os
from pathlib import Path

import pytest
from model_files.hub_stand_in import COMMIT, hub_with
from small_packed import write_small_packed
from warm_commands import run_command

from stgan_tf.model_files.hub import _parsed, is_address

ROOT = Path(__file__).parents[2]


def add(address, server, tmp_path, *flags, sleeps=True):
    """The command in a process of its own: the client reads its settings when it is imported."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HF_ENDPOINT": server,
        "HF_HOME": str(tmp_path / "hf"),
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "STGAN_MODELS": str(tmp_path / "store"),
        "NO_PROXY": "*",
    }
    environment.pop("HF_HUB_OFFLINE", None)
    return run_command("models", "add", address, *flags, environment=environment, sleeps=sleeps)


def packed(tmp_path, name):
    return write_small_packed(tmp_path, name).read_bytes()


def test_addresses():
    assert _parsed("hf://lab/faces") == ("lab/faces", None, None)
    assert _parsed("hf:/lab/faces") == ("lab/faces", None, None)  # a pathlib.Path's
    assert _parsed("hf://lab/faces@v1.0") == ("lab/faces", "v1.0", None)
    assert _parsed("hf://lab/a.b@main/sub/x.stgan") == ("lab/a.b", "main", "sub/x.stgan")
    for text in ("hf://lab", "hf://lab/", "hf:///", "hf://lab/faces@"):
        with pytest.raises(ValueError, match="is given as hf://USER/REPO"):
            _parsed(text)
    assert is_address("hf://x") and not is_address("hf") and not is_address("/hf:/x")


def test_the_only_model_of_a_repository_is_added(tmp_path):
    files = {"README.md": b"# Faces", "faces.stgan": packed(tmp_path, "lab-faces")}
    with hub_with(files) as (server, asked):
        done = add("hf://lab/faces", server, tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "origin:  added from hf://lab/faces\n" in done.stdout
        stored = tmp_path / "store" / "lab-faces.stgan"
        assert stored.read_bytes() == files["faces.stgan"]
        assert ("GET", "/lab/faces/resolve/main/faces.stgan") in asked or (
            "GET",
            f"/lab/faces/resolve/{COMMIT}/faces.stgan",
        ) in asked
        assert not [path for _, path in asked if path.endswith("README.md")]


@pytest.mark.slow
def test_one_of_several_and_a_revision(tmp_path):
    files = {"a.stgan": packed(tmp_path, "faces-a"), "sub/b.stgan": packed(tmp_path, "faces-b")}
    with hub_with(files, revisions=("main", "v2")) as (server, _):
        done = add("hf://lab/faces", server, tmp_path)
        assert done.returncode == 1
        assert "must have one packed model (.stgan), or name one of several" in done.stderr
        assert "Found: a.stgan, sub/b.stgan." in done.stderr
        done = add("hf://lab/faces@v2/sub/b.stgan", server, tmp_path, "--name=b")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "store" / "b.stgan").read_bytes() == files["sub/b.stgan"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("hf://lab/none", "no such repository, or a private one, which needs HF_TOKEN"),
        ("hf://lab/faces/none.stgan", "no such file or revision"),
        ("hf://lab/faces@none", "no such file or revision"),
        ("hf://lab/faces/a.stgan", "is not a packed model, or is damaged"),
    ],
)
def test_what_goes_wrong_is_one_line(tmp_path, address, message):
    with hub_with({"a.stgan": b"no zip file"}) as (server, _):
        done = add(address, server, tmp_path)
    assert done.returncode == 1
    assert message in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "store").exists()


def test_a_gated_repository_names_what_to_do(tmp_path):
    with hub_with({}, gated=True) as (server, _):
        done = add("hf://lab/faces", server, tmp_path)
    assert done.returncode == 1 and "accept its terms on the repository's page" in done.stderr


def test_a_server_that_cannot_be_reached_is_one_line(tmp_path):
    """The client tries several times, and sleeps between them: 23 seconds in all."""
    done = add("hf://lab/faces", "http://127.0.0.1:9", tmp_path, sleeps=False)
    assert done.returncode == 1
    assert "stgan_tf.models: hf://lab/faces: the server cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
