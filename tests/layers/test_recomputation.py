"""Segments give the same values, gradients and side effects, with fewer tensors kept."""

import numpy as np
import pytest
import tensorflow as tf
from addons.test_every_system import CASES, config_of
from slow_parameters import quick_first
from systems.stgan.test_trainer import make_data

from stgan_tf.layers import recomputation as recomputation_module
from stgan_tf.layers.batch_normalization import BatchNormalization
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.layers.recomputation import computed_again, recomputation, segment
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.run_length import batches_per_iteration


def cubes(weight, calls):
    def function(x):
        calls.append(computed_again())
        return weight * x**3

    return function


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "graph"])
def test_gradients_by_hand_and_when_it_is_computed(compiled):
    weight, calls = tf.Variable(2.0), []

    def gradients(x):
        with tf.GradientTape() as tape, recomputation(True):
            tape.watch(x)
            y = segment(cubes(weight, calls), x)
            calls.append("forward")
        return y, tape.gradient(y, [x, weight])

    run = tf.function(gradients, autograph=False) if compiled else gradients
    y, (of_x, of_weight) = run(tf.constant(3.0))
    assert (float(y), float(of_x), float(of_weight)) == (54.0, 54.0, 27.0)
    assert calls == [False, "forward", True]


def test_off_it_is_the_function_itself_and_can_be_differentiated_twice():
    calls, x = [], tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = segment(cubes(tf.Variable(2.0), calls), x)
        slope = inner.gradient(y, x)
    assert float(outer.gradient(slope, x)) == 36.0
    assert calls == [False]


def test_of_several_outputs_and_inputs_that_do_not_matter():
    with tf.GradientTape() as tape, recomputation(True):
        x, unused = tf.constant([1.0, 2.0]), tf.constant(5.0)
        tape.watch([x, unused])
        double, square = segment(lambda x, unused: (2.0 * x, x * x), x, unused)
        loss = tf.reduce_sum(double * square)
    of_x, of_unused = tape.gradient(loss, [x, unused])
    np.testing.assert_allclose(of_x, [6.0, 24.0])  # 2 x^3
    assert float(of_unused) == 0.0


def test_inner_segments_are_part_of_the_outer_one():
    calls, x = [], tf.constant(3.0)
    inner = cubes(tf.constant(1.0), calls)
    with tf.GradientTape() as tape, recomputation(True):
        tape.watch(x)
        y = segment(lambda x: segment(inner, segment(inner, x)), x)
    np.testing.assert_allclose(tape.gradient(y, x), 9 * 3.0**8)
    assert calls == [False, False, True, True]


def test_moving_averages_move_once():
    layer = BatchNormalization(momentum=0.5)
    layer.build((None, 1, 1, 1))
    x = tf.reshape(tf.constant([1.0, 3.0]), (2, 1, 1, 1))
    with tf.GradientTape() as tape, recomputation(True):
        tape.watch(x)
        loss = tf.reduce_sum(segment(lambda x: layer(x, training=True), x) ** 2)
    tape.gradient(loss, x)
    np.testing.assert_allclose(layer.moving_mean, [1.0])  # 0.5 * 0 + 0.5 * 2
    np.testing.assert_allclose(layer.moving_variance, [1.5])  # 0.5 * 1 + 0.5 * 2


def test_a_block_keeps_its_inputs_only():
    block = ConvBlock(4, name="block")
    block.build((None, 8, 8, 3))

    def kept(on):
        """Tensors of the forward pass that the backward pass reads."""

        @tf.function(autograph=False)
        def run(x):
            with tf.GradientTape() as tape, recomputation(on):
                tape.watch(x)
                y = tf.identity(block(x, training=True), name="after")
            return tape.gradient(y, [x, block.convolution.kernel])

        graph = run.get_concrete_function(tf.TensorSpec((2, 8, 8, 3))).graph
        names = [operation.name for operation in graph.get_operations()]
        forward = set(names[: names.index("after") + 1])
        return {
            source.op.type
            for operation in graph.get_operations()
            if operation.name not in forward
            for source in operation.inputs
            if source.op.name in forward and source.shape.rank == 4 and source.shape[0] == 2
        }

    assert {"Conv2D", "FusedBatchNormV3"} <= kept(False)
    assert kept(True) == {"Placeholder"}


@pytest.mark.parametrize(
    ("network", "precision", "replicas"),
    [
        ("critic", "float32", 1),
        ("generator", "float32", 1),
        pytest.param("critic", "bfloat16", 1, marks=pytest.mark.slow),
        # Batch normalisation over the replicas, too.
        pytest.param("generator", "float32", 2, marks=pytest.mark.slow),
    ],
)
def test_a_trainers_gradients(tiny_config, change, mirrored, network, precision, replicas):
    config = change(tiny_config, "training", precision=precision)
    strategy = mirrored if replicas == 2 else tf.distribute.get_strategy()
    with strategy.scope():
        trainer = build_trainer(config, num_images=100, num_replicas=replicas)
    batch = {name: values[0] for name, values in make_data().items()}
    noise = [tf.reshape(tf.constant([0.1, 0.4, 0.6, 0.9]), (4, 1, 1, 1))][: network == "critic"]
    compute = getattr(trainer, f"{network}_gradients")
    averages = trainer.generator.non_trainable_variables
    at_first = [average.numpy() for average in averages]

    def of_replica(on):
        with recomputation(on):
            return compute(batch, *noise)[1:]

    def results(on):
        for average, value in zip(averages, at_first, strict=True):
            average.assign(value)
        run = tf.function(lambda: strategy.run(of_replica, args=(on,)), autograph=False)
        found = strategy.experimental_local_results(run())[0]
        return tf.nest.flatten(found), [average.numpy() for average in averages]

    (expected, expected_averages), (found, averages_found) = results(False), results(True)
    rounding = 1e-5 if precision == "float32" else 1e-2
    for ours, theirs in zip(found, expected, strict=True):
        error = np.linalg.norm(np.ravel(ours) - np.ravel(theirs))
        assert error <= rounding * np.linalg.norm(theirs) + 1e-6
    assert any((a != b).any() for a, b in zip(averages_found, at_first, strict=True))
    for ours, theirs in zip(averages_found, expected_averages, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rounding, atol=1e-6)


@pytest.mark.parametrize("recompute", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_the_setting_reaches_the_updates_of_every_system(
    case, recompute, tiny_config, change, monkeypatch
):
    config = change(config_of(tiny_config, case), "training", recompute=recompute)
    trainer = build_trainer(config, num_images=100)
    monkeypatch.setattr("stgan_tf.systems.system_trainer.apply_gradients", lambda *_: 0.0)
    calls = []

    def compute(batch):
        with tf.GradientTape() as tape:
            tape.watch(batch["x"])
            y = segment(cubes(tf.constant(1.0), calls), batch["x"])
        return [], tape.gradient(y, batch["x"]), {}

    trainer.update(None, "norm", compute, {"x": tf.constant([3.0])})
    assert calls == [False, True][: 1 + recompute]


@pytest.mark.parametrize("case", quick_first(CASES))
def test_a_step_of_every_system_is_the_same(case, tiny_config, change, monkeypatch):
    states, within = [], recomputation_module._state_of
    monkeypatch.setattr(
        recomputation_module, "_state_of", lambda name: states.append(name) or within(name)
    )

    def step(recompute):
        config = change(config_of(tiny_config, case), "training", recompute=recompute)
        trainer = build_trainer(config, num_images=100)
        phase = trainer.phase()
        options = {} if phase is None else {"phase": phase}
        attributes = len(config.data.attributes)
        data = make_data(batches_per_iteration(config), 2, 32, attributes)
        if attributes == 1:  # CycleGAN's two domains
            data["source_attributes"] = tf.stack([tf.zeros((2, 1)), tf.ones((2, 1))])
        return {name: float(value) for name, value in trainer.train_step(data, **options).items()}

    expected = step(False)
    assert "again" not in states
    found = step(True)
    assert states.count("again") > 1
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-6)
