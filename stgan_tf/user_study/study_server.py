"""Serves a study until a signal ends it. No TensorFlow here."""

import contextlib
import dataclasses
import logging
from pathlib import Path

from stgan_tf.serving.http_server import http_server, signals_end_quietly
from stgan_tf.serving.listening import address_of, listen
from stgan_tf.serving.metrics import Metrics
from stgan_tf.serving.request_body import BodyReader
from stgan_tf.user_study.answer_files import collect
from stgan_tf.user_study.study_api import StudyApi
from stgan_tf.user_study.study_key import read_key


@dataclasses.dataclass(frozen=True)
class StudyLimits:
    """
    Attributes:
        max_request_bytes: Maximum size of a request body.
        max_held_bytes: Maximum total size of all request bodies in memory.
        max_connections: Maximum number of concurrent connections; 0: no limit.
        max_connections_per_address: Maximum number from one address; 0: no limit.
        read_seconds: Timeout for a request's headers, and for its body.
    """

    max_request_bytes: int = 64 * 2**10
    max_held_bytes: int = 16 * 2**20
    max_connections: int = 1024
    max_connections_per_address: int = 0
    read_seconds: float = 30.0


def serve_study(
    folder: Path, host: str = "127.0.0.1", port: int = 8600, limits: StudyLimits | None = None
) -> None:
    """Serves the page and stores the answers until SIGTERM or SIGINT; requests in progress are
    finished first.

    Raises FileNotFoundError without a study in `folder`, ValueError if its database holds simulated
    answers, OSError if it cannot listen.
    """
    limits = limits or StudyLimits()
    key = read_key(folder)
    if collect(key, folder).simulated:
        raise ValueError(
            f"{folder} has simulated answers, which must not be mixed with people's. Make another "
            "study with `python -m stgan_tf.study make`."
        )
    metrics = Metrics()
    bodies = BodyReader(limits.max_request_bytes, limits.max_held_bytes, limits.read_seconds)
    with (
        contextlib.closing(listen(host, port)) as listener,
        contextlib.closing(StudyApi(folder, key, bodies, metrics)) as api,
    ):
        address = address_of(listener)
        logging.info("Serving the study at %s/", address)
        logging.info("Export: %s/export/answers.csv?token=%s", address, key.export_token)
        with signals_end_quietly():
            http_server(api.app, limits, metrics).run([listener])
    logging.info("Stopped.")
