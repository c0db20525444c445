"""The socket a server listens on."""

import socket

_WAITING_CONNECTIONS = 512


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; port 0: a free one. Raises OSError with host and port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio switches Nagle's algorithm off. Without, as in what
    # socket.create_server makes, each answer waits 40 ms for its headers to be acknowledged.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_WAITING_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise OSError(f"Cannot listen on {host} port {port}: {error}") from error
    return listener
