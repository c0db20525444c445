"""Requests as an attacker, or a poor client, writes them: byte by byte, on plain sockets."""

import contextlib
import json
import socket

from serving.toy_models import NAMES, SIZE

PATH = "/v1/models/stgan:predict"
#: A request that the toy models answer: rows of floats, no image to decode.
GOOD = json.dumps(
    {
        "signature_name": "edit",
        "inputs": {
            "images": [[[[0.0] * 3] * SIZE] * SIZE],
            "attribute_difference": [[0.0] * len(NAMES)],
        },
    }
).encode()
#: What begins a request and does not end it.
HALF_HEADERS = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nX-Slow: ".encode()


def connect(server, seconds=30):
    """A connection to a server of `serving.servers.running`."""
    return socket.create_connection(("127.0.0.1", int(server.url.rsplit(":")[-1])), seconds)


def head(length=None, path=PATH, more=""):
    """A POST request's headers; `length` None: none is announced. `more`: lines with their end."""
    announced = "" if length is None else f"Content-Length: {length}\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{announced}{more}\r\n".encode()


def chunk(data):
    """A chunk of a body of no announced length."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def read_answer(connection):
    """(status, headers with names in lower case, body) of the next answer."""
    with connection.makefile("rb", buffering=0) as file:
        status = int(file.readline().split()[1])
        lines = iter(lambda: file.readline().strip().decode("latin-1"), "")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        body = b""
        while len(body) < int(headers.get("content-length", 0)):
            body += file.read(int(headers["content-length"]) - len(body))
        return status, headers, body


@contextlib.contextmanager
def held_connections(server, number, data):
    """`number` connections that sent `data` and wait."""
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(connect(server)) for _ in range(number)]
        for connection in opened:
            connection.sendall(data)
        yield opened
