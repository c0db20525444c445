"""Folders that fixtures fill once for all processes of the tests (pytest-xdist)."""

import os
import pickle

import filelock


def made_once(tmp_path_factory, name, make):
    """What `make(folder)` returned in the process that came first. The others wait for it.

    Args:
        name: Of the folder, new and empty; no other fixture's.
        make: Fills it. Returns something that can be pickled, such as paths in the folder.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # of all processes of this run
    returned = base / f"{name}.pickle"
    with filelock.FileLock(base / f"{name}.lock"):
        if not returned.exists():
            (base / name).mkdir(exist_ok=True)  # another process's attempt may have failed
            returned.write_bytes(pickle.dumps(make(base / name)))
    return pickle.loads(returned.read_bytes())
