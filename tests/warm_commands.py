"""Commands as a shell runs them, in processes that have imported TensorFlow before they begin.

A new interpreter imports TensorFlow for three seconds, which hundreds of commands would wait for.
Here each command is forked from a process that has done nothing but import libraries; the modules
of stgan_tf are read anew, and the command has its own arguments, folder, environment, output and
end. Tests of imports, signals and the start itself take an interpreter of their own, as do tests
that set what TensorFlow reads while it is imported.
"""

import atexit
import functools
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_command(command, *arguments, cwd=ROOT, environment=None, timeout=300):
    """Runs `python -m stgan_tf.COMMAND ARGUMENT ...` to its end.

    Returns:
        A subprocess.CompletedProcess: its status, and what it wrote, as text.
    """
    argv = [f"stgan_tf.{command}", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        request = {
            "argv": argv,
            "cwd": str(cwd),
            "environment": environment or {**os.environ, "PYTHONPATH": str(ROOT)},
            "outputs": [f"{folder}/out", f"{folder}/errors"],
            "seconds": timeout,
        }
        server = _server()
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        status = json.loads(server.stdout.readline())
        out, errors = (Path(path).read_text() for path in request["outputs"])
    if status is None:
        raise subprocess.TimeoutExpired(argv, timeout, out, errors)
    return subprocess.CompletedProcess(argv, status, out, errors)


@functools.cache
def _server():
    """Of this process of the tests: it ends when its input does."""
    server = subprocess.Popen(
        [sys.executable, __file__],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},  # read while it is imported
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def _serve():
    """Answers requests with exit statuses, null for one that took too long. Returns in each of the
    forked processes, with its request; it then is that command until the interpreter ends.
    """
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    answers = os.fdopen(os.dup(1), "w")
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        process = os.fork()
        if not process:
            answers.close()
            return request
        answers.write(json.dumps(_status(process, request["seconds"])) + "\n")
        answers.flush()
    sys.exit()


def _status(process, seconds):
    """As subprocess's returncode: a signal's number is negative."""
    descriptor = os.pidfd_open(process)
    ended, _, _ = select.select([descriptor], [], [], seconds)
    os.close(descriptor)
    if not ended:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status) if ended else None


def _become(request):
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    paths = [os.devnull, *request["outputs"]]
    for descriptor, path in enumerate(paths):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        os.dup2(opened, descriptor)
        os.close(opened)
    given = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:1] = [request["cwd"], *given]  # as `-m` does, in place of this file's folder
    sys.argv = request["argv"]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _become(_serve())
