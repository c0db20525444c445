"""Set-up of all tests: two CPU threads in all, two logical devices; official values."""

import gc
import os
import tempfile
from pathlib import Path

# Each traced graph makes Python go through all objects again and again: a tenth of the time.
gc.set_threshold(50_000, 20, 20)

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Drawn faces and the like go here, in the commands that tests start too, not to the user's cache.
_CACHE = tempfile.TemporaryDirectory(prefix="stgan_tf-tests-")
os.environ["XDG_CACHE_HOME"] = _CACHE.name
# Nor do tests see the models that the user has.
os.environ["XDG_DATA_HOME"] = str(Path(_CACHE.name) / "data")
os.environ.pop("STGAN_MODELS", None)

import pytest  # noqa: E402
import tensorflow as tf  # noqa: E402
from fixture_folders import required_folder  # noqa: E402

from stgan_tf.distribution.strategies import make_strategy  # noqa: E402

#: Fixtures that several folders use.
pytest_plugins = ["small_data", "small_training", "exported_runs", "packed_runs"]

# Shared by the processes of pytest-xdist: more threads than cores only wait for each other.
_THREADS = max(1, 2 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
tf.config.threading.set_intra_op_parallelism_threads(_THREADS)
tf.config.threading.set_inter_op_parallelism_threads(2)
# Two logical devices, so that MirroredStrategy can be tested without GPUs.
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="Run the slow tests too, as CI does.")


def pytest_collection_modifyitems(config, items):
    slow = [item for item in items if item.get_closest_marker("slow")]
    if config.getoption("--slow") or os.environ.get("CI") == "true":
        # Files that take long first: else a process ends up alone with one of them.
        long_files = {item.path for item in slow}
        items.sort(key=lambda item: item.path not in long_files)
        return
    for item in slow:
        item.add_marker(pytest.mark.skip(reason="slow: runs with --slow, and in CI"))


@pytest.fixture(scope="session")
def mirrored() -> tf.distribute.MirroredStrategy:
    """Two replicas, as --strategy=mirrored makes them."""
    return make_strategy("mirrored")


@pytest.fixture(scope="session")
def official_dir() -> Path:
    """The folder of checkpoints and expected values of the official code."""
    return required_folder("STGAN_OFFICIAL_FIXTURES")


@pytest.fixture(scope="session")
def cases_dir() -> Path:
    """The folder of small inputs as people have them."""
    return required_folder("STGAN_CASE_FIXTURES")
