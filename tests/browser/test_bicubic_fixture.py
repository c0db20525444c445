import json

import bicubic_fixture


def test_the_mobile_pages_fixture_is_what_python_computes():
    stored = json.loads(bicubic_fixture.PATH.read_text(encoding="utf-8"))
    assert stored == bicubic_fixture.fixture(), f"Stale: {stored['made_by']}"
