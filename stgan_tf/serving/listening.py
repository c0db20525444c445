"""The socket a server listens on."""

import socket

_WAITING_CONNECTIONS = 512


def listen(host: str, port: int) -> socket.socket:
    """Opens a listening TCP socket; port 0: any free port. Raises OSError with host and port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # If the protocol is named, asyncio disables Nagle's algorithm. If not, as with
    # socket.create_server, each response waits 40 ms for its headers to be acknowledged.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_WAITING_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise OSError(f"Cannot listen on {host} port {port}: {error}") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL of a server that listens on `listener`: http://HOST:PORT."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
