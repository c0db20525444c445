from pathlib import Path

import pytest
from mutation.tests_of import WIDE, judges

ROOT = Path(__file__).resolve().parents[2]


def test_the_mirror_comes_first_then_importers_of_the_folder():
    names = judges("stgan_tf/optimization/adam.py", ROOT)
    assert names[0] == "tests/optimization/test_adam.py"
    assert "tests/systems/stgan/test_trainer.py" in names[1:]
    assert any(name.startswith("tests/official/") for name in names[2:])


def test_a_whole_file_stands_for_its_parts():
    names = judges("stgan_tf/systems/building.py", ROOT)
    assert "tests/official/test_verification.py" in names
    assert not any("::" in name for name in names)


@pytest.mark.parametrize("start", WIDE)
def test_the_table_names_tests_that_are_there(start):
    for name in WIDE[start]:
        file, _, function = name.partition("::")
        assert f"def {function}" in (ROOT / "tests" / file).read_text(encoding="utf-8"), name
