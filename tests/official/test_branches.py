"""Units whose input is zero but for rounding: correct code passes, wrong code still fails."""

import numpy as np
import pytest
import tensorflow as tf
from official.official_code import (
    SETTING,
    OfficialCode,
    expected_values,
    make_batch,
    make_checkpoint,
    write_checkpoint,
)

from stgan_tf.layers.conv_blocks import ACTIVATIONS
from stgan_tf.official.branches import (
    ROUNDING,
    Unit,
    explain,
    pinned,
    units_at_kinks,
    units_that_differ,
)
from stgan_tf.official.checkpoint_files import find_checkpoint
from stgan_tf.official.comparison import GRADIENT, RELATIVE, Comparison, table
from stgan_tf.official.importing import import_model
from stgan_tf.official.verification import Verification

GRU = {**SETTING, "stu_state": "gru"}
#: What the official side is on the other side of zero by, and we on this one.
ASIDE = 2e-6


def leaky(values):
    return ACTIVATIONS["leaky_relu"](values)


def test_a_pinned_unit_takes_the_other_slope():
    values = tf.constant([[-1e-8, 3.0], [2e-8, -5.0]])
    inputs = []
    with tf.GradientTape() as tape, pinned([Unit(1, 0), Unit(1, 2), Unit(2, 0)], inputs):
        tape.watch(values)
        outputs = [leaky(values), leaky(values), ACTIVATIONS["relu"](values)]
    np.testing.assert_allclose(outputs[1], [[-1e-8, 3], [4e-9, -1]], rtol=1e-6)
    gradients = [[0.2, 1, 1, 0.2], [1, 1, 0.2, 0.2], [1, 1, 1, 0]]
    expected = np.sum(gradients, axis=0).reshape(2, 2)
    np.testing.assert_allclose(tape.gradient(outputs, values), expected, rtol=1e-6)
    assert len(inputs) == 3
    np.testing.assert_array_equal(inputs[2], values)
    np.testing.assert_allclose(leaky(tf.constant([-1.0])), [-0.2])  # as before


def test_only_what_rounding_reaches_is_at_a_kink():
    # Root mean square sqrt(5 * 4 / 8) = 1.58.
    values = np.full((2, 4), 2.0, np.float32)
    values[1, :3] = [1.5 * ROUNDING, -0.5 * ROUNDING, 1.7 * ROUNDING]
    found = units_at_kinks([values, values], first_call=1)
    assert found == [Unit(1, 5), Unit(1, 4)]


def test_only_units_on_both_sides_within_rounding_differ():
    inputs = np.array([-ROUNDING / 2, ROUNDING / 2, -ROUNDING / 2, -1, 1, 1], np.float32)
    theirs = np.array([ROUNDING / 2, -ROUNDING / 10, -ROUNDING / 10, -0.2, 1, -0.2], np.float32)
    # The last one is on the other side, but far from zero: a fault, and no rounding.
    assert units_that_differ(3, inputs, theirs) == [Unit(3, 0), Unit(3, 1)]


def row(error):
    return [Comparison("gradients", 1, "relative L2", error, 1.0, "x")]


@pytest.mark.parametrize(
    ("effects", "error", "chosen", "left"),
    [
        ({}, 0.5, 0, 0.5),  # passes: nothing is tried
        ({0: 6.0}, 6.5, 1, 0.5),
        ({0: 0.1, 1: 6.0, 2: 3.0}, 9.5, 2, 0.5),
        ({0: 0.1}, 5.0, 0, 5.0),  # explains nothing: it stays, and fails
        ({0: 6.0}, 13.0, 1, 7.0),  # explains a part: the rest fails
    ],
)
def test_units_are_pinned_while_they_explain(effects, error, chosen, left):
    units = [Unit(0, index) for index in range(4)]

    def compare(pinned_units):
        return row(error - sum(effects.get(unit.index, 0) for unit in pinned_units))

    rows = explain("critic", compare, units)
    assert rows[0].error == pytest.approx(left)
    assert rows[0].bound == 1.0
    assert (rows[1].quantity, rows[1].count, rows[1].error) == (
        "critic: units at a kink",
        4,
        chosen,
    )


def at_kink(values, batch, layer, call, computed):
    """(values, rounding) of the unit of `layer` with the largest effect, moved to the kink:
    -ASIDE here, +ASIDE on the official side.
    """
    code = OfficialCode(GRU, values)
    code.training = True
    with tf.GradientTape() as tape:
        loss = getattr(code, computed)(batch)[f"{computed[0]}_loss"]
        outputs = code.outputs[layer][call]
    gradient = np.abs(tape.gradient(loss, outputs).numpy())
    index = [int(i) for i in np.unravel_index(np.argmax(gradient), gradient.shape)]
    part = "InstanceNorm" if layer.startswith("D/") else "BatchNorm"
    moved = dict(values)
    beta = moved[f"{layer}/{part}/beta"].copy()
    beta[index[-1]] -= outputs.numpy()[tuple(index)] + ASIDE
    moved[f"{layer}/{part}/beta"] = beta
    return moved, {layer: (index, 2 * ASIDE)}


#: layer of the official code, its call in `computed`, the row that its kink fails.
CASES = {
    "encoder": ("Genc/Conv_1", 0, "g_losses", "generator: gradients"),
    "decoder": ("Gdec/Conv2d_transpose", 1, "g_losses", "generator: gradients"),
    "critic of the edit": ("D/Conv_1", 0, "g_losses", "generator: gradients"),
    "critic of the image": ("D/Conv_1", 0, "d_losses", "critic: gradients"),
    "critic of the penalty's points": ("D/Conv", 2, "d_losses", "critic: gradients"),
}


@pytest.fixture(scope="module")
def checkpoint_values():
    return make_checkpoint(GRU, seed=3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [name if name == "encoder" else pytest.param(name, marks=pytest.mark.slow) for name in CASES],
)
def test_a_unit_at_a_kink_is_pinned_and_counted(name, checkpoint_values, tmp_path):
    layer, call, computed, fails = CASES[name]
    batch = make_batch(GRU, np.random.default_rng(5))
    values, rounding = at_kink(checkpoint_values, batch, layer, call, computed)
    expected = expected_values(GRU, values, batch, rounding)
    model = import_model(find_checkpoint(write_checkpoint(tmp_path, GRU, values)))
    title = fails.split(":")[0]

    def verify(changed=None):
        return Verification(model.trainer, model.variables, {**expected, **(changed or {})}).run()

    rows = verify()
    print(table(rows))
    assert all(row.passed for row in rows), table(rows)
    # The bounds are not wider: those of the gradients stay at what float32 does.
    assert {row.bound for row in rows if row.quantity == "critic: gradients"} == {GRADIENT}
    assert {row.bound for row in rows if row.measure == "relative"} == {RELATIVE}
    [kinks] = [row for row in rows if row.quantity == f"{title}: units at a kink"]
    assert 1 <= kinks.error <= kinks.count

    # Unpinned, the same code fails its row: there was something to explain.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stgan_tf.official.branches.MOST_TRIED", 0)
        patch.setattr("stgan_tf.official.step_verification.units_that_differ", lambda *_: [])
        failed = {row.quantity: row.error for row in verify() if not row.passed}
    assert fails in failed
    # A fault of that size in one array is no branch's: it fails although the kink is explained.
    letter = "g" if title == "generator" else "d"
    key = next(k for k in expected if k.startswith(f"grad_{letter}/") and "weights" in k)
    wrong = {key: expected[key] * np.float32(1 + max(failed[fails], 2 * GRADIENT))}
    assert fails in {row.quantity for row in verify(wrong) if not row.passed}
