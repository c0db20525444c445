"""Extensions from other installed packages, which declare them as entry points."""

import functools
from importlib import metadata
from typing import Any

from stgan_tf.options import ConfigError


@functools.cache
def added(group: str) -> dict[str, metadata.EntryPoint]:
    """{name: entry point} of a group, read once per process; nothing is imported."""
    return {point.name: point for point in metadata.entry_points(group=group)}


def load_added(group: str, name: str, flag: str) -> Any:
    """Imports the object that a package registers as `name` in a group.

    Raises ConfigError for `flag`, naming the package and the object, if the import fails.
    """
    point = added(group)[name]
    try:
        return point.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        package = f" of the package {point.dist.name}" if point.dist else ""
        raise ConfigError(
            flag,
            f"{name!r} is {point.value}{package}, which cannot be imported: "
            f"{type(error).__name__}: {error}. Fix that package, or uninstall it.",
        ) from error
