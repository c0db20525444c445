"""Every file of official values is somebody's: none goes untested because of its name."""

import json

import pytest
from system_fixtures import KNOWN_SYSTEMS, fixture_files, fixtures_of


def test_every_file_belongs_to_a_system_that_is_tested():
    files = fixture_files()
    if not files:
        pytest.skip("There are no files of other systems' official codes.")
    unknown = {}
    for path in files:
        system = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["system"]
        if system not in KNOWN_SYSTEMS:
            unknown[path.name] = system
    assert not unknown, f"no test compares these: {unknown}"
    tested = {parameter.id for system in KNOWN_SYSTEMS for parameter in fixtures_of(system)}
    assert {path.stem for path in files} <= tested
