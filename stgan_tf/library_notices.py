"""Notices that TensorFlow's libraries write directly to stderr, past Python and any log level."""

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator

#: The environment variable for TensorFlow's log level; "0": everything.
LEVEL = "TF_CPP_MIN_LOG_LEVEL"

_NOTICE = re.compile(
    rb"[IW]\d{4} |WARNING: All log messages before absl::|To enable the following instructions"
    rb"|INFO: Created TensorFlow Lite|E\d{4} .*Unable to register cu|fully_quantize: "
)


@contextlib.contextmanager
def without_notices() -> Iterator[None]:
    """Filters notices from what is written to stderr inside the context; the rest is shown at the
    end, and everything if the block fails or the user has set TF_CPP_MIN_LOG_LEVEL=0.
    """
    if os.environ.get(LEVEL) == "0":
        yield
        return
    sys.stderr.flush()
    shown, failed = os.dup(2), True
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
            failed = False
        finally:
            sys.stderr.flush()
            os.dup2(shown, 2)
            os.close(shown)
            held.seek(0)
            for line in held:
                if failed or not _NOTICE.match(line):
                    os.write(2, line)
