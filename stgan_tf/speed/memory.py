"""Memory of this process."""

import resource
import sys


def peak_memory_mib() -> float:
    """The most memory that this process has had, in MiB."""
    # Linux reports KiB, macOS bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
