"""A checkpoint that does not fit is refused in one message that names what is wrong."""

import numpy as np
import pytest
from official.official_code import SETTING, make_checkpoint, write_checkpoint

from stgan_tf.official.checkpoint_files import OfficialCheckpointError, find_checkpoint
from stgan_tf.official.importing import import_model

KERNEL = "Gdec/Conv2d_transpose_1/weights"


def without(name):
    return lambda values: values.pop(name)


def with_value(name, value):
    return lambda values: values.update({name: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without(KERNEL), f"lacks 1 variable of its networks: {KERNEL}"),
        (without(f"{KERNEL}/Adam_1"), f"lacks 1 variable .*: {KERNEL}/Adam_1"),
        (without("D/Conv/InstanceNorm/gamma"), "lacks 1 variable .*: D/Conv/InstanceNorm/gamma"),
        (without("Genc/Conv_2/BatchNorm/moving_mean"), "lacks .*Conv_2/BatchNorm/moving_mean"),
        (without("beta2_power_1"), "lacks 1 variable .*: beta2_power_1"),
        (without("counter/counter"), "lacks 1 variable .*: counter/counter"),
        (with_value("Genc/Conv_3/weights", np.float32(1)), "has 1 variable too many: Genc/Conv_3"),
        (with_value("global_step", np.int64(1)), "has 1 variable too many: global_step"),
        (
            with_value(KERNEL, np.zeros((4, 4, 2, 2), np.float32)),
            rf"with another shape: {KERNEL} \[4, 4, 2, 2\] instead of \[4, 4, 8,",
        ),
        (
            with_value("D/Conv/InstanceNorm/beta", np.zeros(4, np.float64)),
            r"with another type: D/Conv/InstanceNorm/beta \(float64\)",
        ),
        (
            with_value("Gstu/Conv/biases", np.float32([0, np.nan, np.inf, 0, 0, 0, 0, 0])),
            "has 2 values in Gstu/Conv/biases that are not finite",
        ),
        (
            with_value("beta2_power", np.float32(2)),
            "beta2_power = 2, which is not a power of 0.999",
        ),
        (
            with_value("beta1_power", np.float32(0.25)),
            "different numbers of .*: beta1_power 1",
        ),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, small_values, change, message):
    values = dict(small_values)
    change(values)
    folder = write_checkpoint(tmp_path, SETTING, values)
    with pytest.raises(OfficialCheckpointError, match=message) as caught:
        import_model(find_checkpoint(folder))
    assert str(folder / "checkpoints") in str(caught.value)


def test_several_faults_are_told_at_once(tmp_path, small_values):
    values = {name: value for name, value in small_values.items() if "Gstu/Conv" not in name}
    values["extra"] = np.float32(0)
    folder = write_checkpoint(tmp_path, SETTING, values)
    with pytest.raises(OfficialCheckpointError, match=r"lacks 4\d variables .* more; it has"):
        import_model(find_checkpoint(folder))


def test_a_checkpoint_of_other_settings(tmp_path, small_values):
    folder = write_checkpoint(tmp_path, {**SETTING, "one_more_conv": 3}, small_values)
    with pytest.raises(
        OfficialCheckpointError, match=r"Check that it was trained with this setting\.txt\."
    ):
        import_model(find_checkpoint(folder))


def test_units_that_are_not_used_must_be_there_too(tmp_path):
    setting = {**SETTING, "shortcut_layers": 1}
    values = make_checkpoint(setting)
    model = import_model(find_checkpoint(write_checkpoint(tmp_path / "a", setting, values)))
    assert set(model.unused) == {
        f"Gstu/{layer}/{part}"
        for layer in ("Conv2d_transpose_1", "Conv_3", "Conv_4", "Conv_5")
        for part in ("weights", "biases")
    }
    assert not any(f"{name}/Adam" in values for name in model.unused)
    del values["Gstu/Conv_4/weights"]
    with pytest.raises(OfficialCheckpointError, match="lacks 1 variable .*Gstu/Conv_4/weights"):
        import_model(find_checkpoint(write_checkpoint(tmp_path / "b", setting, values)))


def data_file(folder):
    return next((folder / "checkpoints").glob("*.data-*"))


def test_truncated_damaged_missing_and_foreign_files(experiment):
    data = data_file(experiment)
    whole = data.read_bytes()
    data.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OfficialCheckpointError, match="is damaged: .* cannot be read"):
        import_model(find_checkpoint(experiment))
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 255
    data.write_bytes(flipped)
    with pytest.raises(OfficialCheckpointError, match="is damaged: .* cannot be read"):
        import_model(find_checkpoint(experiment))
    data.unlink()
    with pytest.raises(OfficialCheckpointError, match="cannot be opened|is damaged"):
        import_model(find_checkpoint(experiment))
    index = next((experiment / "checkpoints").glob("*.index"))
    index.write_bytes(index.read_bytes()[:100])
    with pytest.raises(OfficialCheckpointError, match="cannot be opened"):
        import_model(find_checkpoint(experiment))


def test_no_setting(experiment):
    (experiment / "setting.txt").unlink()
    with pytest.raises(OfficialCheckpointError, match=r"No setting\.txt next to .* --setting_file"):
        import_model(find_checkpoint(experiment))
