"""Saved models open in a process that has only imported stgan_tf."""

import ast
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from slow_parameters import quick_first

from stgan_tf.systems.keras_objects import REGISTERED, StandIn
from stgan_tf.systems.stgan.discriminator import Discriminator
from stgan_tf.systems.stgan.generator import Generator

PACKAGE = Path(__file__).parents[2] / "stgan_tf"


def test_the_list_is_the_codes():
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                "register_keras_serializable" in ast.unparse(decorator)
                for decorator in node.decorator_list
            ):
                module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
                found[module] = (*found.get(module, ()), node.name)
    assert found == REGISTERED


def load_elsewhere(imports, path, expected, tmp_path):
    """Opens the model in a new process and compares what it computes."""
    np.savez(tmp_path / "expected.npz", **expected)
    script = f"""
import sys
{imports}
import numpy as np
model = keras.models.load_model({str(path)!r})
values = np.load({str(tmp_path / "expected.npz")!r})
inputs = [values[name] for name in sorted(values) if name.startswith("in")]
computed = model(inputs if len(inputs) > 1 else inputs[0])
computed = computed if isinstance(computed, (list, tuple)) else [computed]
for name, output in zip(sorted(n for n in values if n.startswith("out")), computed, strict=True):
    np.testing.assert_allclose(np.asarray(output), values[name], atol=1e-6)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "imports", quick_first(["import stgan_tf, keras", "import keras, stgan_tf"])
)
def test_a_saved_generator_opens_in_a_new_process(tmp_path, imports):
    model = Generator(
        num_layers=3,
        encoder_width=4,
        decoder_width=4,
        stu_width=4,
        shortcut_layers=2,
        inject_layers=2,
        stu_inject_layers=2,
    )
    images = tf.random.stateless_uniform((2, 16, 16, 3), (1, 2), -1, 1)
    labels = tf.constant([[1.0, 0.0], [0.0, -1.0]])
    edited = model([images, labels])
    model.save(tmp_path / "generator.keras")
    values = {"in0": images, "in1": labels, "out": edited}
    load_elsewhere(imports, tmp_path / "generator.keras", values, tmp_path)


@pytest.mark.slow
def test_a_functional_model_with_our_layers_opens_in_a_new_process(tmp_path):
    from stgan_tf.layers.instance_normalization import InstanceNormalization

    inputs = keras.Input((8, 8, 3))
    model = keras.Model(inputs, InstanceNormalization()(inputs))
    images = tf.random.stateless_uniform((2, 8, 8, 3), (1, 2))
    model.save(tmp_path / "model.keras")
    values = {"in0": images, "out": model(images)}
    load_elsewhere("import stgan_tf, keras", tmp_path / "model.keras", values, tmp_path)


def test_a_class_takes_the_place_of_its_stand_in():
    registered = keras.saving.get_custom_objects()
    assert registered["stgan_tf>Generator"] is Generator
    assert registered["stgan_tf>Discriminator"] is Discriminator
    assert all(f"stgan_tf>{name}" in registered for names in REGISTERED.values() for name in names)
    stand_in = StandIn("stgan_tf.systems.stgan.generator", "Generator")
    config = Generator().get_config()
    assert type(stand_in.from_config(config)) is Generator
