"""Compiles the Kotlin of docs/native.md that needs no Android; compares it with Python's vectors.

python tests/docs/check_kotlin.py --kotlinc=PATH    # from the root; needs Java 17

`npm install --prefix=build/kotlin kotlin-compiler` installs kotlinc, in
build/kotlin/node_modules/kotlin-compiler/bin. Not among the tests: it is 90 MB.
"""

import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "export" / "mobile" / "test" / "fixtures" / "edit-vector.json"
_MAIN = """
import java.io.File

fun main(arguments: Array<String>) {
    for (line in File(arguments[0]).readLines()) {
        val (names, pairs, needs, values, has) = line.split("|")
        val attributes = names.split(",")
        val conflicts = pairs.split(",").filter { it.isNotEmpty() }.map { it.split(">") }
            .groupBy({ it[0] }, { it[1] })
        val rule = EditRule(attributes, conflicts, needs == "1")
        val strengths = values.split(",").map { it.toFloat() }.toFloatArray()
        val vector = rule.difference(strengths, BooleanArray(has.length) { has[it] == '1' })
        println(vector.joinToString(","))
    }
    val colours = intArrayOf(0xff0080ff.toInt(), 0xff010203.toInt())
    check(Pixels.toArgb(Pixels.toInput(colours)).zip(colours.toList()).all { (a, b) ->
        (0..16 step 8).all { Math.abs(((a shr it) and 255) - ((b shr it) and 255)) <= 1 }
    })
}
"""


def cases() -> tuple[list[str], list[list[float]]]:
    """One line per case for the Kotlin program, and Python's vectors."""
    lines, expected = [], []
    for model in json.loads(FIXTURE.read_text(encoding="utf-8"))["models"]:
        names = model["attributes"]
        pairs = [f"{name}>{other}" for name in names for other in model["conflicts"].get(name, ())]
        for case in model["cases"]:
            values = ",".join(str(case["edits"].get(name, 0.0)) for name in names)
            source = (case["source"] or "").ljust(len(names), "0")
            needs = int(case["needs_source"])
            lines.append("|".join((",".join(names), ",".join(pairs), str(needs), values, source)))
            expected.append([case["difference"].get(name, 0.0) for name in names])
    return lines, expected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kotlinc", type=Path, required=True, help="The compiler.")
    arguments = parser.parse_args()
    page = (ROOT / "docs" / "native.md").read_text(encoding="utf-8")
    (code,) = (
        block for block in re.findall(r"```kotlin\n(.*?)```", page, re.S) if "EditRule" in block
    )
    lines, expected = cases()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "Main.kt").write_text(_MAIN + code, encoding="utf-8")
        (folder / "cases.txt").write_text("\n".join(lines), encoding="utf-8")
        compile_command = [arguments.kotlinc, "Main.kt", "-include-runtime", "-d", "check.jar"]
        subprocess.run(compile_command, cwd=folder, check=True)
        run_command = ["java", "-jar", "check.jar", "cases.txt"]
        output = subprocess.run(
            run_command, cwd=folder, check=True, capture_output=True, text=True
        ).stdout
    vectors = [[float(value) for value in line.split(",")] for line in output.splitlines()]
    for line, vector, wanted in zip(lines, vectors, expected, strict=True):
        if any(abs(a - b) > 1e-6 for a, b in zip(vector, wanted, strict=True)):
            raise SystemExit(f"Kotlin: {vector}\nPython: {wanted}\nfor {line}")
    print(f"{len(vectors)} vectors are the same")


if __name__ == "__main__":
    main()
