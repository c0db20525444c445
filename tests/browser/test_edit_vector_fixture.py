import json

import pytest
from browser import edit_vector_fixture


def test_the_mobile_pages_fixture_is_what_python_computes():
    stored = json.loads(edit_vector_fixture.PATH.read_text(encoding="utf-8"))
    computed = edit_vector_fixture.fixture()
    stale = f"Stale: {stored['made_by']}"
    assert len(stored["models"]) == len(computed["models"]), stale
    for old, new in zip(stored["models"], computed["models"], strict=True):
        assert (old["attributes"], old["conflicts"]) == (new["attributes"], new["conflicts"]), stale
        assert len(old["cases"]) == len(new["cases"]), stale
        for before, now in zip(old["cases"], new["cases"], strict=True):
            assert now.pop("difference") == pytest.approx(before.pop("difference"), abs=1e-6), stale
            assert now == before, stale
