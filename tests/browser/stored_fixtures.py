"""Whether the values stored for the web app's unit tests are still what their scripts compute."""

import json
from types import ModuleType

import numpy as np


def require_current(script: ModuleType, pixels, numbers=(), decoded=np.array) -> None:
    """Fails where the file of a script, its PATH, differs from what its `fixture` computes, a list
    of dicts: in arrays of `pixels` by more than a level, as sums of float32 may fall to either side
    of a rounding; in `numbers` by more than rounding; in the rest at all.

    Args:
        decoded: The array of 8-bit values that stands for a stored one.
    """
    stored, computed = json.loads(script.PATH.read_text(encoding="utf-8")), script.fixture()
    message = f"Stale: run python tests/browser/{script.__name__.rpartition('.')[2]}.py"
    assert len(stored) == len(computed), message
    for old, new in zip(stored, computed, strict=True):
        for name in pixels:
            before, now = (decoded(row.pop(name)).astype(float) for row in (old, new))
            assert np.abs(before - now).max() <= 1, f"{message} ({name})"
        for name in numbers:
            # A rotation by nothing is a rounding away from zero, by machine.
            np.testing.assert_allclose(old.pop(name), new.pop(name), atol=1e-9, err_msg=message)
        assert old == new, message
