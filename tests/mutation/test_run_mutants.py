"""Drawing mutants, judging them in a small project, and the report."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mutation.operators import mutants
from mutation.run_mutants import describe, read_results, report, sample

SOURCES = {"a.py": "x = 1\ny = 2\n", "b.py": "\n".join(f"z{n} = n + {n}" for n in range(50))}


def test_a_sample_follows_from_its_seed_and_spreads_over_lines():
    chosen = sample(SOURCES, 20, seed=3)
    assert chosen == sample(SOURCES, 20, seed=3) != sample(SOURCES, 20, seed=4)
    places = {(path, mutant.line) for path, mutant in chosen}
    assert len(places) == 20
    assert len(sample(SOURCES, 1000, seed=0)) == 52  # one a line


#: A module, and a test that notices nothing about b.
PROJECT = {
    "stgan_tf/__init__.py": "",
    "stgan_tf/losses/__init__.py": "",
    "stgan_tf/losses/x.py": "def f(a, b=5):\n    while a > 3:\n        a -= 1\n    return a\n",
    "tests/losses/test_x.py": (
        "from stgan_tf.losses.x import f\n\ndef test_f():\n    assert f(8) == 3\n"
    ),
}
JUDGE = """
import sys
from pathlib import Path

from mutation import run_mutants
from mutation.operators import mutants

run_mutants.LEAST_LIMIT_S, run_mutants.PATIENCE = 3, 4
copy = run_mutants.Copy(Path(sys.argv[1]), Path(sys.argv[2]))
path = "stgan_tf/losses/x.py"
source = (copy.tree / path).read_text()
for mutant in mutants(source):
    result = copy.try_mutant(path, mutant)
    print("|", mutant.replacement, "|", result["result"], "|", result["noticed_by"])
assert (copy.tree / path).read_text() == source
"""


@pytest.mark.slow
def test_faults_are_noticed_or_survive_or_loop(tmp_path):
    for name, text in PROJECT.items():
        file = tmp_path / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "copy").mkdir()
    command = [sys.executable, "-c", JUDGE, tmp_path / "project", tmp_path / "copy"]
    run = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    lines = [line.split(" | ") for line in run.stdout.splitlines() if line.startswith("| ")]
    found = {replacement[2:]: (result, noticed.strip()) for replacement, result, noticed in lines}
    noticed = ("killed", "tests/losses/test_x.py::test_f")
    assert found == {
        "(6)": ("survived", ""),
        "(4)": noticed,
        "(a >= 3)": noticed,
        "(2)": noticed,
        "(0)": ("timed out", ""),
        "a += 1": ("timed out", ""),
        "a = 1": noticed,
        "return None": noticed,
    }


def test_the_last_result_of_a_mutant_counts(tmp_path):
    [first, second] = [describe("stgan_tf/losses/x.py", m) for m in mutants("a + b < c")][:2]
    entries = [
        {"mutant": first, "result": "survived"},
        {"mutant": second, "result": "survived"},
        {"mutant": first, "result": "killed"},
    ]
    path = tmp_path / "results.jsonl"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    text = report(read_results(path))
    assert "| stgan_tf/losses | 2 | 1 | 0 | 1 |" in text
    assert "| **all** | 2 | 1 | 0 | 1 |" in text
    assert text.endswith(f"survived: {second}")
    assert read_results(tmp_path / "none.jsonl") == {}


@pytest.mark.parametrize("part", ["training", "losses", "systems", "layers"])
def test_the_package_has_mutants(part):
    folder = Path(__file__).resolve().parents[2] / "stgan_tf" / part
    count = sum(len(mutants(file.read_text(encoding="utf-8"))) for file in folder.glob("*.py"))
    assert count > 10
