"""One training step of the official FaderNetworks beside ours."""

import numpy as np
import tensorflow as tf
from official_fader import NETWORKS, labels_of

from stgan_tf.official.fadernet_variables import UNUSED
from stgan_tf.official.torch_arrays import images as nhwc


class Step:
    """What one step of a file holds, beside our values for it.

    Args:
        comparison: The `Comparison`.
        name: Of the step.
        network: Official name of the network that it updates.
    """

    def __init__(self, comparison, name, network):
        self.fixture, self.name, self.network = comparison.fixture, name, network
        self.comparison, self.values = comparison, []
        self.images = tf.constant(nhwc(self.fixture[f"{name}.x"]))
        self.columns = self.fixture[f"{name}.y"]
        labels = labels_of(comparison.trainer.categories, self.columns)
        self.batch = {"images": self.images, "source_attributes": labels}
        self.number = tf.constant(self.fixture.config["n_total_iter"], tf.int64)

    def expect(self, name, value):
        """Compares where the file has that name; else any name of the step may hold it."""
        self.values.append(np.asarray(value))
        if f"{self.name}.{name}" in self.fixture.arrays:
            self.fixture.compare(f"{self.name}.{name}", value)

    def expect_layers(self, network, layers, call=1):
        for layer, value in layers.items():
            suffix = "" if call == 1 else f"#{call}"
            self.expect(f"act.{network}.{layer}{suffix}".replace("..", "."), value)

    def update(self, take, loss_term):
        """The step itself: loss, norms, gradients and weights."""
        network, ours = self.network, NETWORKS[self.network]
        trainer = self.comparison.trainer
        optimizer = trainer.optimizers[f"{ours}_optimizer"]
        gradients = watch_gradients(optimizer, trainer.networks[ours])
        terms = take(self.batch, self.number)
        self.expect("loss.total", terms[loss_term])
        self.expect("grad_norm_before_clip", terms[f"{ours}_gradient_norm"])
        self.expect("grad_norm_after_clip", tf.linalg.global_norm([*gradients.values()]))
        for name, (variable, transform) in self.comparison.variables[network].items():
            full = f"{self.name}.grad.{network}.{name}"
            if full in self.comparison.noise:
                largest = 1e-12 if self.fixture.is_exact else 1e-4
                assert np.abs(gradients[id(variable)]).max() < largest, full
                self.fixture.compared.add(full)
            elif full in self.fixture.arrays:
                self.fixture.compare(full, gradients[id(variable)], transform, "gradient")
            self.comparison.weight(f"{self.name}.w1.{network}.{name}", full, network, name)
        return terms

    def compare_rest(self):
        """Every array that has another name than we think must be one of our values; the pinned
        draws, and weights of the losses, of this step or of another.
        """
        fixture = self.fixture
        for name in fixture.names((f"{self.name}.", "rand.", "lambda_")):
            array, own = fixture[name], name.startswith(self.name)
            given = name.endswith(UNUSED) or name in (f"{self.name}.x", f"{self.name}.y")
            if given or name in fixture.compared:
                continue
            same = [
                (np.abs(value.reshape(array.shape) - array).max(), i)
                for i, value in enumerate(self.values)
                if value.size == array.size
            ]
            distance, i = min(same, default=(np.inf, 0))
            if same and (own or distance < 1e-6):
                fixture.compare(name, self.values[i])


def watch_gradients(optimizer, network):
    """A dict that takes the gradients of the next update, after clipping, by id of the variable."""
    seen, real = {}, optimizer._all_reduce_sum_gradients

    def watch(pairs):
        clipped = real(pairs)
        for variable, (gradient, _) in zip(network.trainable_variables, clipped, strict=True):
            seen[id(variable)] = gradient
        return clipped

    optimizer._all_reduce_sum_gradients = watch
    return seen
