import json

import numpy as np
import pytest
from PIL import Image

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.classifier.training import save_classifier
from stgan_tf.config.data import DataConfig
from stgan_tf.evaluation import evaluate_run as module
from stgan_tf.evaluation.kept_edits import read_edits
from stgan_tf.systems.building import build_editing_network
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.training.run_folder import Run

SIZE = 32
NAMES = ("Bangs", "Male")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """30 images of noise and an untrained classifier."""
    folder = tmp_path_factory.mktemp("evaluation")
    (folder / "data" / "img_align_celeba").mkdir(parents=True)
    rng = np.random.default_rng(0)
    lines = ["30", " ".join(NAMES)]
    for number in range(1, 31):
        pixels = rng.integers(0, 256, (SIZE, SIZE, 3), np.uint8)
        name = f"{number:06d}.jpg"
        Image.fromarray(pixels).save(folder / "data" / "img_align_celeba" / name)
        lines.append(f"{name} {number % 2 * 2 - 1} {number % 3 // 2 * 2 - 1}")
    (folder / "data" / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")
    description = {
        "attributes": list(NAMES),
        "image_size": SIZE,
        "crop": "none",
        "validation_mean_accuracy": 0.5,
    }
    model = AttributeClassifier(len(NAMES), SIZE, width=1, hidden_units=4)
    save_classifier(model, description, folder / "classifier")
    return folder


_NARROW = {"encoder_width": 2, "decoder_width": 2, "stu_width": 2}
NETWORKS = {
    "stgan": {"settings": STGANSettings(**_NARROW)},
    "attgan": {"settings": STGANSettings(**_NARROW, use_stu=False, label_mode="target")},
    "stargan": {
        "system": "stargan",
        "settings": StarGANSettings(generator_width=2, residual_blocks=1),
    },
}


@pytest.fixture(params=["stgan"])
def run_dir(request, folder, monkeypatch):
    """An untrained generator where a checkpoint would be loaded."""
    config = Config(
        data=DataConfig(
            data_dir=str(folder / "data"),
            attributes=NAMES,
            image_size=SIZE,
            crop="none",
            split="fractions",
            split_fractions=(0.2, 0.2, 0.6),
        ),
        **NETWORKS[request.param],
    )
    network = build_editing_network(config)
    system = find_system(config.system)
    run = Run(folder / "run", config, system, network, step=7, weights="raw")
    monkeypatch.setattr(module, "load_run", lambda path, weights: run)
    return folder / "run"


@pytest.mark.parametrize("run_dir", NETWORKS, indirect=True)
def test_writes_the_report(folder, run_dir):
    progress = []
    report, page = module.evaluate_run(
        run_dir,
        folder / "classifier",
        max_images=9,
        batch_size=4,
        on_batch=lambda count, total: progress.append((count, total)),
    )
    assert progress == [(4, 9), (4, 9), (1, 9)]
    assert page == run_dir / "evaluation" / "report.html"
    assert sorted(path.name for path in page.parent.iterdir()) == [
        "accuracy.png",
        "edits.npz",
        "edits_intensity_1.5.png",
        "edits_intensity_1.png",
        "intensity_sweep.png",
        "report.html",
        "report.json",
        "report.md",
        "worst_reconstructions.png",
    ]
    written = json.loads((page.parent / "report.json").read_text())
    assert written["measurements"] == report["measurements"]
    assert written["measurements"]["images"] == 9
    assert written["sweep"]["images"] == 9
    assert written["true_edits"] is None
    assert written["provenance"]["split_images"] >= 9
    assert written["provenance"]["drawn"] is None
    kept = read_edits(page.parent)
    assert kept.names.tolist() == list(NAMES)
    assert kept.edits.shape == (2, 6, SIZE, SIZE, 3) and kept.source.shape == (6, SIZE, SIZE, 3)
    assert kept.kinds.tolist() == [["Bangs"] * 6, ["Male"] * 6] and not kept.truth.size
    assert written["provenance"]["weights"] == "raw"
    assert written["step"] == 7
    assert Config.from_json(json.dumps(written["config"])).data.attributes == NAMES
    assert {"tensorflow", "keras", "scikit-image"} <= set(written["versions"])
    assert "Only 9 images" in report["warnings"][0]
    for part in ("edits", "shipped_edits"):
        assert [edit["intensity"] for edit in report["measurements"][part]] == [1.0, 1.5]
        for edit in report["measurements"][part]:
            assert 0 <= edit["mean_accuracy"] <= 1
    # The run's classifier is kept: edit and export use it.
    for name in ("classifier.keras", "classifier.json"):
        kept = run_dir / "classifier" / name
        assert kept.read_bytes() == (folder / "classifier" / name).read_bytes()


def test_wrong_options_are_named(folder, run_dir):
    def evaluate(**options):
        module.evaluate_run(run_dir, folder / "classifier", **options)

    with pytest.raises(ValueError, match=r"--intensities.*\[0.0\]"):
        evaluate(intensities=[0.0])
    with pytest.raises(ValueError, match="--batch_size"):
        evaluate(batch_size=0)
    with pytest.raises(ValueError, match="--sweep_images"):
        evaluate(sweep_images=-1)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        evaluate(data_dir=str(folder / "nowhere"))


def test_a_missing_classifier_is_named(tmp_path, run_dir):
    with pytest.raises(FileNotFoundError, match=r"classifier\.keras.*train_classifier"):
        module.evaluate_run(run_dir, tmp_path)
