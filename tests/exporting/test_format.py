"""Formats by name, and what is refused before any work."""

import pytest

from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.format import find_format, format_names, require_known
from stgan_tf.exporting.options import ExportOptions


def test_every_name_finds_its_format():
    assert format_names()[:2] == ("saved_model", "litert")
    assert [find_format(name).name for name in format_names()] == list(format_names())


def test_an_unknown_format_is_refused_before_the_run_is_opened(tmp_path):
    for refuse in (
        lambda: find_format("onnx"),
        lambda: require_known(["litert", "onnx"]),
        lambda: export_run("/nowhere", tmp_path / "out", options=ExportOptions(("onnx",))),
    ):
        with pytest.raises(ValueError, match="must be among saved_model, litert.*Received: .*onnx"):
            refuse()
    assert not (tmp_path / "out").exists()


def test_where_formats_are_put(tmp_path):
    place = find_format("saved_model").place
    assert place(tmp_path, 12, ExportOptions()) == tmp_path / "saved_model" / "12"
    assert place(tmp_path, 12, ExportOptions(version=3)) == tmp_path / "saved_model" / "3"
    assert find_format("litert").place(tmp_path, 12, ExportOptions()) == tmp_path / "litert"


def test_only_int8_needs_images_to_calibrate_on():
    litert = find_format("litert")
    assert litert.calibration_images(ExportOptions()) == 0
    with_int8 = ExportOptions(precisions=("float32", "int8"), calibration_images=7)
    assert litert.calibration_images(with_int8) == 7
    assert find_format("saved_model").calibration_images(with_int8) == 0
