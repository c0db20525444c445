"""Workers wait for each other before TensorFlow does, so that one that never comes is named.

TensorFlow's own waiting lasts an hour, says nothing, and takes no SIGTERM. Here the leader (the
chief, else worker 0) listens on its address of the cluster until all others have reported there,
then sends them on; TensorFlow uses the address after that.
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
#: Seconds until, and between, lines in the log that say who is waited for.
_REMIND_EVERY = 30


class MissingWorkerError(RuntimeError):
    """Another worker did not start in time, or its address cannot be reached."""


class StoppedEarlyError(RuntimeError):
    """A signal came before the first iteration."""


def wait_for_workers(
    resolver: tf.distribute.cluster_resolver.ClusterResolver, timeout: float
) -> None:
    """Returns, in all workers, once all of the cluster have called it.

    Raises MissingWorkerError, in those that came, naming who is missing after `timeout` seconds;
    OSError where the leader cannot listen on its address; StoppedEarlyError for SIGTERM and SIGINT.
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
                f"{error.strerror}. Is another training running on it?"
            ) from error
        arrived: dict[str, socket.socket] = {}
        unknown: list[socket.socket] = []
        missing = others
        # A moment longer after the last: one that reported and died at once must not count.
        while missing or _readable([*arrived.values()]):
            for connection in _readable([listener, *unknown, *arrived.values()]):
                if connection is listener:
                    unknown.append(stack.enter_context(listener.accept()[0]))
                    continue
                name = _receive(connection).get("task")
                # A worker that has reported says no more, unless it goes.
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
                    f"Waited {timeout:g} s for {', '.join(missing)}. Was it started, with the same "
                    f"TF_CONFIG, what does its log say, and can it reach {leader}, "
                    f"{addresses[leader]} (firewall, proxy, sidecar)? --start_timeout waits longer."
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
                # Longer than the leader waits, which tells whom it misses.
                answer = _await_answer(connection, time.monotonic() + timeout + 10, reminder, stop)
            reason = "it answers, but does not wait for workers: another training?"
        except OSError as error:
            reason = error.strerror or str(error)
        if answer.get("go"):
            return
        if "missing" in answer:
            raise MissingWorkerError(
                f"{leader} waited in vain for {', '.join(answer['missing'])}. Start all workers, "
                "and look at the logs of those."
            )
        _require_not_stopped(stop)
        time.sleep(_POLL_SECONDS)
    raise MissingWorkerError(
        f"Waited {timeout:g} s for {leader}, {address} ({reason}). Was it started, with the same "
        "TF_CONFIG, what does its log say, and can its address be reached from here (firewall, "
        "proxy, sidecar)? --start_timeout waits longer."
    )


def _await_answer(
    connection: socket.socket, deadline: float, reminder: "_Reminder", stop: StopSignals
) -> dict:
    """What the leader says; empty where it goes, or is no leader of ours (yet)."""
    while time.monotonic() < deadline:
        reminder.remind("the other workers")
        answered = _readable([connection])
        _require_not_stopped(stop)
        if answered:
            return _receive(connection)
    return {}


def _readable(connections: Sequence[socket.socket]) -> list[socket.socket]:
    """Those with something to read, or at their end; waits for that a moment."""
    return select.select(connections, [], [], _POLL_SECONDS)[0]


class _Reminder:
    """Says in the log who is waited for, now and then."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _REMIND_EVERY

    def remind(self, whom: str) -> None:
        if time.monotonic() > self._next:
            logging.warning("Waiting for %s to start.", whom)
            self._next = time.monotonic() + _REMIND_EVERY


def _listen(port: int) -> socket.socket:
    """On all interfaces, as TensorFlow's server does after this."""
    if socket.has_dualstack_ipv6():
        return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("", port))


def _require_not_stopped(stop: StopSignals) -> None:
    if stop.received:
        raise StoppedEarlyError(f"{stop.received} received while waiting for the other workers.")


def _receive(connection: socket.socket) -> dict:
    """One line of JSON; empty where the other end has gone or says something else."""
    try:
        said = json.loads(connection.recv(_LINE_BYTES))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _tell(connections: Sequence[socket.socket], message: dict) -> None:
    for connection in connections:
        # One that goes at this moment is noticed by TensorFlow, in its own time.
        with contextlib.suppress(OSError):
            connection.sendall(_line(message))


def _line(message: dict) -> bytes:
    return json.dumps(message).encode() + b"\n"


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
