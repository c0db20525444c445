"""Prometheus metrics of the embedded server."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_ROWS = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The metrics of one server, in a separate registry. `call` below is predict, status, metadata,
    description, mobile or other.
    """

    def __init__(self):
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "stgan_requests", "Answered requests.", ["call", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "stgan_request_duration_seconds",
            "Time from a request's headers to its response.",
            ["call"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.in_flight = Gauge(
            "stgan_requests_in_flight",
            "Predictions queued or being computed.",
            registry=self._registry,
        )
        self.connections = Gauge("stgan_connections", "Connections.", registry=self._registry)
        self._ended = Counter(
            "stgan_connections_ended",
            "Connections closed by the server: too slow, to make room for others, or rejected.",
            ["reason"],
            registry=self._registry,
        )
        self._rows = Histogram(
            "stgan_batch_images",
            "Images computed in one call of the model.",
            buckets=_ROWS,
            registry=self._registry,
        )
        self._versions = Gauge(
            "stgan_model_version_loaded",
            "1 for each version being served.",
            ["version"],
            registry=self._registry,
        )

    def answered(self, call: str, status: int, seconds: float) -> None:
        self._requests.labels(call, str(status)).inc()
        self._seconds.labels(call).observe(seconds)

    def connection_ended(self, reason: str) -> None:
        self._ended.labels(reason).inc()

    def batch(self, rows: int) -> None:
        self._rows.observe(rows)

    def versions(self, versions: Sequence[int]) -> None:
        """Sets the versions being served."""
        self._versions.clear()
        for version in versions:
            self._versions.labels(str(version)).set(1)

    def page(self) -> bytes:
        return generate_latest(self._registry)
