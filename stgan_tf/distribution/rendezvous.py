"""Makes workers wait for each other before TensorFlow starts, so that a missing one is named.

TensorFlow itself waits for an hour, silently, and ignores SIGTERM meanwhile. Here the leader (the
chief, or worker 0 if there is none) listens on its cluster address until all others have reported,
then tells them to proceed; after that TensorFlow uses the address.
"""

import contextlib
import json
import logging
import select
import socket
import time
from collections.abc import Mapping, Sequence

import tensorflow as tf

from stgan_tf.stop_signals import StopSignals

_POLL_SECONDS = 0.5
_LINE_BYTES = 4096
#: Seconds before the first log line that says who is being waited for, and between such lines.
_REMIND_EVERY = 30


class MissingWorkerError(RuntimeError):
    """Another worker did not start in time, or its address cannot be reached."""


class StoppedEarlyError(RuntimeError):
    """A signal arrived before the first iteration."""


def wait_for_workers(
    resolver: tf.distribute.cluster_resolver.ClusterResolver, timeout: float
) -> None:
    """Blocks until all workers of the cluster have called it.

    Args:
        resolver: The cluster, and this process's place in it.
        timeout: Seconds to wait for the others.

    Raises:
        MissingWorkerError: Workers are missing after `timeout` seconds; raised in those that did
            start, and names those that did not.
        OSError: The leader cannot listen on its address.
        StoppedEarlyError: SIGTERM or SIGINT arrived.
    """
    jobs = resolver.cluster_spec().as_dict()
    addresses = {
        f"{job}-{index}": address
        for job in ("chief", "worker")
        for index, address in enumerate(jobs.get(job, ()))
    }
    own = f"{resolver.task_type}-{resolver.task_id}"
    leader = next(iter(addresses))
    with StopSignals() as stop:
        if own == leader:
            _lead(addresses, timeout, stop)
        else:
            _report(own, leader, addresses[leader], timeout, stop)


def _lead(addresses: Mapping[str, str], timeout: float, stop: StopSignals) -> None:
    leader, *others = addresses
    port = _host_and_port(addresses[leader])[1]
    deadline, reminder = time.monotonic() + timeout, _Reminder()
    with contextlib.ExitStack() as stack:
        try:
            listener = stack.enter_context(_listen(port))
        except OSError as error:
            raise OSError(
                f"{leader} cannot listen on port {port} of its address {addresses[leader]}: "
                f"{error.strerror}. Is another training run using it?"
            ) from error
        arrived: dict[str, socket.socket] = {}
        unknown: list[socket.socket] = []
        missing = others
        # Poll once more after the last has reported: one that died right away must not count.
        while missing or _readable([*arrived.values()]):
            for connection in _readable([listener, *unknown, *arrived.values()]):
                if connection is listener:
                    unknown.append(stack.enter_context(listener.accept()[0]))
                    continue
                name = _receive(connection).get("task")
                # A worker that has reported sends nothing more; its socket is readable if it left.
                arrived = {
                    task: other for task, other in arrived.items() if other is not connection
                }
                if connection in unknown:
                    unknown.remove(connection)
                if name in others:
                    arrived[name] = connection
                else:
                    connection.close()
            _require_not_stopped(stop)
            missing = [name for name in others if name not in arrived]
            if not missing:
                continue
            reminder.remind(", ".join(missing))
            if time.monotonic() > deadline:
                _tell(arrived.values(), {"missing": missing})
                raise MissingWorkerError(
                    f"Waited {timeout:g} s for {', '.join(missing)}. Check that it was started "
                    f"with the same TF_CONFIG, that it can reach {leader} at {addresses[leader]} "
                    "(firewall, proxy, sidecar), and what its log says. Raise --start_timeout to "
                    "wait longer."
                )
        _require_not_stopped(stop)
        _tell(arrived.values(), {"go": True})


def _report(own: str, leader: str, address: str, timeout: float, stop: StopSignals) -> None:
    deadline, reminder = time.monotonic() + timeout, _Reminder()
    reason = ""
    while time.monotonic() < deadline:
        reminder.remind(leader)
        answer = {}
        try:
            with socket.create_connection(_host_and_port(address), timeout=5) as connection:
                connection.sendall(_line({"task": own}))
                # Wait longer than the leader does: its answer names the missing workers.
                answer = _await_answer(connection, time.monotonic() + timeout + 10, reminder, stop)
            reason = "it answers, but is not waiting for workers: another training run?"
        except OSError as error:
            reason = error.strerror or str(error)
        if answer.get("go"):
            return
        if "missing" in answer:
            raise MissingWorkerError(
                f"{leader} timed out waiting for {', '.join(answer['missing'])}. Start all "
                "workers, and check the logs of the missing ones."
            )
        _require_not_stopped(stop)
        time.sleep(_POLL_SECONDS)
    raise MissingWorkerError(
        f"Waited {timeout:g} s for {leader} at {address} ({reason}). Check that it was started "
        "with the same TF_CONFIG, that its address can be reached from here (firewall, proxy, "
        "sidecar), and what its log says. Raise --start_timeout to wait longer."
    )


def _await_answer(
    connection: socket.socket, deadline: float, reminder: "_Reminder", stop: StopSignals
) -> dict:
    """The leader's answer; empty if it left, or if the process there is not (yet) our leader."""
    while time.monotonic() < deadline:
        reminder.remind("the other workers")
        answered = _readable([connection])
        _require_not_stopped(stop)
        if answered:
            return _receive(connection)
    return {}


def _readable(connections: Sequence[socket.socket]) -> list[socket.socket]:
    """The connections that have data or were closed; waits up to _POLL_SECONDS for the first."""
    return select.select(connections, [], [], _POLL_SECONDS)[0]


class _Reminder:
    """Periodically logs who is being waited for."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _REMIND_EVERY

    def remind(self, whom: str) -> None:
        if time.monotonic() > self._next:
            logging.warning("Waiting for %s to start.", whom)
            self._next = time.monotonic() + _REMIND_EVERY


def _listen(port: int) -> socket.socket:
    """Listens on all interfaces, as TensorFlow's server does afterwards."""
    if socket.has_dualstack_ipv6():
        return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("", port))


def _require_not_stopped(stop: StopSignals) -> None:
    if stop.received:
        raise StoppedEarlyError(f"{stop.received} received while waiting for the other workers.")


def _receive(connection: socket.socket) -> dict:
    """One line of JSON; empty if the other end has left or sent something else."""
    try:
        said = json.loads(connection.recv(_LINE_BYTES))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _tell(connections: Sequence[socket.socket], message: dict) -> None:
    for connection in connections:
        # TensorFlow will notice a worker that leaves at this very moment.
        with contextlib.suppress(OSError):
            connection.sendall(_line(message))


def _line(message: dict) -> bytes:
    return json.dumps(message).encode() + b"\n"


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
