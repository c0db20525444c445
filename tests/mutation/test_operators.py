"""Which faults the operators make of a piece of source, and which they leave out."""

import pytest
from mutation.operators import mutants


def faults(source):
    """The faulty lines, for sources of one statement."""
    return {mutant.apply(source).strip() for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"(a <= b)"}),
        ("a < b <= c", {"(a <= b <= c)", "(a < b < c)"}),
        ("a is not None", {"(a is None)"}),
        ("a + b * c", {"(a - (b * c))", "a + (b / c)"}),
        ("a and not b", {"(a or (not b))", "a and b"}),
        ("x[-2 - i]", {"x[((-2) + i)]", "x[2 - i]", "x[-(3) - i]", "x[-(1) - i]"}),
        ("x = 0.5", {"x = (1.5)", "x = (0.25)"}),
        ("x = True", {"x = False"}),
        ("x = f(a, b)", {"x = f(b, a)"}),
        ("x = f(a, b=c)", {"x = f(a)"}),
        ("x = tf.reduce_mean(a)", {"x = tf.reduce_sum(a)"}),
        ("f()", {"pass"}),
        ("x = a if b else c", {"x = (a if not b else c)"}),
        ("x += a", {"x -= a", "x = a"}),
        ("while a: f()", {"while (not a): f()", "while a: pass"}),
    ],
)
def test_faults(source, expected):
    assert faults(source) == expected


def test_statements():
    source = "def f(x, n=2):\n    if not x:\n        raise ValueError(1 + 1)\n    return x\n"
    found = {(mutant.line, mutant.replacement) for mutant in mutants(source)}
    assert found == {
        (1, "(3)"),
        (1, "(1)"),
        (2, "x"),
        (2, "(not (not x))"),
        (3, "pass"),
        (4, "return None"),
    }


@pytest.mark.parametrize(
    "source",
    [
        '"""Text of a module."""',
        'x = "text"',
        'x = f"{1 + 1} images"',
        'logging.warning("%d images", 1 + 1)',
        "x: Literal[1] = y",
        "@functools.lru_cache(1)\ndef f(): ...",
        'x = layer(name="block")',
        "x = 'a' + b",
        "return_nothing = None",
    ],
)
def test_left_alone(source):
    assert mutants(source) == []


def test_a_fault_keeps_the_rest_of_the_text_and_counts_bytes():
    source = 'x = "é", a + b  # kept\ny = 1\n'
    first, *_ = mutants(source)
    assert first.apply(source) == 'x = "é", (a - b)  # kept\ny = 1\n'
