"""What a command says where a package is not installed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stgan_tf.extras import EXTRAS, require, what_to_install

ROOT = Path(__file__).parents[1]

#: Runs a command as if modules were not installed.
WITHOUT = """
import importlib, sys
missing, module, sys.argv = sys.argv[1].split(","), sys.argv[2], sys.argv[2:]
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
importlib.import_module(module).run()
"""


def run_without(missing, module, *flags):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "-1"}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, ",".join(missing), module, *flags],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def extras():
    """{extra: its requirements} of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text.split("[project.optional-dependencies]\n")[1].split("\n[project.urls]")[0]
    found = re.findall(r"^(\w+) = \[(.*?)\]$", section, re.MULTILINE | re.DOTALL)
    return {name: re.findall(r'"([^"]+)"', packages) for name, packages in found}


def test_every_extra_that_is_named_exists():
    known = extras()
    assert set(EXTRAS.values()) <= set(known)
    extras_of_all = "train,align,heic,parquet,safetensors,hub,litert,serving,study"
    assert known["all"] == [f"stgan-tf[{extras_of_all}]"]
    for own in ("train", "align", "serving"):
        assert "stgan-tf[tensorflow]" in known[own]


@pytest.mark.parametrize(
    ("module", "flags", "extra", "missing"),
    [
        ("stgan_tf.train", ["--preset=smoke", "--run_dir=r"], "train", "tensorflow"),
        ("stgan_tf.draw", ["--out_dir=x"], "train", "resvg_py"),
        ("stgan_tf.serve", ["--model_dir=x"], "serving", "fastapi"),
        ("stgan_tf.demo", [], "train", "tensorflow"),
        ("stgan_tf.export", ["--run_dir=r", "--out_dir=x"], "train", "tensorflow"),
    ],
)
def test_a_command_names_the_extra_and_exits_with_3(module, flags, extra, missing):
    done = run_without(EXTRAS, module, *flags)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"{module}: {missing} is not installed: pip install 'stgan-tf[{extra}]'\n"
    )


def test_help_needs_no_extra():
    done = run_without(EXTRAS, "stgan_tf.compare", "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_module_of_no_extra_is_a_fault_of_ours():
    assert what_to_install(ModuleNotFoundError("No module named 'a'", name="a.b")) == ""
    done = run_without(["scipy"], "stgan_tf.serving.client", "photo.jpg")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_own_sentences_are_kept():
    assert what_to_install(ModuleNotFoundError("Files need x: pip install x")) == (
        "Files need x: pip install x"
    )
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        require("json", "no_such_module")
