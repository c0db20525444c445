"""Options that cannot work are refused before anything starts."""

import pytest

from stgan_tf.exporting.options import ExportOptions


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"formats": ()},
            "--formats needs one or more formats, each at most once. Received: nothing",
        ),
        ({"formats": ("litert", "litert")}, "Received: litert,litert"),
        ({"precisions": ("float32", "float32")}, "each at most once. Received: float32,float32"),
        ({"precisions": ("float16",)}, "--precisions needs float32.*Received: float16"),
        ({"batch_sizes": ()}, "--batch_sizes must be .* Received: nothing"),
        ({"batch_sizes": (4, 2)}, "ascending. Received: 4,2"),
        ({"batch_sizes": (0, 2)}, "Received: 0,2"),
        ({"version": -1}, "--version must be at least 0. Received: -1"),
        ({"comparison_images": 0}, "--comparison_images must be at least 1"),
        ({"calibration_images": 0}, "--calibration_images must be at least 1"),
        ({"latency_repeats": 0}, "--latency_repeats must be at least 1"),
    ],
)
def test_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ExportOptions(**options)


def test_float32_is_converted_first():
    options = ExportOptions(precisions=("int8", "float16", "float32"))
    assert options.precisions == ("float32", "float16", "int8")
