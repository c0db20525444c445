import json

import pytest
from official.official_code import SETTING

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.settings import read_config
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings


def read(tmp_path, **changes):
    path = tmp_path / "setting.txt"
    path.write_text(json.dumps({**SETTING, **changes}))
    return read_config(path, data_dir="data")


def test_every_setting_reaches_its_field(tmp_path):
    config = read(
        tmp_path,
        atts=["Male", "Pale_Skin"],
        img_size=64,
        shortcut_layers=3,
        inject_layers=2,
        enc_dim=5,
        dec_dim=6,
        dis_dim=7,
        dis_fc_dim=9,
        enc_layers=4,
        dec_layers=4,
        dis_layers=3,
        label="target",
        stu_dim=10,
        stu_layers=3,
        stu_inject_layers=1,
        stu_kernel_size=5,
        stu_norm="bn",
        stu_state="gru",
        multi_inputs=2,
        rec_loss_weight=50.0,
        one_more_conv=3,
        mode="dcgan",
        epoch=20,
        init_epoch=10,
        batch_size=8,
        lr=1e-3,
        n_d=4,
        thres_int=1.0,
        use_cropped_img=True,
    )
    assert config == Config(
        data=DataConfig(
            data_dir="data", attributes=("Male", "Pale_Skin"), image_size=64, crop="none"
        ),
        settings=STGANSettings(
            label_mode="target",
            label_scale=2.0,
            num_layers=4,
            encoder_width=5,
            decoder_width=6,
            shortcut_layers=3,
            inject_layers=2,
            use_stu=True,
            stu_width=10,
            stu_inject_layers=1,
            stu_kernel_size=5,
            stu_norm="batch",
            stu_state="gru",
            multi_inputs=2,
            extra_conv_kernel=3,
            discriminator_layers=3,
            discriminator_width=7,
            discriminator_fc_units=9,
            adversarial_loss="dcgan",
            reconstruction_weight=50.0,
            critic_steps_per_generator_step=4,
        ),
        training=TrainingConfig(
            batch_size=8,
            num_epochs=20,
            decay_after_epochs=10,
            learning_rate=1e-3,
        ),
    )


def test_defaults_of_the_official_code_are_ours(tmp_path):
    """Its train.py without arguments is the configuration without flags, but for the crop, which
    is another one at 64 px.
    """
    sizes = {f"{part}_dim": 64 for part in ("enc", "dec", "dis", "stu")}
    depths = {"enc_layers": 5, "dec_layers": 5, "dis_layers": 5, "stu_layers": 4}
    names = list(DataConfig().attributes)
    config = read(tmp_path, **sizes, **depths, dis_fc_dim=1024, img_size=128, atts=names)
    assert config == Config(data=DataConfig(data_dir="data", crop="official"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"attention": True}, "has a setting .* does not know: attention=True"),
        ({"stu_norm": "ln"}, r"stu_norm: must be one of none, bn, in\. Received: 'ln'"),
        ({"label": "both"}, r"label: must be one of diff, target\. Received: 'both'"),
        ({"stu_state": "lstm"}, r"stu_state: must be one of stu, gru, direct\. Received: 'lstm'"),
        ({"mode": "hinge"}, r"mode: must be one of wgan, lsgan, dcgan\. Received: 'hinge'"),
        ({"enc_dim": 0}, r"enc_dim: must be at least 1\. Received: 0"),
        ({"enc_dim": "64"}, r"enc_dim: must be int\. Received: '64'"),
        ({"enc_layers": "5"}, r"enc_layers: must be a number\. Received: '5'"),
        ({"use_stu": "false"}, r"use_stu: must be true or false\. Received: 'false'"),
        ({"dec_layers": 4}, r"dec_layers: must equal enc_layers = 3\. Received: 4"),
        ({"stu_layers": 4}, r"stu_layers: must be enc_layers - 1 = 2\. Received: 4"),
        ({"img_size": 36}, r"img_size: must be divisible by 2\^num_layers = 8\. Received: 36"),
        ({"atts": ["Bald", "Bald"]}, "atts: must be distinct names"),
        ({"thres_int": 0}, r"thres_int: must be at least"),
    ],
)
def test_settings_that_cannot_be(tmp_path, changes, message):
    with pytest.raises(OfficialCheckpointError, match=message) as caught:
        read(tmp_path, **changes)
    assert str(tmp_path / "setting.txt") in str(caught.value)


@pytest.mark.parametrize("name", sorted(set(SETTING) - {"dataroot", "gpu", "threads", "test_int"}))
def test_a_missing_setting_is_named_if_it_matters(tmp_path, name):
    path = tmp_path / "setting.txt"
    path.write_text(json.dumps({key: value for key, value in SETTING.items() if key != name}))
    if name in ("n_sample", "save_freq", "sample_freq", "experiment_name", "num_ckpt", "clear"):
        assert read_config(path)
    else:
        with pytest.raises(OfficialCheckpointError, match=f"lacks the setting {name}"):
            read_config(path)


@pytest.mark.parametrize("text", ["{", "[1]", "\x00\xff"])
def test_a_file_that_is_no_setting(tmp_path, text):
    path = tmp_path / "setting.txt"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(
        OfficialCheckpointError, match=r"setting\.txt (is not JSON|must be a JSON object)"
    ):
        read_config(path)
