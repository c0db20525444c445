import json

import numpy as np
from browser import bicubic_fixture

#: Pixels are sums of 16 products of values up to 1, in float32; how they are added up is the
#: processor's, and the fixture keeps 7 decimals.
TOLERANCE = 1e-6


def is_close(stored, computed):
    """Whether two values from JSON are the same but for floats that differ by up to TOLERANCE."""
    if isinstance(computed, dict):
        return stored.keys() == computed.keys() and all(
            is_close(stored[key], computed[key]) for key in computed
        )
    if isinstance(computed, list) and not (computed and isinstance(computed[0], float)):
        return len(stored) == len(computed) and all(map(is_close, stored, computed))
    if isinstance(computed, (list, float)):
        same_shape = np.shape(stored) == np.shape(computed)
        return same_shape and np.allclose(stored, computed, rtol=0, atol=TOLERANCE)
    return stored == computed


def test_the_mobile_pages_fixture_is_what_python_computes():
    stored = json.loads(bicubic_fixture.PATH.read_text(encoding="utf-8"))
    assert is_close(stored, bicubic_fixture.fixture()), f"Stale: {stored['made_by']}"


def test_a_stale_fixture_is_noticed():
    stored = json.loads(bicubic_fixture.PATH.read_text(encoding="utf-8"))
    for change in (
        lambda new: new["resized"]["5"].__setitem__(3, new["resized"]["5"][3] + 1e-5),
        lambda new: new["matrices"][0]["rows"]["1"].pop("4"),
        lambda new: new["bytes"].__setitem__(9, new["bytes"][9] + 1),
        lambda new: new["floats"].pop(),
    ):
        changed = json.loads(json.dumps(stored))
        change(changed)
        assert not is_close(changed, bicubic_fixture.fixture())
