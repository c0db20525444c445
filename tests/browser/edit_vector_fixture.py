"""Values of stgan_tf.edits for the mobile page's unit tests.

python tests/browser/edit_vector_fixture.py     # from the repository's root

writes export/mobile/test/fixtures/edit-vector.json; test_edit_vector_fixture.py tells when it is
stale.
"""

import json
import sys
from pathlib import Path

import numpy as np

from stgan_tf.attributes import CELEBA_ATTRIBUTES, CONFLICTS, PAPER_ATTRIBUTES
from stgan_tf.edits import edit_difference
from stgan_tf.runtime.model_description import ModelDescription

PATH = Path(__file__).resolve().parents[2] / "export/mobile/test/fixtures/edit-vector.json"
#: Sliders' steps, at which float32 and the page's numbers are the same.
_STEP = 0.25
_RANDOM_CASES = 40


def fixture() -> dict:
    """Edits of single attributes and of many at random, with what a model is given for each: its
    source, a character an attribute (1, 0, ? not known), and the differences that are not 0.
    """
    return {
        "made_by": "python tests/browser/edit_vector_fixture.py",
        "models": [_model(names) for names in (PAPER_ATTRIBUTES, CELEBA_ATTRIBUTES)],
    }


def _model(names: tuple[str, ...]) -> dict:
    described = ModelDescription(names, "difference", 1.0, 64, None)
    rng = np.random.default_rng(len(names))
    return {
        "attributes": list(names),
        "conflicts": json.loads(described.to_json())["conflicts"],
        "cases": [
            _case(names, edits, source, needs_source)
            for edits, source in (
                *_chosen(names),
                *(_random(names, rng) for _ in range(_RANDOM_CASES)),
            )
            for needs_source in (False, True)
            if not (needs_source and np.isnan(source).any())
        ],
    }


def _chosen(names: tuple[str, ...]):
    """One attribute added or removed, on faces with everything, nothing, and not known."""
    for name in [name for name in names if name in (*CONFLICTS, "Eyeglasses")]:
        for value in (-1.5, 0.25, 1, 1.5):
            for has in (1.0, 0.0, np.nan):
                yield {name: value}, np.full(len(names), has)


def _random(names: tuple[str, ...], rng) -> tuple[dict, np.ndarray]:
    edits: dict[str, float] = {}
    for name in rng.choice(names, 6, replace=False):
        value = float(rng.integers(-6, 7)) * _STEP
        if value <= 0 or not any(edits.get(other, 0) > 0 for other in CONFLICTS.get(name, ())):
            edits[str(name)] = value
    unknown = rng.choice([0.0, 0.25])
    shares = ((1 - unknown) / 2, (1 - unknown) / 2, unknown)
    return edits, rng.choice([0.0, 1.0, np.nan], len(names), p=shares)


def _case(names, edits: dict, source: np.ndarray, needs_source: bool) -> dict:
    difference = edit_difference(edits, names, source[None], needs_source)[0]
    return {
        "edits": edits,
        "source": "".join("?" if np.isnan(has) else str(int(has)) for has in source),
        "needs_source": needs_source,
        "difference": {
            name: float(value) for name, value in zip(names, difference, strict=True) if value
        },
    }


def main() -> None:
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(json.dumps(fixture()) + "\n", encoding="utf-8")
    print(PATH)


if __name__ == "__main__":
    sys.exit(main())
