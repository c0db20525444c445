"""Small runs with random weights, to edit with, and what is exported of them."""

import pytest
from small_runs import write_classifier, write_run

from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions

PAIR = ("summer", "winter")
THREE = ("autumn", "summer", "winter")


@pytest.fixture(scope="session")
def run_dir(tmp_path_factory):
    """run_dir(label_mode, crop="celeba") -> a run folder."""
    folders = {}

    def make(label_mode="difference", crop="celeba"):
        if (label_mode, crop) not in folders:
            folder = tmp_path_factory.mktemp(label_mode)
            network = {"label_mode": label_mode, "label_scale": 1.0}
            folders[label_mode, crop] = write_run(folder, settings=network, crop=crop)
        return folders[label_mode, crop]

    return make


@pytest.fixture(scope="session")
def classifier_dir(tmp_path_factory):
    return write_classifier(tmp_path_factory.mktemp("classifier"))


@pytest.fixture(scope="session")
def season_dir(tmp_path_factory):
    """season_dir(domains=PAIR, model="stgan") -> a run of domain folders, of whole pictures."""
    folders = {}

    def make(domains=PAIR, model="stgan"):
        if (domains, model) not in folders:
            attributes = domains[1:] if len(domains) == 2 else domains
            folders[domains, model] = write_run(
                tmp_path_factory.mktemp("seasons"),
                model,
                dataset="domains",
                attributes=attributes,
                domains=domains,
                exclusive_attributes=len(domains) > 2,
                resize="contain",
            )
        return folders[domains, model]

    return make


@pytest.fixture(scope="session")
def season_classifier(tmp_path_factory):
    """A classifier of three seasons."""
    folder = tmp_path_factory.mktemp("classifier")
    return write_classifier(folder, THREE, crop="none", resize="contain")


@pytest.fixture(scope="session")
def exported(tmp_path_factory, run_dir, classifier_dir):
    """exported(label_mode) -> the folder of an export with the classifier."""
    folders = {}
    options = ExportOptions(
        precisions=("float32",), warmup=False, comparison_images=2, latency_repeats=1
    )

    def make(label_mode):
        if label_mode not in folders:
            folder = tmp_path_factory.mktemp(f"exported_{label_mode}")
            export_run(run_dir(label_mode), folder, classifier_dir, options)
            folders[label_mode] = folder
        return folders[label_mode]

    return make
