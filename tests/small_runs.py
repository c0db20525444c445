"""Small runs with random weights of each kind of model, and a classifier."""

import numpy as np
from slow_parameters import quick_first

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.classifier.training import save_classifier
from stgan_tf.config.data import DataConfig
from stgan_tf.keras_versions import named_variables
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.training.checkpoints import Checkpoints

NAMES = ("Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses")
CLASSIFIER_ATTRIBUTES = ("Eyeglasses", "Male", "Bangs", "Blond_Hair", "Black_Hair")
SIZE = 32
#: stgan: the difference; attgan: the target; stargan: the target as 0 or 1.
MODELS = {
    "stgan": {"label_scale": 1.25},
    "attgan": {"label_mode": "target", "use_stu": False, "shortcut_layers": 1, "inject_layers": 1},
    "stargan": {},
}
#: As parameters of a test that takes long for each: without --slow the first.
FIRST_MODEL_QUICKLY = quick_first(MODELS)
_SMALL = {
    "num_layers": 3,
    "shortcut_layers": 2,
    "inject_layers": 2,
    "stu_inject_layers": 2,
    "encoder_width": 4,
    "decoder_width": 4,
    "stu_width": 4,
    "discriminator_layers": 2,
    "discriminator_width": 2,
    "discriminator_fc_units": 4,
}
_SMALL_STARGAN = {
    "generator_width": 4,
    "residual_blocks": 1,
    "discriminator_layers": 2,
    "discriminator_width": 2,
}


def write_run(folder, model="stgan", settings=None, **data):
    """Writes a run folder of `model` (of MODELS); `settings` (a dict) and `data` are fields of
    its settings and of DataConfig.
    """
    data = DataConfig(**{"attributes": NAMES, "image_size": SIZE, **data})
    if model == "stargan":
        config = Config("stargan", data, StarGANSettings(**{**_SMALL_STARGAN, **(settings or {})}))
    else:
        chosen = {**_SMALL, **MODELS[model], **(settings or {})}
        config = Config("stgan", data, STGANSettings(**chosen))
    config.write(folder / "config.json")
    trainer = build_trainer(config, 100)
    # Fresh moving averages and norms are all ones and zeros: a lost one would not be noticed.
    rng = np.random.default_rng(1)
    for path, variable in named_variables(trainer.generator).items():
        if path.split("/")[-1] not in ("kernel", "bias"):
            variable.assign(rng.uniform(0.6, 1.4, variable.shape))
    Checkpoints(trainer, folder / "checkpoints", 1).save()
    return folder


def write_classifier(folder, names=CLASSIFIER_ATTRIBUTES, crop="celeba", resize=""):
    """A classifier, by default of the models' attributes in another order, and one more."""
    description = {
        "attributes": list(names),
        "image_size": SIZE,
        "crop": crop,
        "validation_mean_accuracy": None,
    }
    if resize:
        description["data"] = {"resize": resize}
    network = AttributeClassifier(len(names), SIZE, width=2, hidden_units=8)
    save_classifier(network, description, folder)
    return folder
