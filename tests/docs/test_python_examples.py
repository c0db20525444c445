"""Python in the documentation: it is Python, what it imports exists, and all is documented."""

import ast
import re

import pytest
from docs.manual import PRESENT_PAGES, ROOT, blocks, name_of

import stgan_tf

_EXAMPLES = [
    pytest.param(block.text, id=f"{name_of(path)}-{number}")
    for path in PRESENT_PAGES
    for number, block in enumerate(blocks(path))
    if block.language == "python"
]


def _names_in(module):
    """Names that a module defines or hands on, without importing it."""
    path = ROOT / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = path.read_text(encoding="utf-8")
    names = {node.name for node in ast.walk(ast.parse(text)) if hasattr(node, "name")}
    return names | set(re.findall(r"\w+", text))


@pytest.mark.parametrize("code", _EXAMPLES)
def test_example_parses_and_its_imports_exist(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("stgan_tf"):
            assert {alias.name for alias in node.names} <= _names_in(node.module)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "stgan_tf":
            assert node.attr in stgan_tf.__all__


def _public_paths():
    packages = {"layers", "losses", "systems"}
    for name in set(stgan_tf.__all__) - {"__version__"} - packages:
        yield f"{stgan_tf._HOMES[name]}.{name}"
    for package in packages:
        module = getattr(stgan_tf, package)
        for name, home in module._HOMES.items():
            yield home if home.endswith(f".{name}") else f"{home}.{name}"


@pytest.mark.parametrize("path", sorted(_public_paths()))
def test_public_name_is_in_the_reference(path):
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs/reference").glob("*.md")]
    assert any(f"::: {path}\n" in page for page in pages), path
