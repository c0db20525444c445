"""The measures that decide whether a model is exported."""

import numpy as np
import pytest

from stgan_tf.exporting.parity import ParityError, parity_decibels, require_close, require_psnr


def test_psnr_of_known_errors():
    reference = np.zeros((1, 4, 4, 3))
    # The range is 2: an error of 0.02 everywhere is 1 % of it, 40 dB.
    assert parity_decibels(reference + 0.02, reference) == pytest.approx(40.0)
    assert parity_decibels(reference - 2.0, reference) == pytest.approx(0.0)
    assert parity_decibels(reference, reference) == pytest.approx(126.02, abs=0.01)


def test_close_enough_and_not():
    values = np.array([0.0, 1.0], np.float32)
    assert require_close("It", values, values + np.float32(1e-6), 1e-5) < 2e-6
    with pytest.raises(ParityError, match="It differs from the Keras model by 0.5, more than 0.1"):
        require_close("It", values, values + 0.5, 0.1)
    with pytest.raises(ParityError, match="differs .* by nan"):
        require_close("It", np.array([np.nan, 1.0]), values, 0.1)
    with pytest.raises(ParityError, match=r"It returns shape \(1,\) instead of \(2,\)"):
        require_close("It", values[:1], values, 0.1)


def test_psnr_gate():
    reference = np.zeros((1, 4, 4, 3))
    assert require_psnr("It", reference + 0.02, reference, 39.9) == pytest.approx(40.0)
    with pytest.raises(ParityError, match="It has a PSNR of 40.0 dB .*, below 41 dB"):
        require_psnr("It", reference + 0.02, reference, 41)
    with pytest.raises(ParityError, match="PSNR of nan dB"):
        require_psnr("It", reference * np.nan, reference, 1)
