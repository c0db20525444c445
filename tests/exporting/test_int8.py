"""Full int8: calibrated on the run's images, behind its gate."""

import dataclasses

import numpy as np
import pytest
from small_runs import write_run

from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.flatbuffer import read_contents
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.exporting.parity import ParityError, parity_decibels
from stgan_tf.images import to_float
from stgan_tf.runtime.litert_function import LiteRTFunction
from stgan_tf.runtime.litert_model import LiteRTModel
from stgan_tf.synthetic.faces import write_dataset

OPTIONS = ExportOptions(
    formats=("litert",),
    precisions=("float32", "int8"),
    comparison_images=4,
    calibration_images=8,
    int8_minimum_psnr=10.0,
    latency_repeats=1,
)


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    """A run with a data set of 16 drawn faces, 12 of them for training."""
    folder = tmp_path_factory.mktemp("int8")
    write_dataset(folder / "faces", 16, num_processes=1, progress=False)
    split = {"split": "fractions", "split_fractions": (0.75, 0.125, 0.125)}
    return write_run(folder / "run", "stgan", data_dir=str(folder / "faces"), **split)


@pytest.fixture(scope="module")
def out_dir(run_dir, tmp_path_factory):
    out_dir = tmp_path_factory.mktemp("out")
    export_run(run_dir, out_dir, options=OPTIONS)
    return out_dir


def test_inputs_and_outputs_stay_float(out_dir, batch):
    data = (out_dir / "litert" / "edit_int8.tflite").read_bytes()
    inputs = {"images": to_float(batch[0]), "attribute_difference": batch[1]}
    edited = LiteRTFunction(data, "edit")(inputs)["edited"]
    assert edited.dtype == np.float32
    contents = read_contents(data)
    assert {"QUANTIZE", "DEQUANTIZE"} <= {name for name, _ in contents.operations}
    float32 = (out_dir / "litert" / "edit_float32.tflite").read_bytes()
    reference = LiteRTFunction(float32, "edit")(inputs)["edited"]
    assert parity_decibels(edited, reference) > 10
    assert 2 * len(data) < len(float32) + 60_000


def test_the_description_has_its_psnr(out_dir):
    model = LiteRTModel(out_dir / "litert" / "edit_int8.tflite")
    assert model.file.precision == "int8" and model.file.psnr > 10
    compared = model.description.provenance["compared_on"]
    assert compared.startswith("4 images") and compared.endswith("training split")


@pytest.mark.slow
def test_below_the_gate_it_is_refused_with_the_figure(run_dir, out_dir, tmp_path):
    measured = LiteRTModel(out_dir / "litert" / "edit_int8.tflite").file.psnr
    strict = dataclasses.replace(OPTIONS, int8_minimum_psnr=measured + 5)
    message = rf"edit_int8.tflite has a PSNR of {measured:.1f} dB .* below {measured + 5:g} dB"
    with pytest.raises(ParityError, match=message):
        export_run(run_dir, tmp_path, options=strict)
    assert list(tmp_path.iterdir()) == []
