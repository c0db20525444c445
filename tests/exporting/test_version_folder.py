"""The SavedModel as others see it: TensorFlow alone, TF1's loader, TensorFlow's command line."""

import functools
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from small_runs import FIRST_MODEL_QUICKLY
from tensorflow.core.protobuf import saved_model_pb2

from stgan_tf.classifier.training import load_classifier
from stgan_tf.frame import CELEBA_CROP
from stgan_tf.images import crop, resize_bicubic_numpy, to_float, to_uint8
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.training.run_folder import load_run


def version(exported, model):
    return exported(model)[0] / "saved_model" / "7"


def png(image):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return buffer.getvalue()


def pixels(encoded):
    return np.stack([np.asarray(Image.open(io.BytesIO(data))) for data in encoded])


def vectors(model, batch, count=3):
    given = {"attribute_difference": batch[1][:count]}
    if model != "stgan":
        given["source_attributes"] = batch[2][:count]
    return given


load = functools.cache(lambda folder: tf.saved_model.load(str(folder)))


def call(folder, signature, **inputs):
    loaded = load(folder)
    tensors = {name: tf.constant(value) for name, value in inputs.items()}
    return {name: value.numpy() for name, value in loaded.signatures[signature](**tensors).items()}


@pytest.mark.parametrize("model", FIRST_MODEL_QUICKLY)
def test_it_computes_what_the_keras_model_does(exported, keras_edits, batch, model):
    given = vectors(model, batch)
    folder = version(exported, model)
    edited = call(folder, "edit", images=to_float(batch[0]), **given)["edited"]
    np.testing.assert_allclose(edited, keras_edits(model), atol=1e-5)
    # Images matter, and so does every vector.
    for name in given:
        other = {**given, name: given[name][::-1] + 0.5}
        changed = call(folder, "edit", images=to_float(batch[0]), **other)["edited"]
        assert np.abs(changed - edited).max() > 1e-3, name
    encoded = np.array([png(image) for image in batch[0]], object)
    answer = call(folder, "serving_default", image_bytes=encoded, **given)["edited_bytes"]
    levels = np.abs(pixels(answer).astype(int) - to_uint8(keras_edits(model)))
    assert levels.max() <= 1 and np.mean(levels > 0) < 0.01


@pytest.mark.slow
def test_probabilities_are_in_the_models_order(exported, keras_probabilities, batch):
    given = {"images": to_float(batch[0])}
    found = call(version(exported, "attgan"), "classify", **given)["probabilities"]
    np.testing.assert_allclose(found, keras_probabilities, atol=1e-5)
    assert "classify" not in load(version(exported, "stgan")).signatures


def test_aligned_frames_are_cropped_and_resized_as_in_training(exported, run_dirs, batch):
    frames = np.random.default_rng(3).integers(0, 256, (2, 218, 178, 3), np.uint8)
    own = batch[0][0]
    encoded = np.array([png(frames[0]), png(own), png(frames[1])], object)
    answer = call(
        version(exported, "stgan"),
        "serving_default",
        image_bytes=encoded,
        attribute_difference=batch[1],
    )
    run = load_run(run_dirs["stgan"])
    prepared = resize_bicubic_numpy(crop(frames, CELEBA_CROP), 32)
    images = np.stack([prepared[0], to_float(own), prepared[1]])
    labels = LabelRule("difference", 1.25).of_difference(tf.constant(batch[1]))
    expected = to_uint8(run.network([tf.constant(images), labels]).numpy())
    assert np.abs(pixels(answer["edited_bytes"]).astype(int) - expected).max() <= 1


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (png(np.zeros((40, 30, 3), np.uint8)), "must be 178x218 .*, or square .*40 30"),
        (png(np.zeros((178, 218, 3), np.uint8)), "must be 178x218 .*, or square .*178 218"),
        (b"no image", "Unknown image file format"),
        (png(np.zeros((32, 32, 3), np.uint8))[:40], "PNG|[Ii]nvalid"),
    ],
    ids=["40x30", "218 wide", "text", "cut off"],
)
def test_images_that_do_not_fit_are_the_callers_fault(exported, batch, image, message):
    # InvalidArgument is what TensorFlow Serving answers with 400.
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        call(
            version(exported, "stgan"),
            "serving_default",
            image_bytes=np.array([image], object),
            attribute_difference=batch[1][:1],
        )


def test_kinds_of_encoding(exported, batch):
    grey = Image.fromarray(batch[0][0][..., 0])
    buffers = [io.BytesIO() for _ in range(3)]
    grey.save(buffers[0], format="PNG")
    grey.convert("RGB").save(buffers[1], format="PNG")
    grey.convert("RGBA").save(buffers[2], format="PNG")
    answer = call(
        version(exported, "stgan"),
        "serving_default",
        image_bytes=np.array([buffer.getvalue() for buffer in buffers], object),
        attribute_difference=batch[1][[0, 0, 0]],
    )["edited_bytes"]
    images = pixels(answer)
    np.testing.assert_array_equal(images[0], images[1])
    np.testing.assert_array_equal(images[0], images[2])


def test_every_weight_is_in_it_once(exported, run_dirs, classifier_dir):
    """The generator's kernels, and of bias and normalisation together one number a filter, four in
    transposed convolutions.
    """
    path = version(exported, "attgan") / "variables" / "variables"
    shapes = [
        shape for name, shape in tf.train.list_variables(str(path)) if "OBJECT_GRAPH" not in name
    ]
    generator = load_run(run_dirs["attgan"]).network
    convolutions = [layer for layer in generator._flatten_layers() if hasattr(layer, "kernel")]
    expected = sum(
        int(tf.size(layer.kernel))
        + layer.filters * (4 if "Transpose" in type(layer).__name__ else 1)
        for layer in convolutions
    )
    expected += load_classifier(classifier_dir).model.count_params()
    assert sum(int(np.prod(shape)) for shape in shapes) == expected


@pytest.mark.parametrize("model", FIRST_MODEL_QUICKLY)
def test_only_plain_operations(exported, model):
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((version(exported, model) / "saved_model.pb").read_bytes())
    functions = saved.meta_graphs[0].graph_def.library.function
    operations = {node.op for function in functions for node in function.node_def}
    assert {"Conv2D", "DecodeImage", "EncodePng"} <= operations
    assert not {name for name in operations if "PyFunc" in name or name.startswith("Xla")}
    for function in functions:
        assert not function.attr["_XlaMustCompile"].b
        for node in function.node_def:
            assert not node.attr["_XlaMustCompile"].b


PLAIN = """
import sys
import numpy as np
import tensorflow as tf

folder, inputs, output = sys.argv[1:]
data = dict(np.load(inputs))
loaded = tf.saved_model.load(folder)
edited = loaded.signatures["edit"](**{name: tf.constant(value) for name, value in data.items()})
np.save(output, edited["edited"].numpy())
assert not [name for name in sys.modules if name.startswith("stgan_tf.")]
"""


@pytest.mark.slow
def test_tensorflow_alone_loads_it(exported, keras_edits, batch, tmp_path, subprocess_environment):
    np.savez(tmp_path / "in.npz", images=to_float(batch[0]), **vectors("attgan", batch))
    arguments = [version(exported, "attgan"), tmp_path / "in.npz", tmp_path / "out.npy"]
    command = [sys.executable, "-c", PLAIN, *map(str, arguments)]
    subprocess.run(command, cwd=tmp_path, check=True, env=subprocess_environment, timeout=300)
    np.testing.assert_allclose(np.load(tmp_path / "out.npy"), keras_edits("attgan"), atol=1e-5)


@pytest.mark.parametrize("model", FIRST_MODEL_QUICKLY)
def test_the_loader_of_tensorflow_1_restores_it(exported, keras_edits, batch, model):
    expected = keras_edits(model)  # which cannot be computed for the first time in a session
    # TensorFlow Serving loads it so: a session, the restore operation, names from the signature.
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        folder = str(version(exported, model))
        graph = tf.compat.v1.saved_model.load(session, ["serve"], folder)
        signature = graph.signature_def["edit"]
        given = {"images": to_float(batch[0]), **vectors(model, batch)}
        feeds = {signature.inputs[name].name: value for name, value in given.items()}
        edited = session.run(signature.outputs["edited"].name, feeds)
    np.testing.assert_allclose(edited, expected, atol=1e-5)


@pytest.mark.slow
def test_tensorflows_command_line_answers(exported, keras_edits, batch, tmp_path):
    tool = Path(sys.executable).with_name("saved_model_cli")
    folder = str(version(exported, "stgan"))

    def run(*arguments):
        command = [str(tool), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)

    shown = run("show", "--dir", folder, "--all").stdout
    for name in ("image_bytes", "attribute_difference", "edited_bytes", "images", "edited"):
        assert f"['{name}'] tensor_info" in shown
    assert "shape: (-1, 32, 32, 3)" in shown
    np.save(tmp_path / "images.npy", to_float(batch[0]))
    np.save(tmp_path / "difference.npy", batch[1])
    inputs = f"images={tmp_path}/images.npy;attribute_difference={tmp_path}/difference.npy"
    options = ["--tag_set", "serve", "--signature_def", "edit", "--inputs", inputs]
    run("run", "--dir", folder, *options, "--outdir", tmp_path)
    np.testing.assert_allclose(np.load(tmp_path / "edited.npy"), keras_edits("stgan"), atol=1e-5)


def test_batching_parameters(exported):
    assert (version(exported, "stgan") / "batching_params.pbtxt").read_text() == (
        "max_batch_size { value: 2 }\n"
        "batch_timeout_micros { value: 2000 }\n"
        "max_enqueued_batches { value: 64 }\n"
        "num_batch_threads { value: 2 }\n"
        "allowed_batch_sizes: 1\n"
        "allowed_batch_sizes: 2\n"
    )


@pytest.mark.parametrize("model", ["stgan", "attgan"])
def test_warm_up_records_can_be_answered(exported, model):
    from tensorflow_serving.apis import prediction_log_pb2

    folder = version(exported, model)
    loaded = load(folder)
    seen = []
    for record in tf.data.TFRecordDataset(
        str(folder / "assets.extra" / "tf_serving_warmup_requests")
    ):
        log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
        request = log.predict_log.request
        inputs = {name: tf.make_ndarray(value) for name, value in request.inputs.items()}
        signature = request.model_spec.signature_name
        loaded.signatures[signature](**{k: tf.constant(v) for k, v in inputs.items()})
        assert request.model_spec.name == "stgan"
        seen.append((signature, len(inputs["images" if "images" in inputs else "image_bytes"])))
    names = ["serving_default", "edit"] + (["classify"] if model == "attgan" else [])
    assert seen == [(name, size) for name in names for size in (1, 2)]
