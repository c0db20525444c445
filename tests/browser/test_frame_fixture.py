import json

from browser import frame_fixture


def test_the_mobile_pages_frames_are_what_python_computes():
    stored = json.loads(frame_fixture.PATH.read_text(encoding="utf-8"))
    message = "Stale: run python tests/browser/frame_fixture.py"
    assert stored == frame_fixture.fixture(), message
