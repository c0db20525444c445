#!/usr/bin/env python3
"""Fuzzes one border with as many inputs as wanted.

python tests/fuzz/run.py --kind=requests --count=50000 --seed=1

Prints what broke it, with its traceback, and keeps the input in tests/fuzz/corpus/KIND, where the
tests take it from ever after. Exits 1 if there was any, 2 if one hung.
"""

import argparse
import itertools
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from fuzz.borders import KINDS, border_of  # noqa: E402
from fuzz.fuzzing import CORPUS, SECONDS, Watchdog, corpus, failures, made  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0, help="number of the first input")
    parser.add_argument("--keep", type=Path, help="folder for inputs that break it")
    parser.add_argument("--most", type=int, default=20, help="stop after so many failures")
    args = parser.parse_args()
    folder = args.keep or CORPUS / args.kind

    def keep(name, data):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        print(f"Kept: {folder / name}", flush=True)

    def hung(name, data):
        print(f"{name} hangs.", flush=True)
        keep(name, data)

    border, found, started = border_of(args.kind), 0, time.perf_counter()
    numbers = range(args.start, args.start + args.count)
    inputs = itertools.chain(corpus(args.kind), made(border, args.seed, numbers))
    inputs = Watchdog(3 * SECONDS, hung).watched(inputs)
    for failure in failures(border, inputs):
        print(f"\n{failure.name}:\n{failure.reason}", flush=True)
        keep(failure.name, failure.data)
        found += 1
        if found >= args.most:
            break
    border.close()
    seconds = time.perf_counter() - started
    print(
        f"{args.kind}: seed {args.seed}, inputs {args.start} to {args.start + args.count - 1}, "
        f"{found} failures, {seconds:.0f} s"
    )
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
