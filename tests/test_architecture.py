"""The package's rules: imports go one way, files are small, no grab-bags, no bare except."""

import ast
from pathlib import Path

import pytest

from stgan_tf.systems.registry import system_names

PACKAGE = Path(__file__).parents[1] / "stgan_tf"
FILES = sorted(PACKAGE.rglob("*.py"))

#: DESIGN's data flow, left to right: a module imports only from its own place or further left.
LAYERS = [
    {
        "",
        "files",
        "digests",
        "stop_signals",
        "command",
        "command_help",
        "extras",
        "flag_errors",
        "flag_files",
        "flag_notes",
        "flag_text",
        "keras_backend",
        "hidden_packages",
        "library_notices",
        "image_formats",
        "image_sniffing",
        "attributes",
        "images",
        "frame",
        "squaring",
        "keras_import",
        "keras_versions",
        "lazy_names",
        "options",
        "entry_points",
        "face_detectors",
        "cores",
    },
    {"config", "source_attributes", "run_layout", "translations"},
    {"edits"},
    {"alignment", "synthetic", "sources", "data"},
    {"model_files"},
    {"layers", "losses", "optimization"},
    {"classifier"},
    {"systems"},
    {"distribution"},
    {"training"},
    {"official"},
    {"runtime"},
    {"evaluation"},
    {"exporting"},
    {"packing"},
    {"editing"},
    {"serving"},
    {"user_study"},
    {"stages"},
    {"speed"},
]
COMMANDS = {
    path.stem
    for path in PACKAGE.glob("*.py")
    if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
}


def name_of(path):
    return path.relative_to(PACKAGE.parent).with_suffix("").as_posix().replace("/", ".")


def place(module):
    part = (module.split(".") + [""])[1]
    part = "" if part == "__init__" else part
    if part in COMMANDS:
        return len(LAYERS)
    found = [number for number, names in enumerate(LAYERS) if part in names]
    assert found, f"{module} has no place in the data flow: add it to LAYERS"
    return found[0]


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


MODULES = {name_of(path).removesuffix(".__init__"): path for path in FILES}
GRAPH = {
    name: {target for target in imports_of(path) if target in MODULES and target != name}
    for name, path in MODULES.items()
}


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_from_the_left(module):
    for target in GRAPH[module]:
        if place(target) > place(module):
            pytest.fail(f"{module} imports {target}, which is further right in the data flow")
        assert target.removeprefix("stgan_tf.") not in COMMANDS, (
            f"{module} imports the command {target}"
        )


def test_no_import_cycle():
    done, path = set(), []

    def visit(module):
        if module in path:
            pytest.fail("Cycle: " + " -> ".join([*path[path.index(module) :], module]))
        if module in done:
            return
        path.append(module)
        for target in sorted(GRAPH[module]):
            # A package's __init__ and its own modules are one unit.
            if not target.startswith(f"{module}.") and not module.startswith(f"{target}."):
                visit(target)
        path.pop()
        done.add(module)

    for module in MODULES:
        visit(module)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_file_is_small_documented_and_named_after_its_concern(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert path.stem not in {"utils", "util", "helpers", "misc", "common"}
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no module docstring"
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), "bare except"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_python_in_data_pipelines(path):
    """A pipeline that ends while Python runs in it waits for the interpreter, which waits for the
    pipeline: the process hangs.
    """
    names = {
        node.attr for node in ast.walk(ast.parse(path.read_text())) if type(node) is ast.Attribute
    }
    assert not names & {"numpy_function", "py_function", "from_generator", "eager_py_func"}


def test_registered_classes_have_names_of_their_own():
    """Keras finds a class of a saved model by package and name: of two the last registered wins."""
    places = {}
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            registered = isinstance(node, ast.ClassDef) and any(
                "register_keras_serializable" in ast.unparse(decorator)
                for decorator in node.decorator_list
            )
            if registered:
                assert node.name not in places, f"{node.name} is in {places[node.name]} and {name}"
                places[node.name] = name
    assert len(places) > 30


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_systems_and_official_codes_name_a_system(path):
    """What is special to one has its place in its folder, its name in comments and texts too. But
    STGAN's is the package's name as well, and that of a split of CelebA.
    """
    if path.relative_to(PACKAGE).parts[0] in ("systems", "official"):
        return
    names = {*system_names(), "attgan", "fadernet"} - {"stgan"}
    text = path.read_text(encoding="utf-8").lower()
    assert [name for name in names if name in text] == []
