"""The clients' docstring examples, against the embedded server."""

from pathlib import Path

import docstring_examples
import numpy as np
import pytest
from PIL import Image
from serving.toy_models import image_file

from stgan_tf.alignment.photo import read_photo
from stgan_tf.serving.edit_client import EditClient
from stgan_tf.serving.rest_client import RestClient


@pytest.fixture
def run(monkeypatch, tmp_path):
    """run(name, server, values): the example, with `server` and its model for those it names."""
    monkeypatch.chdir(tmp_path)

    def run(name, server, **values):
        found = docstring_examples.examples()
        example = found[name].replace("http://localhost:8501", server.url)
        assert example != found[name]
        here = {**found, name: example.replace('"seasons"', '"stgan"')}
        monkeypatch.setattr(docstring_examples, "examples", lambda: here)
        return docstring_examples.run_example(name, **values)

    return run


def test_edit_client(run, server, tmp_path):
    (tmp_path / "face.jpg").write_bytes(image_file())
    name = "stgan_tf.serving.edit_client:EditClient"
    assert run(name, server, RestClient=RestClient, Path=Path)["png"].startswith(b"\x89PNG")


def test_picture_client(run, seasons_server, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.jpg")
    name = "stgan_tf.serving.picture_client:PictureClient"
    given = {"RestClient": RestClient, "EditClient": EditClient, "read_photo": read_photo}
    assert run(name, seasons_server, **given)["winter"].shape == (20, 30, 3)
