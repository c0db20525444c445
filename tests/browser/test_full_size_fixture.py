import json

import numpy as np
from browser import full_size_fixture


def test_the_mobile_pages_full_size_edits_are_what_python_computes():
    stored = json.loads(full_size_fixture.PATH.read_text(encoding="utf-8"))
    computed = full_size_fixture.fixture()
    message = "Stale: run python tests/browser/full_size_fixture.py"
    assert len(stored) == len(computed), message
    for old, new in zip(stored, computed, strict=True):
        for name in ("picture", "view", "edited", "unedited", "result"):
            # Sums of float32 may fall to either side of a rounding.
            difference = np.abs(np.subtract(old.pop(name), new.pop(name)))
            assert difference.max() <= 1, f"{message} ({name})"
        assert old == new, message
