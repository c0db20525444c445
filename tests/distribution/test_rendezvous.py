"""Workers that find each other, or say whom they miss; each a thread, on loopback."""

import os
import signal
import socket
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor

import pytest
import tensorflow as tf
from training.test_workers import free_ports

from stgan_tf.distribution import rendezvous
from stgan_tf.distribution.rendezvous import MissingWorkerError, StoppedEarlyError, wait_for_workers


@pytest.fixture(autouse=True)
def signals_in_threads(monkeypatch):
    """Signal handlers belong to the main thread; the tests' workers are others."""

    class Unsignalled:
        received = None

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    real = rendezvous.StopSignals

    def either():
        return real() if threading.current_thread() is threading.main_thread() else Unsignalled()

    monkeypatch.setattr(rendezvous, "StopSignals", either)


@pytest.fixture
def cluster():
    """{"chief": [one address], "worker": [two]}"""
    chief, *workers = (f"localhost:{port}" for port in free_ports(3))
    return {"chief": [chief], "worker": workers}


def call(cluster, task, index=0, timeout=20.0):
    """Its exception, or None."""
    resolver = types.SimpleNamespace(
        cluster_spec=lambda: tf.train.ClusterSpec(cluster), task_type=task, task_id=index
    )
    try:
        wait_for_workers(resolver, timeout)
    except (MissingWorkerError, OSError) as error:
        return error


def connect(address):
    """A connection to a chief that may only be starting."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(address)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


TASKS = (("chief", 0), ("worker", 0), ("worker", 1))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_all_go_on_when_the_last_has_come(cluster, order):
    with ThreadPoolExecutor(3) as pool:
        waiting = []
        for position in order[:-1]:
            waiting.append(pool.submit(call, cluster, *TASKS[position]))
            time.sleep(0.3)
        assert not any(future.done() for future in waiting)
        waiting.append(pool.submit(call, cluster, *TASKS[order[-1]]))
        assert [future.result() for future in waiting] == [None] * 3
    # TensorFlow's server takes the address next.
    socket.create_server(("", int(cluster["chief"][0].split(":")[1]))).close()


def test_without_a_chief_worker_0_leads(cluster):
    del cluster["chief"]
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda index: call(cluster, "worker", index), (0, 1))
        assert list(results) == [None, None]


def test_a_missing_worker_is_named_by_all(cluster):
    with ThreadPoolExecutor(2) as pool:
        chief = pool.submit(call, cluster, "chief", timeout=4.0)
        worker = pool.submit(call, cluster, "worker", 0, timeout=4.0)
        assert "Waited 4 s for worker-1. Check that it was started" in str(chief.result())
        assert f"it can reach chief-0 at {cluster['chief'][0]}" in str(chief.result())
        assert "--start_timeout" in str(chief.result())
        assert "chief-0 timed out waiting for worker-1." in str(worker.result())


@pytest.mark.slow
def test_a_chief_that_comes_late_tells_whom_it_misses(cluster):
    """A worker's own time is over by then; it is the chief that names the one who never came."""
    with ThreadPoolExecutor(2) as pool:
        worker = pool.submit(call, cluster, "worker", 0, timeout=4.0)
        time.sleep(1.0)
        chief = pool.submit(call, cluster, "chief", timeout=6.0)
        assert "Waited 6 s for worker-1." in str(chief.result())
        assert "chief-0 timed out waiting for worker-1." in str(worker.result())


@pytest.mark.slow
def test_one_that_reports_and_dies_does_not_count(cluster):
    """As the last one, its line and its end reaching the chief together."""
    address = ("localhost", int(cluster["chief"][0].split(":")[1]))
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(call, cluster, "worker", 0)
        chief = pool.submit(call, cluster, "chief")
        dying = connect(address)
        time.sleep(1.0)  # worker 0 has reported
        dying.sendall(b'{"task": "worker-1"}\n')
        dying.close()
        time.sleep(1.5)
        assert not chief.done() and not first.done()
        second = pool.submit(call, cluster, "worker", 1)
        assert [future.result() for future in (chief, first, second)] == [None] * 3


def test_a_missing_chief_is_named(cluster):
    error = call(cluster, "worker", 1, timeout=1.0)
    assert f"Waited 1 s for chief-0 at {cluster['chief'][0]} (Connection refused)." in str(error)


def test_a_missing_chief_is_asked_for_now_and_then(cluster, monkeypatch):
    """In 1 s at 0.0, 0.5 and perhaps 1.0, not as often as the processor can."""
    asked, connect_to = [], socket.create_connection

    def counting(*args, **kwargs):
        asked.append(args)
        return connect_to(*args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", counting)
    call(cluster, "worker", 1, timeout=1.0)
    assert 1 <= len(asked) <= 3


def test_an_unknown_host_is_told(cluster):
    cluster["chief"] = ["nowhere.invalid:1234"]
    assert "chief-0 at nowhere.invalid:1234 (" in str(call(cluster, "worker", 1, timeout=1.0))


def test_a_taken_port_is_told(cluster):
    port = int(cluster["chief"][0].split(":")[1])
    with socket.create_server(("", port)):
        error = call(cluster, "chief")
    assert f"chief-0 cannot listen on port {port}" in str(error)
    assert "Is another training run using it?" in str(error)


def test_strangers_and_restarted_workers_are_no_arrivals(cluster):
    """Something that connects and speaks another language, or nothing; a worker of another cluster;
    one that dies while it waits and comes again."""
    address = ("localhost", int(cluster["chief"][0].split(":")[1]))
    with ThreadPoolExecutor(3) as pool:
        chief = pool.submit(call, cluster, "chief")
        silent = connect(address)
        speaking = [
            b"GET / HTTP/1.1\r\n\r\n",
            b'{"task": "worker-7"}\n',
            b'{"task": ["worker-0"]}\n',
            b"[]\n",
            b"\xff\x00",
            b'{"task": "worker-1"}\n',
        ]
        for words in speaking:
            with socket.create_connection(address) as stranger:
                stranger.sendall(words)
                time.sleep(0.1)
        first = pool.submit(call, cluster, "worker", 0)
        time.sleep(1.0)
        # The stranger that called itself worker 1 has gone: nobody may go on.
        assert not chief.done() and not first.done()
        second = pool.submit(call, cluster, "worker", 1)
        assert [future.result() for future in (chief, first, second)] == [None] * 3
        silent.close()


def test_a_training_at_the_address_is_waited_for(cluster):
    """A worker that was restarted alone: the old training, which answers in gRPC, ends first."""
    address = ("localhost", int(cluster["chief"][0].split(":")[1]))
    del cluster["worker"][1]
    with ThreadPoolExecutor(2) as pool:
        with socket.create_server(address) as old:
            worker = pool.submit(call, cluster, "worker", 0)
            for _ in range(2):
                connection, _ = old.accept()
                connection.sendall(b"\x00\x00\x18\x04\x00\x00\x00\x00\x00")
                connection.close()
            assert not worker.done()
        chief = pool.submit(call, cluster, "chief")
        assert [chief.result(), worker.result()] == [None, None]


@pytest.mark.parametrize("task", [("chief", 0), ("worker", 0)])
def test_a_signal_ends_the_waiting(cluster, task):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    began = time.monotonic()
    with pytest.raises(StoppedEarlyError, match="SIGTERM received"):
        call(cluster, *task)
    assert time.monotonic() - began < 10


def test_a_signal_after_the_last_has_come_counts(cluster, monkeypatch):
    """In the chief's last moment: it stops, and sends nobody on to wait for it."""
    monkeypatch.setattr(rendezvous, "_POLL_SECONDS", 3.0)
    address = ("localhost", int(cluster["chief"][0].split(":")[1]))

    def report_both_and_kill():
        with connect(address) as first, connect(address) as second:
            first.sendall(b'{"task": "worker-0"}\n')
            second.sendall(b'{"task": "worker-1"}\n')
            time.sleep(1.0)
            os.kill(os.getpid(), signal.SIGTERM)
            return [first.recv(100), second.recv(100)]

    with ThreadPoolExecutor(1) as pool:
        workers = pool.submit(report_both_and_kill)
        with pytest.raises(StoppedEarlyError, match="SIGTERM received"):
            call(cluster, "chief")
        assert workers.result() == [b"", b""]


def test_a_signal_while_the_chief_sends_on_counts(cluster, monkeypatch):
    monkeypatch.setattr(rendezvous, "_POLL_SECONDS", 3.0)
    address = ("localhost", int(cluster["chief"][0].split(":")[1]))

    def kill_and_send_on(listener):
        connection = listener.accept()[0]
        with connection:
            connection.recv(100)
            time.sleep(0.5)  # the worker listens
            os.kill(os.getpid(), signal.SIGTERM)
            connection.sendall(b'{"go": true}\n')

    with socket.create_server(address) as listener, ThreadPoolExecutor(1) as pool:
        chief = pool.submit(kill_and_send_on, listener)
        with pytest.raises(StoppedEarlyError, match="SIGTERM received"):
            call(cluster, "worker", 0)
        chief.result()


@pytest.mark.slow
def test_one_that_dies_as_the_time_ends_is_named(cluster, monkeypatch):
    """It had reported in time, and goes in the chief's last moment, which is past the time."""
    monkeypatch.setattr(rendezvous, "_POLL_SECONDS", 6.0)
    address = ("localhost", int(cluster["chief"][0].split(":")[1]))
    del cluster["worker"][1]
    with ThreadPoolExecutor(1) as pool:
        chief = pool.submit(call, cluster, "chief", timeout=2.0)
        with connect(address) as dying:
            dying.sendall(b'{"task": "worker-0"}\n')
            time.sleep(3.0)
        assert "Waited 2 s for worker-0. Check that it was started" in str(chief.result())


@pytest.mark.slow
def test_who_is_waited_for_is_logged(cluster, monkeypatch, caplog):
    monkeypatch.setattr(rendezvous, "_REMIND_EVERY", 0.5)
    call(cluster, "chief", timeout=1.5)
    assert "Waiting for worker-0, worker-1 to start." in caplog.text
    caplog.clear()
    call(cluster, "worker", 0, timeout=1.5)
    assert "Waiting for chief-0 to start." in caplog.text
    caplog.clear()
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(call, cluster, *task, timeout=1.5) for task in TASKS[:2]]
        assert all(future.result() for future in both)
    assert "Waiting for worker-1 to start." in caplog.text
    assert "Waiting for the other workers to start." in caplog.text
