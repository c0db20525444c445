"""Packages that a library imports in case they are needed, kept from being imported."""

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def without_packages(*names: str) -> Iterator[None]:
    """Inside the context these packages cannot be imported, unless they have been before. Whoever
    imports them there must do without them if they are missing.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
