"""Error messages for a wrong command line, naming the flag, the value and the valid range."""

import difflib
import re
from collections.abc import Sequence

from absl import flags

from stgan_tf.flag_text import is_needed, wanted_text

#: absl gives the flag and the value only in its message.
_ILLEGAL = re.compile(r"flag --(\w+)=(.*?): (.*)")

#: Longest value or name that a message repeats.
_SHOWN = 200


def usage_error(error: Exception, arguments: Sequence[str], flag_values: flags.FlagValues) -> str:
    """The message for the error that parsing `arguments` raised: absl's flags.Error, its ValueError
    for an invalid value of a boolean flag, or its RecursionError for an unknown flag with a very
    long name (it searches for similar names by recursion, one level per letter).
    """
    if isinstance(error, flags.UnrecognizedFlagError):
        return f"--{error.flagname}: unknown flag.{_nearest(error.flagname, flag_values)}"
    if isinstance(error, RecursionError):
        return f"an unknown flag with a very long name. Received: {_shown(' '.join(arguments))}."
    lines = [_sentence(line, flag_values) for line in str(error).splitlines()]
    return " ".join(lines)


def _sentence(line: str, flag_values: flags.FlagValues) -> str:
    found = _ILLEGAL.fullmatch(line)
    if not found or found[1] not in flag_values:
        return f"{line.rstrip('.')}."
    name, value, reason = found.groups()
    flag = flag_values[name]
    if value == "None" and is_needed(flag):
        return f"--{name}: is required. Received: nothing."
    wanted = wanted_text(flag)
    if not wanted or reason in [check.message for check in flag.validators]:
        return f"--{name}: {reason.rstrip('.')}. Received: {_shown(value)}."
    return f"--{name}: must be {wanted}. Received: {_shown(value)}."


def _nearest(name: str, flag_values: flags.FlagValues) -> str:
    known = list(flag_values)
    known += [f"no{other}" for other in known if flag_values[other].boolean]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    return f" Did you mean --{near[0]}?" if near else ""


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")
