#!/usr/bin/env python3
"""Load-tests a server with TF Serving's REST API: throughput, latency, failures, server memory.

python export/serving/load_test.py --image=face.png --pid=SERVER_PID

Standalone; uses only the standard library. Stops after a fixed number of requests, and refuses to
load servers on other machines unless --remote is given. Prints one table row for each number of
clients; `busy` counts 503 responses, which are not failures: the server is at capacity.
"""

import argparse
import base64
import http.client
import ipaddress
import json
import os
import socket
import statistics
import sys
import threading
import time
import urllib.parse
from pathlib import Path

COLUMNS = ("clients", "answered", "busy", "failed", "images/s", "p50 ms", "p99 ms")
COLUMNS += ("server CPU ms/image", "server MiB")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--url", default="http://127.0.0.1:8501")
    parser.add_argument("--model_name", default="stgan")
    parser.add_argument("--image", type=Path, required=True, help="in the format the model takes")
    parser.add_argument("--images_per_request", type=int, default=1)
    parser.add_argument("--clients", default="1,8,64", help="client counts, comma-separated")
    parser.add_argument("--requests", type=int, default=1000, help="number for each client count")
    parser.add_argument(
        "--max_seconds", type=float, default=300, help="limit for each client count"
    )
    parser.add_argument("--timeout", type=float, default=60, help="seconds to wait for a response")
    parser.add_argument("--pid", type=int, help="server process to measure (Linux)")
    parser.add_argument("--allow_busy", action="store_true", help="do not fail on 503 responses")
    parser.add_argument("--remote", action="store_true", help="allow servers on other machines")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    return parser.parse_args()


def require_loopback(host):
    addresses = {found[4][0] for found in socket.getaddrinfo(host, None)}
    if not all(ipaddress.ip_address(address).is_loopback for address in addresses):
        sys.exit(f"load_test: {host} is not this machine. Pass --remote to load-test it anyway.")


def request_body(args, host, port):
    """The requested number of rows, with the number of attributes given in the model's metadata."""
    connection = http.client.HTTPConnection(host, port, timeout=args.timeout)
    connection.request("GET", f"/v1/models/{args.model_name}/metadata")
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        sys.exit(f"load_test: {args.url} returned {answer.status}: {text.decode()}")
    inputs = json.loads(text)["metadata"]["signature_def"]["signature_def"]["serving_default"]
    values = {}
    for name, spec in inputs["inputs"].items():
        if spec["dtype"] == "DT_STRING":
            values[name] = {"b64": base64.b64encode(args.image.read_bytes()).decode()}
        else:
            values[name] = [0.0] * int(spec["tensor_shape"]["dim"][1]["size"])
            if name == "attribute_difference":
                values[name][0] = 1.0
    return json.dumps({"instances": [values] * args.images_per_request}).encode()


def resident_mib(pid):
    if pid is None:
        return None
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return None


def processor_seconds(pid):
    """User and system CPU time of the process since it started."""
    if pid is None:
        return None
    # Fields are counted after the command name, which is in parentheses and may contain anything.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Client(threading.Thread):
    """Sends requests over one connection until none are left or time is up."""

    def __init__(self, args, address, body, tickets, deadline):
        super().__init__(daemon=True)
        self.args, self.address, self.body = args, address, body
        self.tickets, self.deadline = tickets, deadline
        self.seconds, self.busy, self.failures = [], 0, []

    def run(self):
        connection = http.client.HTTPConnection(*self.address, timeout=self.args.timeout)
        path = f"/v1/models/{self.args.model_name}:predict"
        headers = {"Content-Type": "application/json"}
        while time.monotonic() < self.deadline and self.tickets.take():
            started = time.perf_counter()
            try:
                connection.request("POST", path, self.body, headers)
                answer = connection.getresponse()
                data = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
                continue
            if answer.status == 503:
                self.busy += 1
                time.sleep(0.05)
            elif answer.status != 200 or b"predictions" not in data[:40]:
                self.failures.append(f"{answer.status}: {data[:200]!r}")
            else:
                self.seconds.append(time.perf_counter() - started)
        connection.close()


class Tickets:
    """A request counter shared by all clients; samples the server's memory ten times on the way."""

    def __init__(self, number, pid):
        self._left, self._number, self._pid = number, number, pid
        self._lock = threading.Lock()
        self.memory = []

    def take(self):
        with self._lock:
            if self._left == 0:
                return False
            if self._pid and self._left % max(1, self._number // 10) == 0:
                self.memory.append(round(resident_mib(self._pid), 1))
            self._left -= 1
            return True


def measure(args, address, body, number):
    tickets = Tickets(args.requests, args.pid)
    deadline = time.monotonic() + args.max_seconds
    clients = [Client(args, address, body, tickets, deadline) for _ in range(number)]
    started, worked = time.perf_counter(), processor_seconds(args.pid)
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    wall = time.perf_counter() - started
    worked = processor_seconds(args.pid) - worked if args.pid else None
    seconds = sorted(second for client in clients for second in client.seconds)
    failures = [failure for client in clients for failure in client.failures]
    if args.pid:
        tickets.memory.append(round(resident_mib(args.pid), 1))
    images = len(seconds) * args.images_per_request
    return {
        "clients": number,
        "answered": len(seconds),
        "busy": sum(client.busy for client in clients),
        "failed": len(failures),
        "first_failure": failures[0] if failures else None,
        "images_per_second": images / wall,
        "server_cpu_ms_per_image": worked / images * 1000 if args.pid and images else None,
        "p50_ms": statistics.median(seconds) * 1000 if seconds else None,
        "p99_ms": seconds[int(len(seconds) * 0.99)] * 1000 if seconds else None,
        "server_rss_mib": tickets.memory,
    }


def main():
    args = arguments()
    parts = urllib.parse.urlsplit(args.url)
    if parts.scheme != "http" or not parts.hostname:
        sys.exit(f"load_test: --url must have the form http://HOST:PORT. Received: {args.url}")
    if not args.remote:
        require_loopback(parts.hostname)
    address = (parts.hostname, parts.port or 80)
    body = request_body(args, *address)
    print(f"| {' | '.join(COLUMNS)} |\n|{'---:|' * len(COLUMNS)}")
    rows = []
    for number in [int(text) for text in args.clients.split(",")]:
        row = measure(args, address, body, number)
        rows.append(row)
        memory = row["server_rss_mib"]
        told = f"{memory[0]:.0f} to {memory[-1]:.0f}" if memory else "-"
        keys = ("p50_ms", "p99_ms", "server_cpu_ms_per_image")
        times = [f"{row[key]:.1f}" if row[key] else "-" for key in keys]
        cells = [number, row["answered"], row["busy"], row["failed"]]
        cells += [f"{row['images_per_second']:.1f}", *times, told]
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")
    failed = [row["first_failure"] for row in rows if row["failed"]]
    if failed or (any(row["busy"] for row in rows) and not args.allow_busy):
        sys.exit(f"load_test: some requests were not answered. {failed[0] if failed else 'Busy.'}")


if __name__ == "__main__":
    main()
