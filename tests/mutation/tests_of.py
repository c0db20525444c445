"""Which tests judge a module: its mirror image first, then those that import it, then wide ones."""

import ast
from pathlib import Path

_OFFICIAL = "official/test_verification.py::test_fixtures_of_the_official_code"
_SETTINGS = "official/test_verification.py::test_any_setting"
_STEPS = ["systems/stgan/test_trainer.py", "systems/stargan/test_stargan_trainer.py", _OFFICIAL]
_CONTRACTS = "systems/test_contracts.py"

#: Start of a module's path in the package -> tests that see it at work, the quick ones first. The
#: longest start that fits counts.
WIDE = {
    "losses": _STEPS,
    "layers": [_CONTRACTS, _OFFICIAL, _SETTINGS],
    "systems": [_CONTRACTS, "training/test_session.py"],
    "systems/stgan": [_CONTRACTS, _OFFICIAL, "training/test_summary.py", _SETTINGS],
    "systems/stgan/trainer": [*_STEPS, "optimization/test_accumulation.py"],
    "systems/stargan": [_CONTRACTS, "systems/stargan/test_stargan_trainer.py"],
    "classifier": [_CONTRACTS, "classifier/test_classifier_training.py"],
    "training": ["training/test_session.py"],
    "optimization": _STEPS,
    "optimization/schedules": ["systems/stgan/test_trainer.py"],
    "edit": ["test_edits.py", "editing/test_editor.py", "test_litert_demo.py"],
}
#: Tests that may judge by importing a module; those of other folders are slow and indirect.
_IMPORTERS = (
    "training",
    "losses",
    "systems",
    "layers",
    "optimization",
    "classifier",
    "editing",
    "official",
)


def judges(path: str, root: Path) -> list[str]:
    """Tests for pytest, paths relative to `root`, for a module's path ("stgan_tf/losses/x.py")."""
    module = Path(path).relative_to("stgan_tf")
    tests = root / "tests"
    mirror = module.parent / f"test_{module.name}"
    names = [str(mirror)] if (tests / mirror).exists() else []
    importers = sorted(
        str(file.relative_to(tests))
        for folder in _IMPORTERS
        for file in (tests / folder).rglob("test_*.py")
        if _imports(file, path.removesuffix(".py").replace("/", "."))
    )
    near = [name for name in importers if Path(name).parts[0] == module.parts[0]]
    far = [name for name in importers if name not in near]
    starts = [start for start in WIDE if str(module).startswith(start)]
    wide = WIDE[max(starts, key=len)] if starts else []
    names = list(dict.fromkeys([*names, *near, *wide, *far]))
    # A file that runs as a whole needs no part of it.
    parts = {name for name in names if "::" in name and name.split("::")[0] in names}
    return [f"tests/{name}" for name in names if name not in parts]


def _imports(file: Path, module: str) -> bool:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        else:
            continue
        if module in names:
            return True
    return False
