"""Converts the official setting.txt (the arguments of train.py as JSON) to our configuration."""

import json
from pathlib import Path

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings

#: Arguments that do not affect what is computed.
_IGNORED = {
    "dataroot",
    "gpu",
    "threads",
    "test_int",
    "n_sample",
    "save_freq",
    "sample_freq",
    "experiment_name",
    "num_ckpt",
    "clear",
}

#: Official argument -> (section, our field), for arguments with the same values.
_SAME = {
    "atts": ("data", "attributes"),
    "img_size": ("data", "image_size"),
    "enc_layers": ("settings", "num_layers"),
    "enc_dim": ("settings", "encoder_width"),
    "dec_dim": ("settings", "decoder_width"),
    "stu_dim": ("settings", "stu_width"),
    "stu_kernel_size": ("settings", "stu_kernel_size"),
    "stu_state": ("settings", "stu_state"),
    "one_more_conv": ("settings", "extra_conv_kernel"),
    "dis_layers": ("settings", "discriminator_layers"),
    "dis_dim": ("settings", "discriminator_width"),
    "dis_fc_dim": ("settings", "discriminator_fc_units"),
    "mode": ("settings", "adversarial_loss"),
    "rec_loss_weight": ("settings", "reconstruction_weight"),
    "batch_size": ("training", "batch_size"),
    "epoch": ("training", "num_epochs"),
    "init_epoch": ("training", "decay_after_epochs"),
    "lr": ("training", "learning_rate"),
    "n_d": ("settings", "critic_steps_per_generator_step"),
}

#: Official argument -> (our setting, {official value: ours}).
_RENAMED = {
    "label": ("label_mode", {"diff": "difference", "target": "target"}),
    "stu_norm": ("stu_norm", {"none": "none", "bn": "batch", "in": "instance"}),
}

#: Counts of layers from the deepest; the official code stops at the shallowest skip connection.
_CAPPED = {
    "shortcut_layers": "shortcut_layers",
    "inject_layers": "inject_layers",
    "stu_inject_layers": "stu_inject_layers",
}

#: Arguments that are handled individually below.
_OTHER = {"dec_layers", "use_stu", "stu_layers", "multi_inputs", "thres_int", "use_cropped_img"}

_KNOWN = {*_SAME, *_RENAMED, *_CAPPED, *_OTHER}

_KINDS = {
    "use_stu": bool,
    "use_cropped_img": bool,
    "thres_int": (int, float),
    **dict.fromkeys((*_CAPPED, "dec_layers", "enc_layers", "stu_layers", "multi_inputs"), int),
}


def read_config(path: Path, data_dir: str = "") -> Config:
    """The configuration that is equivalent to the official code with this setting.txt.

    Raises:
        OfficialCheckpointError: A setting is missing, unknown or has an impossible value; the
            message names it.
    """
    setting = _read(path)
    num_layers = setting["enc_layers"]
    _require_one_depth(setting, path)
    sections = {
        "data": {
            "data_dir": data_dir,
            "crop": "none" if setting["use_cropped_img"] else "official",
        },
        "settings": {"label_scale": 2 * setting["thres_int"]},
        "training": {},
    }
    for name, (section, field) in _SAME.items():
        sections[section][field] = setting[name]
    settings = sections["settings"]
    for name, (field, values) in _RENAMED.items():
        if setting[name] not in values:
            _fail(path, name, f"must be one of {', '.join(values)}. Received: {setting[name]!r}")
        settings[field] = values[setting[name]]
    for name, field in _CAPPED.items():
        settings[field] = min(setting[name], num_layers - 1)
    settings["multi_inputs"] = min(max(setting["multi_inputs"], 1), num_layers)
    # Without skip connections no unit's output is used, which is the network without units.
    settings["use_stu"] = setting["use_stu"] and settings["shortcut_layers"] > 0
    try:
        return Config(
            data=DataConfig(**sections["data"]),
            settings=STGANSettings(**settings),
            training=TrainingConfig(**sections["training"]),
        )
    except ConfigError as error:
        raise OfficialCheckpointError(
            f"{path}: {_official_name(error.flag)}: {str(error).split(': ', 1)[1]}"
        ) from error


def has_selective_transfer(path: Path) -> bool:
    """Whether the checkpoint has selective transfer units, used or not."""
    return _read(path)["use_stu"]


def _read(path: Path) -> dict:
    try:
        setting = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # not UTF-8, or not JSON
        raise OfficialCheckpointError(f"{path} is not JSON: {error}.") from error
    if not isinstance(setting, dict):
        raise OfficialCheckpointError(f"{path} must be a JSON object. Received: {setting!r}.")
    if missing := sorted(_KNOWN - set(setting)):
        raise OfficialCheckpointError(f"{path} lacks the setting {', '.join(missing)}.")
    if unknown := sorted(set(setting) - _KNOWN - _IGNORED):
        listed = ", ".join(f"{name}={setting[name]!r}" for name in unknown)
        raise OfficialCheckpointError(
            f"{path} has a setting that the official train.py does not know: {listed}. It may come "
            "from modified code that computes something else; if not, remove it from the file."
        )
    for name, kind in _KINDS.items():
        value = setting[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            expected = "true or false" if kind is bool else "a number"
            _fail(path, name, f"must be {expected}. Received: {value!r}")
    return setting


def _require_one_depth(setting: dict, path: Path) -> None:
    """Raises an error for depths that the official code cannot build: the shapes do not fit."""
    num_layers = setting["enc_layers"]
    if setting["dec_layers"] != num_layers:
        _fail(
            path,
            "dec_layers",
            f"must equal enc_layers = {num_layers}. Received: {setting['dec_layers']}",
        )
    if setting["use_stu"] and setting["stu_layers"] != num_layers - 1:
        _fail(
            path,
            "stu_layers",
            f"must be enc_layers - 1 = {num_layers - 1}. Received: {setting['stu_layers']}",
        )


def _official_name(field: str) -> str:
    names = {ours: official for official, (_, ours) in _SAME.items()}
    names.update({ours: official for official, (ours, _) in _RENAMED.items()})
    return {**names, "label_scale": "thres_int"}.get(field, field)


def _fail(path: Path, name: str, message: str) -> None:
    raise OfficialCheckpointError(f"{path}: {name}: {message}.")
