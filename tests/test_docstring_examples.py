"""The examples in docstrings run, as they stand."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from docstring_examples import examples, run_example
from PIL import Image
from small_runs import write_run

from stgan_tf.images import to_float

#: Those of clients are run in tests/serving.
CLIENTS = {
    "stgan_tf.serving.edit_client:EditClient",
    "stgan_tf.serving.picture_client:PictureClient",
}
EDITORS = {
    "stgan_tf",
    "stgan_tf.editing.editor:Editor",
    "stgan_tf.editing.picture_editor:PictureEditor",
}
EXPORTED = {
    "stgan_tf.runtime.litert_model:LiteRTModel",
    "stgan_tf.runtime.saved_model_model:SavedModelModel",
}
TRAINER = "stgan_tf.systems.stgan.trainer:STGANTrainer"


def test_all_examples_are_run():
    assert set(examples()) == CLIENTS | EDITORS | EXPORTED | {TRAINER}


@pytest.mark.parametrize("name", sorted(EDITORS))
def test_editors(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((60, 40)).save("photo.jpg")
    if "Picture" in name:
        (tmp_path / "runs" / "seasons").mkdir(parents=True)
        names = {"domains": ("summer", "winter"), "attributes": ("winter",)}
        write_run(tmp_path / "runs" / "seasons", dataset="domains", **names)
        from stgan_tf.alignment.photo import read_photo
        from stgan_tf.editing.editor import Editor

        values = run_example(name, Editor=Editor, read_photo=read_photo)
        assert values["winter"].shape == (40, 60, 3)
    else:
        (tmp_path / "runs" / "stgan_128").mkdir(parents=True)
        write_run(tmp_path / "runs" / "stgan_128")
        edited = run_example(name, image=pixels)["edited"]
        assert edited.shape == (32, 32, 3)
        assert np.any(edited != pixels)


@pytest.mark.parametrize("name", sorted(EXPORTED))
def test_exported_models(name, exported, batch, keras_edits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(exported("stgan")[0], Path("runs", "celeba", "export"))
    images, difference, _ = batch
    edited = run_example(name, images=to_float(images), difference=difference)["edited"]
    np.testing.assert_allclose(edited, keras_edits("stgan"), atol=1e-4)


@pytest.mark.slow
def test_the_trainer():
    from stgan_tf.systems.stgan.discriminator import Discriminator
    from stgan_tf.systems.stgan.generator import Generator

    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (96, 32, 32, 3)).astype(np.float32)
    attributes = rng.integers(0, 2, (96, 13)).astype(np.float32)
    differences = 1 - 2 * attributes

    def small(*arguments, **options):
        return Generator(num_layers=2, encoder_width=2, decoder_width=2, stu_width=2)

    def critic(num_attributes):
        return Discriminator(num_attributes, num_layers=2, width=2, fc_units=2)

    values = run_example(
        TRAINER,
        Generator=small,
        Discriminator=critic,
        images=images,
        attributes=attributes,
        differences=differences,
    )
    assert values["edited"].shape == images.shape
    assert int(values["trainer"].iterations) == 20  # an iteration an epoch
