"""Mutation testing: plants faults, one at a time, and counts those that no test notices.

python tests/mutation/run_mutants.py --count=200 --results=build/mutants.jsonl

draws mutants (`operators`) of the modules under --paths, by lines, and runs the tests of each
module (`tests_of`) in a copy of the project with the fault in it. TensorFlow is imported once: the
tests of each mutant run in a fork of this process. A second call goes on where the first was
stopped; --again=survived runs the survivors once more, when tests were added; --report prints.
"""

import argparse
import contextlib
import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mutation.operators import Mutant, mutants  # noqa: E402
from mutation.tests_of import judges  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PATHS = (
    "training",
    "systems",
    "optimization",
    "classifier",
    "losses",
    "layers",
    "edits.py",
)
#: A mutant that loops for ever is stopped after this multiple of what its tests took without it.
PATIENCE = 8
LEAST_LIMIT_S = 120
KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"


def sample(sources: dict[str, str], count: int, seed: int) -> list[tuple[str, Mutant]]:
    """`count` mutants of {path: source}, (path, mutant): lines with mutants are drawn, each once
    while there are others, and of each line one mutant.
    """
    by_line = {}
    for path in sorted(sources):
        for mutant in mutants(sources[path]):
            by_line.setdefault((path, mutant.line), []).append(mutant)
    rng = random.Random(seed)
    lines = list(by_line)
    rng.shuffle(lines)
    return [(path, rng.choice(by_line[path, line])) for path, line in lines[:count]]


def describe(path: str, mutant: Mutant) -> str:
    """What identifies a mutant in the results."""
    return (
        f"{path}:{mutant.line}:{mutant.column} {mutant.operator}: "
        f"{' '.join(mutant.original.split())} -> {mutant.replacement}"
    )


class Copy:
    """A copy of the project in which the tests run, in forks of this process."""

    def __init__(self, root: Path, folder: Path, slow: bool = False):
        self.tree = folder / "project"
        kept_out = shutil.ignore_patterns(
            ".git", ".venv", "build", "demo", "node_modules", "__pycache__", "*.egg-info", "dist"
        )
        shutil.copytree(root, self.tree, ignore=kept_out)
        if (root.parent / "shared").is_dir():
            (folder / "shared").symlink_to(root.parent / "shared")
        self.output = folder / "output.txt"
        self._slow = ["--slow"] if slow else []
        self._seconds = {}

    def try_mutant(self, path: str, mutant: Mutant) -> dict:
        """The result: what became of the mutant, and the test that noticed it."""
        file = self.tree / path
        original, times = file.read_text(encoding="utf-8"), file.stat()
        names = [name for name in judges(path, self.tree) if self._passes(name)]
        if not names:
            raise SystemExit(f"No test that passes judges {path}: see {self.output}.")
        limit = max(LEAST_LIMIT_S, PATIENCE * sum(self._seconds[name] for name in names))
        start = time.monotonic()
        file.write_text(mutant.apply(original), encoding="utf-8")
        try:
            status, noticed_by = self._run(names, limit)
        finally:
            file.write_text(original, encoding="utf-8")
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        return {
            "result": {0: SURVIVED, None: TIMED_OUT}.get(status, KILLED),
            "noticed_by": noticed_by,
            "tests": names,
            "seconds": round(time.monotonic() - start, 1),
        }

    def _passes(self, name: str) -> bool:
        """Whether a test file passes without any fault; what does not cannot judge."""
        if name not in self._seconds:
            start = time.monotonic()
            status, failed = self._run([name], limit=1800)
            self._seconds[name] = time.monotonic() - start if status == 0 else None
            _import_all(self.tree.parent / "modules.txt")
            took = "passes" if status == 0 else f"FAILS WITHOUT A FAULT ({failed})"
            print(f"  {name} {took}, {time.monotonic() - start:.0f} s", flush=True)
        return self._seconds[name] is not None

    def _run(self, names: list[str], limit: float) -> tuple[int | None, str]:
        """(pytest's exit status or None when stopped, the test that failed)."""
        failed = self.tree.parent / "failed.txt"
        failed.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            os.setsid()
            _run_tests(self.tree, [*self._slow, *names], failed, self.output)
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            finished, status = os.waitpid(child, os.WNOHANG)
            if finished:
                noticed_by = failed.read_text() if failed.exists() else ""
                # A signal (a crash of the mutant) counts as noticed.
                return os.waitstatus_to_exitcode(status), noticed_by
            time.sleep(0.05)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return None, ""


class _FirstFailure:
    """A pytest plugin that writes the name of the first failing test to a file."""

    def __init__(self, path: Path):
        self._path = path

    def pytest_runtest_logreport(self, report):
        if report.failed and not self._path.exists():
            self._path.write_text(report.nodeid)

    def pytest_collectreport(self, report):
        if report.failed and not self._path.exists():
            self._path.write_text(f"{report.nodeid} (import)")


def _run_tests(tree: Path, arguments: list[str], failed: Path, output: Path) -> None:
    """In the child: runs pytest in the copy and ends the process."""
    status = 70
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.chdir(tree)
        os.environ["PYTHONPATH"] = str(tree)
        sys.path.insert(0, str(tree))
        import pytest

        # What this process imported once cannot have its assertions rewritten.
        quiet = "ignore::pytest.PytestAssertRewriteWarning"
        options = [
            "-x",
            "-q",
            "-W",
            quiet,
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "--rootdir",
            str(tree),
        ]
        status = int(pytest.main([*options, *arguments], plugins=[_FirstFailure(failed)]))
    except BaseException:  # the child must end here, whatever happens
        traceback.print_exc()
    finally:
        outside = [n for n, module in sys.modules.items() if _is_elsewhere(module, tree)]
        (tree.parent / "modules.txt").write_text("\n".join(outside))
        sys.stdout.flush()
        os._exit(status)


def _is_elsewhere(module, tree: Path) -> bool:
    file = getattr(module, "__file__", None) or ""
    return file.endswith((".py", ".so")) and not file.startswith(str(tree))


def _import_all(names: Path) -> None:
    """Imports what the tests just run had imported, so that the next fork has it already."""
    for name in names.read_text(encoding="utf-8").split():
        # Some parts of packages cannot be imported by themselves; nothing hangs on them.
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def read_results(path: Path) -> dict[str, dict]:
    """{mutant: its last result}."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {entry["mutant"]: entry for entry in map(json.loads, lines)}


def report(results: dict[str, dict]) -> str:
    """Counts by folder as a Markdown table, then the survivors."""
    counts = {}
    for entry in results.values():
        folder = entry["mutant"].split(":")[0].rpartition("/")[0]
        counts.setdefault(folder, {KILLED: 0, SURVIVED: 0, TIMED_OUT: 0})[entry["result"]] += 1
    lines = ["| folder | mutants | killed | timed out | survived |", "|---|---:|---:|---:|---:|"]
    totals = {kind: sum(c[kind] for c in counts.values()) for kind in (KILLED, SURVIVED, TIMED_OUT)}
    for folder, kinds in [*sorted(counts.items()), ("**all**", totals)]:
        lines.append(
            f"| {folder} | {sum(kinds.values())} | {kinds[KILLED]} | {kinds[TIMED_OUT]} | "
            f"{kinds[SURVIVED]} |"
        )
    survivors = [name for name, entry in results.items() if entry["result"] == SURVIVED]
    return "\n".join([*lines, "", *(f"survived: {name}" for name in sorted(survivors))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--paths", nargs="+", default=PATHS, help="In stgan_tf/; absent: skipped.")
    parser.add_argument("--results", type=Path, default=ROOT / "build" / "mutants.jsonl")
    parser.add_argument("--again", choices=(SURVIVED, TIMED_OUT), help="Run these once more.")
    parser.add_argument("--slow", action="store_true", help="The slow tests too.")
    parser.add_argument("--part", default="1/1", help="2/3: the second third, for three processes.")
    parser.add_argument("--lock", type=Path, help="Hold this file's lock while a mutant runs.")
    parser.add_argument("--report", action="store_true", help="Only print what there is.")
    options = parser.parse_args()
    if not options.report:
        _run_all(options)
    print(report(read_results(options.results)))


def _run_all(options: argparse.Namespace) -> None:
    package = ROOT / "stgan_tf"
    found = [package / part for part in options.paths]
    files = [
        file
        for path in found
        if path.exists()
        for file in ([path] if path.is_file() else path.rglob("*.py"))
        if file.name != "__init__.py"
    ]
    sources = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}
    chosen = sample(sources, options.count, options.seed)
    number, parts = map(int, options.part.split("/"))
    done = read_results(options.results)
    options.results.parent.mkdir(parents=True, exist_ok=True)
    _import_once()
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(ROOT, Path(folder), options.slow)
        for path, mutant in chosen[number - 1 :: parts]:
            name = describe(path, mutant)
            if name in done and done[name]["result"] != options.again:
                continue
            with _locked(options.lock):
                entry = {"mutant": name, **copy.try_mutant(path, mutant)}
            with options.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
            print(f"{entry['result']} in {entry['seconds']} s: {name}", flush=True)


class _locked:
    """Holds the lock of a file, so that long jobs on one machine take turns; None: no lock."""

    def __init__(self, path: Path | None):
        self._path = path

    def __enter__(self):
        import fcntl

        if self._path is not None:
            self._file = self._path.open("a")
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        if self._path is not None:
            self._file.close()


def _import_once() -> None:
    """Everything large that the package uses. Nothing here may start TensorFlow's devices or
    threads: a fork would not have them.
    """
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras  # noqa: F401
    import PIL.Image  # noqa: F401
    import pytest  # noqa: F401
    import tensorflow  # noqa: F401


if __name__ == "__main__":
    main()
