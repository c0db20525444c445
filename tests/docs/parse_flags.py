"""Run as a program: reads the flags of a command as the command does, without running it.

python parse_flags.py MODULE < [[FLAG, ...], ...] as JSON

Prints JSON: `flags`, the command's, and for each list of flags what is wrong with it, or null. A
process of its own, because commands define flags of the same names.
"""

import importlib
import json
import sys

from absl import app, flags


def problem(values: list[str], takes_arguments: bool) -> str | None:
    flags.FLAGS.unparse_flags()
    for name in flags.FLAGS:
        flags.FLAGS[name].unparse()
    try:
        _, *arguments = flags.FLAGS(["command", *values])
    except flags.Error as error:
        return str(error)
    return f"Arguments: {arguments}" if arguments and not takes_arguments else None


if __name__ == "__main__":
    module = sys.argv[1]
    importlib.import_module(module)
    app.define_help_flags()
    takes_arguments = module.endswith((".client", ".models", ".study"))
    problems = [problem(values, takes_arguments) for values in json.load(sys.stdin)]
    print(json.dumps({"flags": list(flags.FLAGS), "problems": problems}))
