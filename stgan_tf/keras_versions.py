"""What Keras 3 and Keras 2.15 (extra `addons`) do differently; other modules ask for no version."""

import contextlib
import importlib.util
import io
import json
import zipfile
from pathlib import Path

import keras
import tensorflow as tf

_KERAS_2 = keras.__version__.startswith("2.")

#: The type of the variables of layers and optimisers.
Variable = tf.Variable if _KERAS_2 else keras.Variable

#: Arguments of add_weight: not cast to the layer's compute dtype.
NO_AUTOCAST = {"experimental_autocast" if _KERAS_2 else "autocast": False}

#: Whether TensorFlow Addons is installed with the only TensorFlow that it can be imported with.
HAS_ADDONS = _KERAS_2 and importlib.util.find_spec("tensorflow_addons") is not None


def tf_variable(variable) -> tf.Variable:
    """TensorFlow's variable within a Keras variable; a tf.Variable is returned as it is."""
    return variable.value if isinstance(variable, Variable) and not _KERAS_2 else variable


def named_variables(network: keras.Model) -> dict:
    """{path: variable} of a built network, in the order of `network.variables`.

    A path is what Keras 3 calls a variable: the names of the layers around it and its own, as in
    "generator/encoder/block_0/convolution/kernel".
    """
    if not _KERAS_2:
        return {variable.path: variable for variable in network.variables}
    paths = _paths_within(network, network.name)
    return {paths[id(variable)]: variable for variable in network.variables}


def _paths_within(layer: keras.layers.Layer, path: str) -> dict[int, str]:
    paths = {}
    for inner in layer._flatten_layers(recursive=False, include_self=False):
        paths |= _paths_within(inner, f"{path}/{inner.name}")
    for variable in (*layer._trainable_weights, *layer._non_trainable_weights):
        name = variable.name.partition(":")[0].rpartition("/")[2]
        paths[id(variable)] = f"{path}/{name}"
    return paths


def build_network(network: keras.Model, shapes) -> None:
    """Builds a network, so that Keras can build it again when it loads a file of it."""
    network.build(shapes)
    if _KERAS_2:  # records the shapes only when a network is called
        network._build_input_shape = shapes


def is_compiled(model: keras.Model) -> bool:
    """Whether `compile` has been called."""
    return model._is_compiled if _KERAS_2 else model.compiled


def can_load(path: Path) -> bool:
    """Whether Keras loads a .keras file; Keras 2 does not load those of Keras 3."""
    if not _KERAS_2:
        return True
    with zipfile.ZipFile(path) as file:
        return json.loads(file.read("metadata.json"))["keras_version"].startswith("2.")


def write_archive(archive: keras.export.ExportArchive, folder: str) -> None:
    """Writes a SavedModel without printing its signatures."""
    if _KERAS_2:  # has no argument for this
        with contextlib.redirect_stdout(io.StringIO()):
            archive.write_out(folder)
    else:
        archive.write_out(folder, verbose=False)


class _Keras2Adam(keras.optimizers.Adam):
    """Keras 2.15's Adam with the parts of Keras 3's that `FusedAdam` uses."""

    def __init__(self, *args, jit_compile=False, **kwargs):
        super().__init__(*args, jit_compile=jit_compile, **kwargs)

    def build(self, var_list):
        if not getattr(self, "_built", False):
            self._trainable_variables = list(var_list)
            super().build(var_list)

    def aggregate_gradients(self, grads_and_vars):
        return self._all_reduce_sum_gradients(grads_and_vars)

    def _all_reduce_sum_gradients(self, grads_and_vars):
        return super().aggregate_gradients(grads_and_vars)

    def _get_variable_index(self, variable):
        return self._index_dict[self._var_key(variable)]

    def _update_step(self, gradient, variable):
        self.update_step(gradient, variable, self.learning_rate)


Adam = _Keras2Adam if _KERAS_2 else keras.optimizers.Adam
