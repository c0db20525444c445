"""Renders self-contained pages from templates/NAME.html.j2 with Jinja2."""

import base64
import functools
from pathlib import Path

import jinja2

_PACKAGE = "stgan_tf.evaluation"


def render(name: str, package: str = _PACKAGE, /, **values: object) -> str:
    """Renders the template `name` of a package with these values; text is escaped. A template of
    another package can extend the evaluation's. Raises jinja2.UndefinedError if a value is missing.
    """
    return _environment(package).get_template(f"{name}.html.j2").render(values)


def percent(share: float) -> str:
    """A fraction in 0..1 as a percentage."""
    return f"{100 * share:.1f} %"


@functools.cache
def _environment(package: str) -> jinja2.Environment:
    packages = dict.fromkeys((package, _PACKAGE))
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader(each) for each in packages]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": percent, "png_data": _png_data}
    return environment


def _png_data(path: Path) -> str:
    """A PNG file as a data URL."""
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
