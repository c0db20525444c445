"""Our code equals the official one: on its own fixtures, and on every kind of setting."""

import numpy as np
import pytest
from official.official_code import (
    SETTING,
    expected_values,
    make_batch,
    make_checkpoint,
    write_checkpoint,
)
from slow_parameters import quick_first

from stgan_tf.official.checkpoint_files import OfficialCheckpointError, find_checkpoint
from stgan_tf.official.comparison import table
from stgan_tf.official.importing import import_model
from stgan_tf.official.run_import import import_checkpoint
from stgan_tf.official.variables import discriminator_variables, generator_variables
from stgan_tf.official.verification import Verification, read_expected, verify_checkpoint
from stgan_tf.systems.building import build_trainer
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.run_folder import load_run

#: Arrays compared for each kind of fixture; all that the official code writes.
COUNTS = {
    "stgan_small": {
        "inference: encoder": 5,
        "inference: transfer units": 5,
        "inference: image": 1,
        "label": 1,
        "training: encoder": 5,
        "training: transfer units": 5,
        "training: edit, reconstruction": 2,
        "discriminator: logits": 6,
        "gradient penalty: points, gradients": 3,
        "critic: losses": 4,
        "critic: gradients": 23,
        "critic: variables after a step": 41,
        "critic: variables changed": 41,
        "generator: losses": 4,
        "generator: gradients": 61,
        "generator: variables after a step": 79,
        "generator: variables changed": 79,
    },
    "classifier": {
        "input": 1,
        "inference: logits": 1,
        "inference: predictions": 38,
        "training: logits": 1,
        "training: losses": 3,
    },
}
COUNTS["attgan_small"] = {
    name: {79: 47, 61: 29}.get(count, count)
    for name, count in COUNTS["stgan_small"].items()
    if "transfer" not in name
}

#: What float32 allows, measured: some three times the worst error seen.
TIGHT = {"max abs": 2e-5, "relative": 1e-5, "relative L2": 6e-5, "differing": 0, "pinned": 3}


@pytest.mark.parametrize("name", COUNTS)
def test_fixtures_of_the_official_code(official_dir, name):
    folder = official_dir / name
    comparisons = verify_checkpoint(find_checkpoint(folder), folder / "expected.npz")
    print(table(comparisons))
    # How many units are at a kink is the processor's rounding.
    counts = {row.quantity: row.count for row in comparisons if row.measure != "pinned"}
    assert counts == COUNTS[name]
    for row in comparisons:
        bound = 1e-4 if name == "classifier" else TIGHT[row.measure]
        if "after a step" in row.quantity:
            bound = 1e-5
        assert row.error <= min(row.bound, bound), row


@pytest.mark.parametrize("name", ["stgan_small", "attgan_small"])
def test_the_second_writing_of_the_official_code_is_true(official_dir, name):
    """official_code.py, the reference for the settings below, gives the official values itself."""
    import json

    import tensorflow as tf

    folder = official_dir / name
    reader = tf.train.load_checkpoint(str(find_checkpoint(folder).prefix))
    values = {key: reader.get_tensor(key) for key in reader.get_variable_to_shape_map()}
    official = read_expected(folder / "expected.npz")
    setting = json.loads((folder / "setting.txt").read_text())
    batch = {key: official[key] for key in ("x", "a", "b", "alpha")}
    ours = expected_values(setting, values, batch)
    compared = set(ours) & set(official)
    assert len(compared) > 150
    for key in compared:
        scale = max(1.0, np.abs(official[key]).max())
        assert np.abs(ours[key] - official[key]).max() <= 1e-4 * scale, key
    made = make_checkpoint(setting)
    assert {key: value.shape for key, value in made.items()} == {
        key: value.shape for key, value in ((k, np.asarray(v)) for k, v in values.items())
    }


#: Settings that do not meet stand together: each costs two seconds.
SETTINGS = {
    "stgan": {},
    "target_gru_multi_inputs": {"label": "target", "stu_state": "gru", "multi_inputs": 3},
    "direct_and_one_more_conv": {"stu_state": "direct", "one_more_conv": 1},
    "units_batch_norm_thres_int": {"stu_norm": "bn", "thres_int": 1.0},
    "units_instance_norm": {"stu_norm": "in", "stu_kernel_size": 5, "multi_inputs": 9},
    "no_injection": {"stu_inject_layers": 0, "inject_layers": 0, "mode": "lsgan"},
    "one_injection": {"stu_inject_layers": 1, "inject_layers": 1, "one_more_conv": 3, "dec_dim": 8},
    "unused_unit": {"shortcut_layers": 1, "stu_norm": "bn"},
    "all_units_unused": {"shortcut_layers": 0},
    "attgan": {"use_stu": False, "shortcut_layers": 1, "inject_layers": 1, "label": "target"},
    "attgan_of_the_readme": {
        "use_stu": False,
        "stu_layers": 7,
        "shortcut_layers": 1,
        "inject_layers": 1,
    },
    "dcgan": {"mode": "dcgan", "label": "target", "use_stu": False, "thres_int": 0.25},
    "dims": {"enc_dim": 6, "dec_dim": 8, "stu_dim": 5, "dis_dim": 3, "dis_fc_dim": 7},
    "size": {"img_size": 48, "enc_layers": 4, "dec_layers": 4, "stu_layers": 3, "dis_layers": 4},
    "one_attribute": {"atts": ["Eyeglasses"], "n_d": 1, "rec_loss_weight": 20.0, "lr": 1e-3},
    "wide": {"enc_dim": 520, "dec_dim": 4, "stu_dim": 4, "img_size": 8},
}


#: Costs 16 s; the others some 2.
WIDE = pytest.param("wide", marks=pytest.mark.slow)


@pytest.mark.parametrize(
    "name", quick_first([WIDE, *(name for name in SETTINGS if name != "wide")], count=5)
)
def test_any_setting(name, tmp_path):
    setting = {**SETTING, **SETTINGS[name]}
    values = make_checkpoint(setting, seed=3, updates=(7 * setting["n_d"], 7))
    folder = write_checkpoint(tmp_path / name, setting, values)
    expected = expected_values(setting, values, make_batch(setting, np.random.default_rng(5)))
    np.savez(folder / "expected.npz", **expected)
    comparisons = verify_checkpoint(find_checkpoint(folder), folder / "expected.npz")
    print(table(comparisons))
    assert len(comparisons) >= 13
    assert all(row.passed for row in comparisons), table(comparisons)


@pytest.mark.slow
def test_noise_of_dragan_can_be_given_as_points(tmp_path):
    setting = {**SETTING, "mode": "lsgan"}
    values = make_checkpoint(setting)
    folder = write_checkpoint(tmp_path, setting, values)
    expected = expected_values(setting, values, make_batch(setting, np.random.default_rng(0)))
    del expected["beta"]
    model = import_model(find_checkpoint(folder))
    assert all(row.passed for row in Verification(model.trainer, model.variables, expected).run())
    del expected["gp_x"]
    with pytest.raises(OfficialCheckpointError, match="lack beta and gp_x"):
        Verification(model.trainer, model.variables, expected).run()


@pytest.mark.slow
def test_an_imported_run_holds_the_same(experiment, small_values, tmp_path):
    """Through our own checkpoint: networks, moving averages, Adam slots and update counts."""
    run_dir = tmp_path / "run"
    import_checkpoint(find_checkpoint(experiment), run_dir)
    config = load_run(run_dir).config
    trainer = build_trainer(config, 1000)
    assert Checkpoints(trainer, run_dir / "checkpoints", 1).restore(run_dir / "checkpoints") == 7
    variables = {
        **generator_variables(trainer.generator),
        **discriminator_variables(trainer.discriminator),
    }
    batch = make_batch(SETTING, np.random.default_rng(5))
    expected = expected_values(SETTING, small_values, batch)
    comparisons = Verification(trainer, variables, expected).run()
    assert len(comparisons) == 18
    assert all(row.passed for row in comparisons), table(comparisons)


#: A value of eight of the comparisons.
WRONG = {
    "inference: encoder": "eval_enc_1",
    "training: transfer units": "train_stu_0",
    "discriminator: logits": "xa_logit_att",
    "critic: losses": "gp",
    "critic: gradients": "grad_d/D/Conv_1/weights",
    "critic: variables after a step": "after_d_step/Genc/Conv/BatchNorm/moving_variance",
    "generator: gradients": "grad_g/Gdec/Conv2d_transpose/weights",
    "generator: variables after a step": "after_g_step/Gstu/Conv/biases",
}


def test_a_wrong_value_fails_its_row(experiment, small_values):
    """All at once: each comparison has its own values, and takes seconds."""
    batch = make_batch(SETTING, np.random.default_rng(5))
    expected = expected_values(SETTING, small_values, batch)
    for key in WRONG.values():
        expected[key] = expected[key] * 1.01 + 1e-3
    model = import_model(find_checkpoint(experiment))
    comparisons = Verification(model.trainer, model.variables, expected).run()
    failed = {row.quantity: row.worst for row in comparisons if not row.passed}
    assert failed.pop("critic: losses") in ("gp", "d_loss")
    assert failed == {name: key for name, key in WRONG.items() if name != "critic: losses"}
    assert table(comparisons).count("FAILED") == len(WRONG)


def test_expected_values_of_something_else(experiment, tmp_path):
    path = tmp_path / "expected.npz"
    np.savez(path, x=np.zeros(3))
    with pytest.raises(OfficialCheckpointError, match="lack a, b, label_fed, alpha, lr"):
        verify_checkpoint(find_checkpoint(experiment), path)
    path.write_bytes(b"PK damaged")
    with pytest.raises(OfficialCheckpointError, match=r"expected\.npz is not an \.npz"):
        verify_checkpoint(find_checkpoint(experiment), path)
