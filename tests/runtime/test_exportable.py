"""Runs as plain functions, and every option of the networks through LiteRT's converter."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from small_runs import write_run

from stgan_tf.exporting.litert import convert_edit
from stgan_tf.images import to_float
from stgan_tf.runtime.exportable import load_exportable, unfused_relu
from stgan_tf.runtime.litert_function import LiteRTFunction
from stgan_tf.systems.building import build_generator
from stgan_tf.systems.run_config import Config
from stgan_tf.training.run_folder import load_run


@pytest.mark.parametrize("model", ["stgan", "attgan", "stargan"])
def test_the_twin_of_relu_computes_the_same(run_dirs, batch, model):
    exportable = load_exportable(run_dirs[model])
    images = tf.constant(to_float(batch[0]))
    vectors = [tf.constant(batch[1]), tf.constant(batch[2])]
    before = exportable.edit(images, *vectors).numpy()
    with unfused_relu(exportable.generator):
        np.testing.assert_array_equal(exportable.edit(images, *vectors).numpy(), before)
        activations = {layer.activation for layer in _transposed(exportable.generator)}
        assert "relu" not in activations and "unfused_relu" in activations
    assert "unfused_relu" not in {layer.activation for layer in _transposed(exportable.generator)}


def _transposed(generator):
    return [layer for layer in generator._flatten_layers() if getattr(layer, "transposed", False)]


def test_a_bfloat16_run_is_exported_in_float32(run_dirs, tmp_path, batch):
    folder = write_run(tmp_path / "run", "stgan")
    config = Config.read(folder / "config.json")
    training = dataclasses.replace(config.training, precision="bfloat16")
    dataclasses.replace(config, training=training).write(folder / "config.json")
    exportable = load_exportable(folder)
    assert exportable.generator.compute_dtype == "float32"
    assert load_run(folder).generator.compute_dtype == "bfloat16"
    expected = load_exportable(run_dirs["stgan"])
    inputs = [tf.constant(to_float(batch[0])), tf.constant(batch[1])]
    edited = exportable.edit(*inputs).numpy()
    np.testing.assert_allclose(edited, expected.edit(*inputs).numpy(), atol=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {"multi_inputs": 2, "extra_conv_kernel": 3, "stu_norm": "batch", "stu_state": "gru"},
        {"stu_norm": "instance", "stu_state": "direct", "label_mode": "target"},
    ],
    ids=["more inputs", "instance norm"],
)
def test_unusual_networks_convert(run_dirs, batch, options):
    usual = load_exportable(run_dirs["stgan"])
    network = dataclasses.replace(usual.config.network, **options)
    config = dataclasses.replace(usual.config, network=network)
    model = dataclasses.replace(
        usual,
        config=config,
        generator=build_generator(config),
        description=dataclasses.replace(usual.description, label_mode=network.label_mode),
    )
    data = convert_edit(model, ("float32",), None)["float32"]
    given = {"images": to_float(batch[0]), "attribute_difference": batch[1]}
    if model.description.needs_source:
        given["source_attributes"] = batch[2]
    edited = LiteRTFunction(data, "edit")(given)["edited"]
    expected = model.edit(*(tf.constant(value) for value in given.values()))
    np.testing.assert_allclose(edited, expected.numpy(), atol=1e-4)
