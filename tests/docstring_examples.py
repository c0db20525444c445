"""The examples in docstrings: indented blocks of code in those of the package and its classes."""

import ast
import inspect
import re
from pathlib import Path

import stgan_tf

_PACKAGE = Path(stgan_tf.__file__).parent


def examples() -> dict[str, str]:
    """{"module:class" (or the package's name): its example}."""
    found = {}
    for path in sorted(_PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path == _PACKAGE / "__init__.py":
            found |= _named(stgan_tf.__name__, tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found |= _named(f"{module}:{node.name}", node)
    return found


def _named(name: str, node: ast.AST) -> dict[str, str]:
    text = ast.get_docstring(node) or ""
    # After an empty line and before an empty line: lists of arguments follow their heading.
    blocks = re.findall(r"(?<=\n\n)(?: {4}.*\n?)+?(?=\n|\Z)", text + "\n")
    code = [inspect.cleandoc(block) for block in blocks if _is_code(block)]
    return {name: code[0]} if code else {}


def _is_code(block: str) -> bool:
    try:
        tree = ast.parse(inspect.cleandoc(block))
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Call) for node in ast.walk(tree))


def run_example(name: str, **values) -> dict:
    """Runs an example with `values` for what it takes as given; returns all its variables. An
    example of a class has what its module has.
    """
    module = __import__(name.split(":")[0], fromlist=["*"])
    values = {**vars(module), **values}
    exec(compile(examples()[name], f"example of {name}", "exec"), values)  # noqa: S102
    return values
