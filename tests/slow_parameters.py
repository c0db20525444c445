"""Parameters of tests that take long for each."""

from collections.abc import Iterable

import pytest

_PARAMETER_SET = type(pytest.param())


def quick_first(parameters: Iterable, count: int = 1) -> list:
    """The parameters, for `pytest.mark.parametrize`: without --slow only the first `count`."""
    parameters = list(parameters)
    return [*parameters[:count], *(_slow(parameter) for parameter in parameters[count:])]


def _slow(parameter):
    if isinstance(parameter, _PARAMETER_SET):
        return parameter._replace(marks=[*parameter.marks, pytest.mark.slow])
    values = parameter if isinstance(parameter, tuple) else (parameter,)
    return pytest.param(*values, marks=pytest.mark.slow)
