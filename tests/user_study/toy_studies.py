"""Studies of systems that paint a photo in one colour each: no networks."""

import numpy as np

from stgan_tf.user_study.choosing_questions import WantedEdit
from stgan_tf.user_study.making import StudyOptions, make_study

#: {system: its grey level}
GREYS = {"alpha": 40, "beta": 120, "gamma": 200}


class ToyEdits:
    """20 photos, the first ten without Eyeglasses and Bangs, the others with both; `size` pixels.
    Photo N has the level N in every pixel, and a system's edit its own level, but N in one corner.
    """

    data_dir = "toys"

    def __init__(self, systems=tuple(GREYS), size=8):
        self.runs = {name: f"runs/{name}" for name in systems}
        self.paths = np.array([f"{i:02d}.png" for i in range(20)])
        self.size = size
        self.intensities = []

    def candidates(self):
        changes = {"add": list(range(10)), "remove": list(range(10, 20))}
        return {"Eyeglasses": changes, "Bangs": changes}

    def photos(self, rows):
        return [np.full((self.size, self.size, 3), row, np.uint8) for row in rows]

    def edited(self, wanted: list[WantedEdit], intensity):
        self.intensities.append(intensity)
        return [{name: self._edit(name, edit.row) for name in self.runs} for edit in wanted]

    def _edit(self, name, row):
        picture = np.full((self.size, self.size, 3), GREYS[name], np.uint8)
        picture[0, 0] = row
        return picture


def write_study(folder, systems=tuple(GREYS), size=8, **options):
    """Makes a toy study in `folder`; returns its key."""
    return make_study(folder, ToyEdits(systems, size), StudyOptions(**{"seed": 1, **options}))
