"""The measures on images small enough to work out by hand."""

import numpy as np
import pytest

from stgan_tf.evaluation.true_edit_metrics import (
    TrueEditTally,
    changed_region,
    compare_with_true_edit,
)


@pytest.fixture
def drawing():
    return np.full((8, 16, 3), 100, np.uint8)


@pytest.fixture
def true_edit(drawing):
    """The left half becomes 40 levels brighter; 8 levels elsewhere are not an edit."""
    edit = drawing.copy()
    edit[:, :8] += 40
    edit[0, 15, 2] += 8
    return edit


def test_region(drawing, true_edit):
    region = changed_region(drawing, true_edit)
    assert region[:, :8].all()
    assert not region[:, 8:].any()


def test_an_edit_half_done(drawing, true_edit):
    """Inside 20 of 40 levels are missing, outside 10 leaked in."""
    true_edit[0, 15, 2] = 100
    unedited = drawing
    edit = drawing.copy()
    edit[:, :8] += 20
    edit[:, 8:] += 10
    values = compare_with_true_edit(edit, unedited, true_edit, changed_region(drawing, true_edit))
    assert values["psnr_inside"] == pytest.approx(10 * np.log10(255**2 / 400))
    assert values["psnr_outside"] == pytest.approx(10 * np.log10(255**2 / 100))
    assert values["psnr"] == pytest.approx(10 * np.log10(255**2 / 250))
    assert values["leakage"] == pytest.approx(10.0)
    assert values["ssim"] == pytest.approx((values["ssim_inside"] + values["ssim_outside"]) / 2)


def test_content_is_the_similarity_to_the_source_outside(drawing, true_edit):
    """Flat 110 against flat 100: SSIM's luminance term alone. The region ends where the windows of
    7 pixels no longer reach what was edited.
    """
    edit = drawing.copy()
    edit[:, 8:] += 10
    region = np.zeros((8, 16), bool)
    region[:, :12] = True
    values = compare_with_true_edit(edit, drawing, true_edit, region)
    c1 = (0.01 * 255) ** 2
    luminance = (2 * 100 * 110 + c1) / (100**2 + 110**2 + c1)
    assert values["content"] == pytest.approx(luminance, abs=1e-9)


def test_the_true_edit_itself_is_perfect(drawing, true_edit):
    region = changed_region(drawing, true_edit)
    values = compare_with_true_edit(true_edit, drawing, true_edit, region)
    assert values["psnr"] == pytest.approx(10 * np.log10(255**2 * 12))  # rounding alone
    assert values["ssim_inside"] == values["ssim_outside"] == 1.0
    assert values["leakage"] == pytest.approx(8 / (8 * 8 * 3))


def test_tally_means_over_images_then_attributes(drawing, true_edit):
    tally = TrueEditTally()
    half = drawing.copy()
    half[:, :8] += 20
    tally.add("Bald", true_edit, drawing, drawing, true_edit)
    tally.add("Bald", half, drawing, drawing, true_edit)
    tally.add("Male", drawing, drawing, drawing, true_edit)
    tally.add("Young", drawing, drawing, drawing, drawing)  # flipping changes nothing in it
    summary = tally.summary()
    perfect, partly, nothing = (
        compare_with_true_edit(edit, drawing, true_edit, changed_region(drawing, true_edit))
        for edit in (true_edit, half, drawing)
    )
    bald = (perfect["psnr_inside"] + partly["psnr_inside"]) / 2
    assert summary["attributes"]["Bald"]["psnr_inside"] == pytest.approx(bald)
    expected = (bald + nothing["psnr_inside"]) / 2
    assert summary["mean"]["psnr_inside"] == pytest.approx(expected)
    assert summary["without_region"] == {"Young": 1}
    assert "Young" not in summary["attributes"]
