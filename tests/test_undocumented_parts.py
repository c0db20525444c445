"""Parts of Keras and MTCNN that the package uses and that they do not document: what fails here
with a newer version has to be looked at where it is used before pyproject.toml's bound is raised.
"""

import importlib.metadata
import inspect
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

PYPROJECT = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)[:2]]


@pytest.mark.parametrize("package", ["keras", "mtcnn"])
def test_the_installed_version_is_below_the_bound(package):
    bound = re.search(rf'"{package}>=[\d.]+,<([\d.]+)"', PYPROJECT)[1]
    installed = importlib.metadata.version(package)
    assert numbers(installed) < numbers(bound), f"{package} {installed}: run this file, raise it"


def test_adam_keeps_its_moments_by_variable():
    """official/adam_state.py, official/compared_trainer.py and optimization/adam.py."""
    variables = [keras.Variable(np.ones(3, np.float32)), keras.Variable(np.ones(2, np.float32))]
    adam = keras.optimizers.Adam(learning_rate=0.1, beta_1=0.5, beta_2=0.9)
    adam.build(variables)
    assert [id(one) for one in adam._trainable_variables] == [id(one) for one in variables]
    assert [adam._get_variable_index(one) for one in variables] == [0, 1]
    gradients = [tf.constant([1.0, 2.0, 4.0]), tf.constant([1.0, -1.0])]
    adam.apply_gradients(zip(gradients, variables, strict=True))
    np.testing.assert_allclose(adam._momentums[0], [0.5, 1.0, 2.0], rtol=1e-6)
    np.testing.assert_allclose(adam._velocities[1], [0.1, 0.1], rtol=1e-6)
    assert int(adam._iterations) == 1
    assert adam._momentums[0].value.handle.dtype == tf.resource
    assert list(inspect.signature(adam._all_reduce_sum_gradients).parameters) == ["grads_and_vars"]


def test_a_networks_layers_come_flat():
    """exporting/inference_copy.py."""
    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.ReLU()])
    outer = keras.Sequential([keras.Input((2,)), inner, keras.layers.Dense(1)])
    kinds = [type(layer).__name__ for layer in outer._flatten_layers()]
    assert kinds[0] == "Sequential"
    assert kinds.count("Dense") == 2 and kinds.count("ReLU") == 1


def test_a_stage_of_mtcnn_runs_its_model():
    """alignment/mtcnn_model.py."""
    from mtcnn import MTCNN

    for stage in MTCNN().stages:
        assert stage.model is stage._model
