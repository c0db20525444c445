"""Runs a callback as soon as Keras is imported, without importing it."""

import importlib.abc
import importlib.util
import sys
from collections.abc import Callable


def once_keras_is_imported(do: Callable[[], None]) -> None:
    """Calls `do` now if Keras is already imported, else at the end of its import, whoever imports
    it.
    """
    if "keras" in sys.modules:
        do()
    else:
        sys.meta_path.insert(0, _KerasFinder(do))


class _KerasFinder(importlib.abc.MetaPathFinder):
    def __init__(self, do):
        self._do = do

    def find_spec(self, fullname, path=None, target=None):
        """Keras's own spec, with a loader that calls `do` after loading."""
        if fullname != "keras":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec("keras")
        if spec is not None and spec.loader is not None:
            load, do = spec.loader.exec_module, self._do

            def load_and_do(module):
                load(module)
                do()

            spec.loader.exec_module = load_and_do
        return spec
