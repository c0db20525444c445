"""What other installed packages add to this one: objects that they name in entry points."""

import functools
from importlib import metadata
from typing import Any

from stgan_tf.options import ConfigError


@functools.cache
def added(group: str) -> dict[str, metadata.EntryPoint]:
    """{name: entry point} of a group, which the process reads once; nothing is imported."""
    return {point.name: point for point in metadata.entry_points(group=group)}


def load_added(group: str, name: str, flag: str) -> Any:
    """The object that a package names `name` in a group.

    Raises ConfigError for `flag`, with the package and the object, where it cannot be imported.
    """
    point = added(group)[name]
    try:
        return point.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        package = f" of the package {point.dist.name}" if point.dist else ""
        raise ConfigError(
            flag,
            f"{name!r} is {point.value}{package}, which cannot be imported: "
            f"{type(error).__name__}: {error}. Mend that package, or uninstall it.",
        ) from error
