"""LiteRT files: what is in them, and that they compute what the Keras model does."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from small_runs import FIRST_MODEL_QUICKLY, MODELS

from stgan_tf.exporting import conversion, inference_copy
from stgan_tf.exporting.flatbuffer import read_contents, require_portable
from stgan_tf.exporting.parity import parity_decibels
from stgan_tf.images import to_float
from stgan_tf.layers import convolutions
from stgan_tf.runtime.exportable import load_exportable
from stgan_tf.runtime.litert_function import LiteRTFunction
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.systems.building import build_editing_network

PRECISIONS = ("float32", "float16", "dynamic_int8")


def path(exported, model, name):
    return exported(model)[0] / "litert" / name


def inputs(model, batch):
    given = {"images": to_float(batch[0]), "attribute_difference": batch[1]}
    return given if model == "stgan" else {**given, "source_attributes": batch[2]}


@pytest.mark.parametrize("model", FIRST_MODEL_QUICKLY)
def test_files_compute_what_the_keras_model_does(exported, keras_edits, batch, model):
    edits = {}
    for precision in PRECISIONS:
        data = path(exported, model, f"edit_{precision}.tflite").read_bytes()
        edits[precision] = LiteRTFunction(data, "edit")(inputs(model, batch))["edited"]
    np.testing.assert_allclose(edits["float32"], keras_edits(model), atol=1e-4)
    assert parity_decibels(edits["float16"], keras_edits(model)) >= 45
    assert parity_decibels(edits["dynamic_int8"], keras_edits(model)) >= 32
    # Rounded, so they cannot be the float32 file under another name.
    assert np.abs(edits["float16"] - edits["float32"]).max() > 0
    assert np.abs(edits["dynamic_int8"] - edits["float32"]).max() > 0


@pytest.mark.slow
def test_the_classifier_has_the_models_order(exported, keras_probabilities, batch):
    data = path(exported, "attgan", "classify_float32.tflite").read_bytes()
    function = LiteRTFunction(data, "classify")
    found = function({"images": to_float(batch[0])})["probabilities"]
    np.testing.assert_allclose(found, keras_probabilities, atol=1e-5)
    assert not path(exported, "stgan", "classify_float32.tflite").exists()


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("model", FIRST_MODEL_QUICKLY)
def test_phones_take_them(exported, model, precision):
    data = path(exported, model, f"edit_{precision}.tflite").read_bytes()
    contents = read_contents(data)
    assert contents.custom == ()
    assert contents.highest_rank == 4
    assert contents.subgraphs == 1
    # Shapes are known in the file; nothing is broadcast or gathered at run time, and transposed
    # convolutions are plain ones.
    names = {name for name, _ in contents.operations}
    assert not names & {"SHAPE", "BROADCAST_TO", "GATHER_ND", "PACK", "TILE", "TRANSPOSE_CONV"}


@pytest.mark.parametrize("precision", ["float32", "dynamic_int8"])
@pytest.mark.parametrize("model", FIRST_MODEL_QUICKLY)
def test_the_library_for_cpus_takes_the_whole_graph(exported, model, precision):
    data = path(exported, model, f"edit_{precision}.tflite").read_bytes()
    assert parts_on_the_cpu(data) == 1


def parts_on_the_cpu(data):
    """Number of parts of the graph that LiteRT's library for CPUs computes."""
    interpreter = Interpreter(model_content=data)
    interpreter.allocate_tensors()
    return [op["op_name"] for op in interpreter._get_ops_details()].count("DELEGATE")


def test_large_kernels_and_masks_stay_in_one_part(run_dirs, batch, monkeypatch):
    monkeypatch.setattr(inference_copy, "LEAST_WEIGHTS", 0)
    usual = load_exportable(run_dirs["stgan"])
    settings = dataclasses.replace(usual.config.settings, edit_mask=True)
    config = dataclasses.replace(usual.config, settings=settings)
    model = dataclasses.replace(usual, config=config, network=build_editing_network(config))
    data = conversion.convert_edit(model, ("float32",), None)["float32"]
    assert parts_on_the_cpu(data) == 1
    edited = LiteRTFunction(data, "edit")(inputs("stgan", batch))["edited"]
    expected = model.edit(tf.constant(to_float(batch[0])), tf.constant(batch[1]))
    np.testing.assert_allclose(edited, expected, atol=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_signature_and_names_are_kept(exported, model):
    function = LiteRTFunction(path(exported, model, "edit_float32.tflite").read_bytes(), "edit")
    shapes = {"images": (1, 32, 32, 3), "attribute_difference": (1, 4)}
    if model != "stgan":
        shapes["source_attributes"] = (1, 4)
    assert function.input_shapes == shapes
    assert function.output_shapes == {"edited": (1, 32, 32, 3)}


def test_a_fused_relu_is_what_phones_refuse():
    kernel = np.ones((4, 4, 2, 3), np.float32)
    function = tf.function(
        lambda x: tf.nn.relu(tf.nn.conv2d_transpose(x, kernel, (1, 8, 8, 2), 2) + [1.0, 2.0])
    ).get_concrete_function(tf.TensorSpec((1, 4, 4, 3), tf.float32))
    data = tf.lite.TFLiteConverter.from_concrete_functions([function], tf.Module()).convert()
    with pytest.raises(ValueError, match="transposed convolutions of version 4; GPUs support 3"):
        require_portable("The file", data)


def test_products_in_place_of_convolutions_are_what_phones_refuse(run_dirs, monkeypatch):
    monkeypatch.setattr(convolutions, "LEAST_WEIGHTS", 0)
    monkeypatch.setattr(conversion, "copied_for_litert", lambda model, sum_precisely: model)
    with pytest.raises(ValueError, match="tensor of rank 6; GPUs support 4"):
        conversion.convert_edit(load_exportable(run_dirs["stgan"]), ("float32",), None)


def test_operations_of_tensorflow_are_refused():
    function = tf.function(lambda x: tf.linalg.det(x)).get_concrete_function(
        tf.TensorSpec((2, 2), tf.float32)
    )
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function], tf.Module())
    converter.target_spec.supported_ops = [
        tf.lite.OpsSet.TFLITE_BUILTINS,
        tf.lite.OpsSet.SELECT_TF_OPS,
    ]
    with pytest.raises(ValueError, match="not LiteRT builtins: Flex"):
        require_portable("The file", converter.convert())


def test_ranks_above_four_are_refused():
    function = tf.function(lambda x: x + 1.0).get_concrete_function(
        tf.TensorSpec((1, 2, 2, 2, 2), tf.float32)
    )
    data = tf.lite.TFLiteConverter.from_concrete_functions([function], tf.Module()).convert()
    with pytest.raises(ValueError, match="a tensor of rank 5; GPUs support 4"):
        require_portable("The file", data)


@pytest.mark.parametrize("model", MODELS)
def test_the_description_says_what_was_measured(exported, model):
    out_dir, report = exported(model)
    description = ModelDescription.read(out_dir / "litert" / "model.json")
    figures = report["litert"]["files"]
    assert [file.name for file in description.files] == list(figures)
    for file in description.files:
        assert file.bytes == (out_dir / "litert" / file.name).stat().st_size
        assert file.latency_ms == figures[file.name]["latency_ms"] > 0
        assert (file.psnr is None) == (file.precision == "float32")
    sizes = {file.precision: file.bytes for file in description.files if file.role == "edit"}
    assert sizes["dynamic_int8"] < sizes["float16"] < sizes["float32"]
