"""Memory and processor cores of this process."""

import os
import resource
import sys


def peak_memory_mib() -> float:
    """The most memory that this process has had, in MiB."""
    # Linux reports KiB, macOS bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def usable_cores() -> int:
    """The cores that this process may use, if the system tells; else all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()
