"""Runs as plain functions, and every option of the networks through LiteRT's converter."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from small_runs import write_run

from stgan_tf.exporting.conversion import convert_edit
from stgan_tf.exporting.inference_copy import copied_for_inference, copied_for_litert
from stgan_tf.images import to_float
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.runtime.exportable import load_exportable
from stgan_tf.runtime.litert_function import LiteRTFunction
from stgan_tf.systems.building import build_editing_network
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.training.run_folder import load_run


@pytest.mark.parametrize("copied", [copied_for_inference, copied_for_litert])
@pytest.mark.parametrize("model", ["stgan", "attgan", "stargan"])
def test_copies_for_export_compute_the_same(run_dirs, batch, model, copied):
    exportable = load_exportable(run_dirs[model])
    images = tf.constant(to_float(batch[0]))
    vectors = [tf.constant(batch[1]), tf.constant(batch[2])]
    before = exportable.edit(images, *vectors).numpy()
    copy = copied(exportable)
    np.testing.assert_allclose(copy.edit(images, *vectors).numpy(), before, atol=2e-6)
    ours, theirs = _blocks(copy.network), _blocks(exportable.network)
    replaced = [layer for layer in ours if layer.replacement is not None]
    assert [layer for layer in ours if layer.transposed or layer.norm == "batch"] == replaced
    # The model's own network is as it was.
    assert not any(layer.replacement for layer in theirs)


def _blocks(network):
    return [layer for layer in network._flatten_layers() if isinstance(layer, ConvBlock)]


def test_a_bfloat16_run_is_exported_in_float32(run_dirs, tmp_path, batch):
    folder = write_run(tmp_path / "run", "stgan")
    config = Config.read(folder / "config.json")
    training = dataclasses.replace(config.training, precision="bfloat16")
    dataclasses.replace(config, training=training).write(folder / "config.json")
    exportable = load_exportable(folder)
    assert exportable.network.compute_dtype == "float32"
    assert load_run(folder).network.compute_dtype == "bfloat16"
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
    settings = dataclasses.replace(usual.config.settings, **options)
    config = dataclasses.replace(usual.config, settings=settings)
    rule = find_system("stgan").label_rule(settings)
    model = dataclasses.replace(
        usual,
        config=config,
        network=build_editing_network(config),
        label_rule=rule,
        description=dataclasses.replace(usual.description, label_mode=rule.mode),
    )
    data = convert_edit(model, ("float32",), None)["float32"]
    given = {"images": to_float(batch[0]), "attribute_difference": batch[1]}
    if model.description.needs_source:
        given["source_attributes"] = batch[2]
    edited = LiteRTFunction(data, "edit")(given)["edited"]
    expected = model.edit(*(tf.constant(value) for value in given.values()))
    np.testing.assert_allclose(edited, expected.numpy(), atol=1e-4)
