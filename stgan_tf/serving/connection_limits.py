"""Limits a server's connections, in total and per address, and chooses which one to close."""

import collections
import ipaddress
import logging
import time
from typing import Protocol

from stgan_tf.serving.metrics import Metrics

_WARN_EVERY_SECONDS = 10.0


class Connection(Protocol):
    """The interface of a connection.

    Attributes:
        waiting_since: The time (time.monotonic) since which it has waited for a request from its
            client; None while the server is processing one.
    """

    waiting_since: float | None

    def abort(self) -> None:
        """Closes it immediately."""


class ConnectionLimits:
    """The connections of one server. If there are too many, the one that has waited longest for its
    client is closed, so that clients that connect and then send nothing, or only part of a request,
    cannot keep others out.

    Args:
        max_connections: Maximum number of concurrent connections; 0: no limit.
        max_per_address: Maximum number from one IPv4 address or IPv6 /64 network; 0: no limit.
        read_seconds: Timeout for a request's headers.
        metrics: Counts closed connections.
    """

    def __init__(
        self, max_connections: int, max_per_address: int, read_seconds: float, metrics: Metrics
    ):
        self.read_seconds = read_seconds
        self._max_connections = max_connections
        self._max_per_address = max_per_address
        self._metrics = metrics
        #: Rejected connections that are still reading their response.
        self.refused_now = 0
        self._held: dict[Connection, str] = {}
        self._warned_at = -_WARN_EVERY_SECONDS

    def add(self, connection: Connection, host: str | None) -> bool:
        """Returns whether the connection is accepted; another may be closed to make room."""
        address = _address(host)
        crowded = self._crowded(address)
        if crowded is not None:
            waiting = [other for other in crowded if other.waiting_since is not None]
            if not waiting:
                self.ended("refused")
                return False
            longest = min(waiting, key=lambda other: other.waiting_since)
            del self._held[longest]
            self.ended("made room")
            longest.abort()
        self._held[connection] = address
        self._metrics.connections.set(len(self._held))
        return True

    def remove(self, connection: Connection) -> None:
        """Removes a closed connection."""
        self._held.pop(connection, None)
        self._metrics.connections.set(len(self._held))

    def ended(self, reason: str) -> None:
        """Counts a connection closed by the server, and logs a warning, rate-limited."""
        self._metrics.connection_ended(reason)
        if time.monotonic() - self._warned_at >= _WARN_EVERY_SECONDS:
            self._warned_at = time.monotonic()
            logging.warning(
                "Closed a connection (%s). The metrics count them; no more warnings for %g s.",
                reason,
                _WARN_EVERY_SECONDS,
            )

    def _crowded(self, address: str) -> list[Connection] | None:
        """The connections of which one has to be closed before another is accepted."""
        numbers = collections.Counter(self._held.values())
        if self._max_connections and len(self._held) >= self._max_connections:
            ((address, _),) = numbers.most_common(1)
        elif not self._max_per_address or numbers[address] < self._max_per_address:
            return None
        return [other for other, held in self._held.items() if held == address]


def _address(host: str | None) -> str:
    """What counts as one address: for IPv6, the /64 network."""
    if host is None:
        return ""
    address = ipaddress.ip_address(host.partition("%")[0])
    if address.version == 4:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
