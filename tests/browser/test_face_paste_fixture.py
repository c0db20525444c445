import json

import numpy as np
from browser import face_paste_fixture
from browser.face_paste_fixture import ARRAYS, decoded


def test_the_mobile_pages_pasted_faces_are_what_python_computes():
    stored = json.loads(face_paste_fixture.PATH.read_text(encoding="utf-8"))
    computed = face_paste_fixture.fixture()
    message = "Stale: run python tests/browser/face_paste_fixture.py"
    assert len(stored) == len(computed), message
    for old, new in zip(stored, computed, strict=True):
        for name in ARRAYS:
            # Sums of float32 may fall to either side of a rounding.
            before, now = (decoded(row.pop(name)).astype(int) for row in (old, new))
            assert np.abs(before - now).max() <= 1, f"{message} ({name})"
        for name in ("factor", "shift"):
            # A rotation by nothing is a rounding away from zero, by machine.
            np.testing.assert_allclose(old.pop(name), new.pop(name), atol=1e-9, err_msg=message)
        assert old == new, message
