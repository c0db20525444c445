"""How many connections a server holds, in all and from one address, and which of them goes."""

import collections
import ipaddress
import logging
import time
from typing import Protocol

from stgan_tf.serving.metrics import Metrics

_WARN_EVERY_SECONDS = 10.0


class Connection(Protocol):
    """A connection as the limits see it.

    Attributes:
        waiting_since: Since when (time.monotonic) it waits for its client to send a request; None
            while the server works on one.
    """

    waiting_since: float | None

    def abort(self) -> None:
        """Ends it at once."""


class ConnectionLimits:
    """Connections of one server. Where there are too many, the one that has waited longest for its
    client goes, so that clients that connect and then send nothing, or half of it, cannot keep
    others out.

    Args:
        max_connections: Held at a time; 0: no limit.
        max_per_address: Of these, from one IPv4 address or IPv6 /64 network; 0: no limit.
        read_seconds: Time for a request's headers to arrive.
        metrics: What is counted.
    """

    def __init__(
        self, max_connections: int, max_per_address: int, read_seconds: float, metrics: Metrics
    ):
        self.read_seconds = read_seconds
        self._max_connections = max_connections
        self._max_per_address = max_per_address
        self._metrics = metrics
        #: Connections that are refused and still read their answer.
        self.refused_now = 0
        self._held: dict[Connection, str] = {}
        self._warned_at = -_WARN_EVERY_SECONDS

    def add(self, connection: Connection, host: str | None) -> bool:
        """Whether the connection may stay; another may have been ended for it."""
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
        """It is closed."""
        self._held.pop(connection, None)
        self._metrics.connections.set(len(self._held))

    def ended(self, reason: str) -> None:
        """Counts a connection that the server ended, and warns, not too often."""
        self._metrics.connection_ended(reason)
        if time.monotonic() - self._warned_at >= _WARN_EVERY_SECONDS:
            self._warned_at = time.monotonic()
            logging.warning(
                "A connection was ended (%s); the metrics count them, the next warning is in %g s.",
                reason,
                _WARN_EVERY_SECONDS,
            )

    def _crowded(self, address: str) -> list[Connection] | None:
        """The connections of which one has to go before another comes."""
        numbers = collections.Counter(self._held.values())
        if self._max_connections and len(self._held) >= self._max_connections:
            ((address, _),) = numbers.most_common(1)
        elif not self._max_per_address or numbers[address] < self._max_per_address:
            return None
        return [other for other, held in self._held.items() if held == address]


def _address(host: str | None) -> str:
    """What counts as one address: whoever has an IPv6 address has its /64 network."""
    if host is None:
        return ""
    address = ipaddress.ip_address(host.partition("%")[0])
    if address.version == 4:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
