"""Small faults of Python source, each a piece of text in another's place.

A mutant changes one expression or statement of a function: an operator, a comparison, a condition,
a number, the order of two arguments, a keyword argument left out, a call or `raise` left out, a
result not returned, a mean made a sum. Left alone: docstrings, other text, annotations, log calls,
what an exception says, and the names of layers.
"""

import ast
import dataclasses
from collections.abc import Iterator

_COMPARISONS = {
    ast.Lt: ["<="],
    ast.LtE: ["<"],
    ast.Gt: [">="],
    ast.GtE: [">"],
    ast.Eq: ["!="],
    ast.NotEq: ["=="],
    ast.In: ["not in"],
    ast.NotIn: ["in"],
    ast.Is: ["is not"],
    ast.IsNot: ["is"],
}
_ARITHMETIC = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "/",
    ast.Mod: "//",
    ast.Pow: "*",
}
#: Names of functions and methods, and what is called instead.
_OTHER_FUNCTIONS = {
    "reduce_mean": "reduce_sum",
    "reduce_sum": "reduce_mean",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "sigmoid": "tanh",
    "tanh": "sigmoid",
    "square": "abs",
}
_LOGGERS = {"logging", "warnings", "logger"}


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One fault: the text from (line, column) to (end_line, end_column) is replaced.

    Lines count from 1; columns count bytes of UTF-8 from 0, as in `ast`.
    """

    operator: str
    line: int
    column: int
    end_line: int
    end_column: int
    original: str
    replacement: str

    def apply(self, source: str) -> str:
        """The source with the fault in it."""
        lines = source.encode().splitlines(keepends=True)
        before = b"".join(lines[: self.line - 1]) + lines[self.line - 1][: self.column]
        after = lines[self.end_line - 1][self.end_column :] + b"".join(lines[self.end_line :])
        return (before + self.replacement.encode() + after).decode()


def mutants(source: str) -> list[Mutant]:
    """All mutants of a module that are Python, in the order of the text."""
    tree = ast.parse(source)
    found = []
    for node in _nodes(tree):
        for operator, replacement in _replacements(node):
            # Of an `if` or a `while` only the condition is replaced.
            place = node.test if isinstance(node, ast.If | ast.While) else node
            mutant = Mutant(
                operator,
                place.lineno,
                place.col_offset,
                place.end_lineno,
                place.end_col_offset,
                ast.get_source_segment(source, place),
                replacement,
            )
            if _differs(place, replacement):
                found.append(mutant)
    return sorted(found, key=lambda mutant: (mutant.line, mutant.column, mutant.replacement))


def _differs(node: ast.AST, replacement: str) -> bool:
    [statement] = ast.parse(replacement).body
    other = statement.value if isinstance(node, ast.expr) else statement
    return ast.dump(other) != ast.dump(node)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes a mutant may be made of."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        children = value if isinstance(value, list) else [value]
        for child in children:
            if not isinstance(child, ast.AST) or _is_text(child):
                continue
            yield child
            if not isinstance(child, ast.Raise):
                yield from _nodes(child)


def _is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return _is_text(node.value)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        return isinstance(owner, ast.Name) and owner.id in _LOGGERS
    return isinstance(node, ast.JoinedStr)


def _replacements(node: ast.AST) -> Iterator[tuple[str, str]]:
    make = {
        ast.Compare: _of_comparison,
        ast.BinOp: _of_arithmetic,
        ast.BoolOp: _of_junction,
        ast.UnaryOp: _of_sign,
        ast.Constant: _of_constant,
        ast.Call: _of_call,
        ast.IfExp: _of_choice,
        ast.Expr: _of_statement,
        ast.Raise: _of_raise,
        ast.Return: _of_return,
        ast.AugAssign: _of_sum,
        ast.If: _of_condition,
        ast.While: _of_condition,
    }.get(type(node))
    yield from make(node) if make else ()


def _of_comparison(node):
    left, *rest = node.left, *node.comparators
    for i, operation in enumerate(node.ops):
        for other in _COMPARISONS[type(operation)]:
            parts = [ast.unparse(left)]
            for j, (old, right) in enumerate(zip(node.ops, rest, strict=True)):
                sign = other if i == j else _sign(old)
                parts.append(f"{sign} {_grouped(right)}")
            yield "comparison", f"({' '.join(parts)})"


def _sign(operation):
    compared = ast.unparse(ast.Compare(ast.Name("a"), [operation], [ast.Name("b")]))
    return compared[2:-2]


def _of_arithmetic(node):
    text = any(_is_text(side) for side in (node.left, node.right))
    if type(node.op) in _ARITHMETIC and not text:
        left, right = _grouped(node.left), _grouped(node.right)
        yield "arithmetic", f"({left} {_ARITHMETIC[type(node.op)]} {right})"


def _of_junction(node):
    other = " or " if isinstance(node.op, ast.And) else " and "
    yield "boolean", f"({other.join(_grouped(value) for value in node.values)})"


def _of_sign(node):
    if isinstance(node.op, ast.Not | ast.USub):
        yield "sign", _grouped(node.operand)


def _of_constant(node):
    if isinstance(node.value, bool):
        yield "constant", str(not node.value)
    elif isinstance(node.value, int):
        yield "constant", f"({node.value + 1})"
        yield "constant", f"({node.value - 1})"
    elif isinstance(node.value, float):
        yield "constant", f"({node.value + 1.0!r})"
        if node.value:
            yield "constant", f"({node.value * 0.5!r})"


def _of_call(node):
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _OTHER_FUNCTIONS:
        called = ast.unparse(node.func).removesuffix(name) + _OTHER_FUNCTIONS[name]
        yield "function", _call(node, func=called)
    plain = not any(isinstance(argument, ast.Starred) for argument in node.args)
    if len(node.args) >= 2 and plain:
        first, second, *rest = node.args
        yield "argument order", _call(node, args=[second, first, *rest])
    for left_out in node.keywords:
        if left_out.arg not in (None, "name"):
            kept = [keyword for keyword in node.keywords if keyword is not left_out]
            yield "keyword left out", _call(node, keywords=kept)


def _call(node, func=None, args=None, keywords=None):
    arguments = [ast.unparse(value) for value in (node.args if args is None else args)]
    for keyword in node.keywords if keywords is None else keywords:
        value = ast.unparse(keyword.value)
        arguments.append(f"{keyword.arg}={value}" if keyword.arg else f"**{value}")
    return f"{func or _grouped(node.func)}({', '.join(arguments)})"


def _of_choice(node):
    body, test, other = map(_grouped, (node.body, node.test, node.orelse))
    yield "condition", f"({body} if not {test} else {other})"


def _of_condition(node):
    # A comparison has mutants of its own.
    if not isinstance(node.test, ast.Compare | ast.Constant):
        yield "condition", f"(not {_grouped(node.test)})"


def _of_statement(node):
    if isinstance(node.value, ast.Call):
        yield "statement left out", "pass"


def _of_raise(node):
    yield "raise left out", "pass"


def _of_return(node):
    if node.value is not None and not (
        isinstance(node.value, ast.Constant) and node.value.value is None
    ):
        yield "nothing returned", "return None"


def _of_sum(node):
    if type(node.op) in _ARITHMETIC:
        target, value = ast.unparse(node.target), ast.unparse(node.value)
        yield "arithmetic", f"{target} {_ARITHMETIC[type(node.op)]}= {value}"
        yield "sum left out", f"{target} = {value}"


def _grouped(node):
    text = ast.unparse(node)
    simple = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant)
    return text if simple else f"({text})"
