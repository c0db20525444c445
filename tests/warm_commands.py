"""Commands as a shell runs them, in processes that have imported TensorFlow before they begin.

A new interpreter imports TensorFlow for three seconds, which hundreds of commands would wait for.
Here each command is forked from a process that has done nothing but import libraries; the modules
of stgan_tf are read anew, and the command has its own arguments, folder, environment, output and
end. Tests of imports and of the start itself take an interpreter of their own, as do tests that set
what TensorFlow reads while it is imported.
"""

import atexit
import functools
import gc
import itertools
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_command(command, *arguments, cwd=ROOT, environment=None, timeout=300, sleeps=True):
    """Runs `python -m stgan_tf.COMMAND ARGUMENT ...` to its end.

    Args:
        sleeps: Without, `time.sleep` in it returns at once.

    Returns:
        A subprocess.CompletedProcess: its status, and what it wrote, as text.
    """
    started = start_command(command, *arguments, cwd=cwd, environment=environment, sleeps=sleeps)
    try:
        status = started.wait(timeout)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
        raise
    return subprocess.CompletedProcess(started.argv, status, started.output(), started.errors())


def start_command(command, *arguments, cwd=ROOT, environment=None, new_session=False, sleeps=True):
    """Starts `python -m stgan_tf.COMMAND ARGUMENT ...`, as subprocess.Popen does.

    Args:
        new_session: Whether its processes are a group, as those of a terminal are.
        sleeps: As of `run_command`.

    Returns:
        A StartedCommand.
    """
    return _server().start(
        [f"stgan_tf.{command}", *map(str, arguments)],
        cwd=str(cwd),
        environment=environment or {**os.environ, "PYTHONPATH": str(ROOT)},
        new_session=new_session,
        sleeps=sleeps,
    )


class StartedCommand:
    """As a subprocess.Popen, with what was written so far as text."""

    def __init__(self, server, argv, process, outputs):
        self.argv, self.pid, self.returncode = argv, process, None
        self._server, self._outputs = server, outputs

    def output(self):
        """What it has written to stdout."""
        return self._outputs[0].read_text()

    def errors(self):
        """What it has written to stderr."""
        return self._outputs[1].read_text()

    def written(self):
        """Both, the one after the other."""
        return self.output() + self.errors()

    def poll(self):
        """The exit status, a signal's number negative, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._server.status(self.pid, 0)
        return self.returncode

    def wait(self, timeout=None):
        if self.returncode is None:
            self.returncode = self._server.status(self.pid, timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.argv, timeout, self.output(), self.errors())
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


@functools.cache
def _server():
    """Of this process of the tests."""
    return _Server()


class _Server:
    """The process that commands are forked from. It ends when its input does."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="stgan_tf-commands-")
        self._numbers = itertools.count()
        self._statuses = {}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},  # read while it is imported
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,  # so that `select` sees all that has not been read
        )
        atexit.register(self._close)

    def start(self, argv, **request):
        number = next(self._numbers)
        outputs = [Path(self._folder.name) / f"{number}.{name}" for name in ("out", "errors")]
        for path in outputs:
            path.touch()
        request |= {"argv": argv, "outputs": [str(path) for path in outputs]}
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        while "started" not in (answer := self._answer()):
            self._keep(answer)
        return StartedCommand(self, argv, answer["started"], outputs)

    def status(self, process, timeout):
        """The exit status of a process, or None if it runs longer than `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while process not in self._statuses:
            left = None if deadline is None else max(0, deadline - time.monotonic())
            if not select.select([self._process.stdout], [], [], left)[0]:
                return None
            self._keep(self._answer())
        return self._statuses[process]

    def _answer(self):
        return json.loads(self._process.stdout.readline())

    def _keep(self, answer):
        self._statuses[answer["ended"]] = answer["status"]

    def _close(self):
        self._process.communicate()
        self._folder.cleanup()


def _serve():
    """Answers requests with process ids, and each process's end with its status. Returns in each of
    the forked processes, with its request; it then is that command until the interpreter ends.
    """
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    gc.freeze()  # commands need not go through what is imported
    gc.set_threshold(50_000, 20, 20)  # nor again and again through the graphs that they trace
    answers = os.fdopen(os.dup(1), "w")

    def answer(**values):
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    processes = {}  # by descriptor
    poll = select.poll()
    poll.register(0, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor in processes:
                _, status = os.waitpid(processes[descriptor], 0)
                poll.unregister(descriptor)
                os.close(descriptor)
                ended = processes.pop(descriptor)
                answer(ended=ended, status=os.waitstatus_to_exitcode(status))
                continue
            line = sys.stdin.readline()
            if not line:
                sys.exit()
            process = os.fork()
            if not process:
                answers.close()
                for other in processes:
                    os.close(other)
                return json.loads(line)
            descriptor = os.pidfd_open(process)
            processes[descriptor] = process
            poll.register(descriptor, select.POLLIN)
            answer(started=process)


def _become(request):
    if request["new_session"]:
        os.setsid()
    if not request["sleeps"]:
        time.sleep = lambda seconds: None
    # Even where this process ignores Ctrl-C, as what a shell starts in the background does.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["environment"])
    tempfile.tempdir = None  # that of the environment, not what was read while importing
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
