"""The embedded server: serves a model's versions over the REST API until a signal ends it."""

import contextlib
import dataclasses
import logging
from collections.abc import Mapping
from pathlib import Path

from stgan_tf.serving.http_server import http_server, signals_end_quietly
from stgan_tf.serving.listening import address_of, listen
from stgan_tf.serving.metrics import Metrics
from stgan_tf.serving.predictions import Limits, Predictions
from stgan_tf.serving.rest_api import RestApi
from stgan_tf.serving.saved_model import LoadedModel
from stgan_tf.serving.version_manager import VersionManager
from stgan_tf.serving.web_app import PREFIX, add_web_app


@dataclasses.dataclass(frozen=True)
class ServerSettings:
    """
    Attributes:
        model_dir: Folder of numbered version folders, as stgan_tf.export writes it.
        model_name: The model's name in URLs: /v1/models/NAME.
        host, port: Address to listen on; port 0: any free port.
        limits: The limits for requests.
        num_versions: Number of newest versions to keep loaded.
        labels: {label: version}.
        poll_seconds: Time between checks for new versions.
        mobile_dir, litert_dir: Folders of the web app and the LiteRT models, served as static files
            at /mobile/.
    """

    model_dir: Path
    model_name: str = "stgan"
    host: str = "127.0.0.1"
    port: int = 8501
    limits: Limits = dataclasses.field(default_factory=Limits)
    num_versions: int = 1
    labels: Mapping[str, int] = dataclasses.field(default_factory=dict)
    poll_seconds: float = 2.0
    mobile_dir: Path | None = None
    litert_dir: Path | None = None


def serve(settings: ServerSettings) -> None:
    """Loads the newest version, then answers requests until SIGTERM or SIGINT; those in progress
    are finished first. Raises FileNotFoundError, ValueError or OSError if it cannot start.
    """
    metrics = Metrics()
    versions = VersionManager(
        settings.model_dir,
        LoadedModel,
        settings.num_versions,
        settings.poll_seconds,
        on_change=metrics.versions,
    )
    predictions = Predictions(settings.limits, metrics)
    api = RestApi(settings.model_name, versions, predictions, metrics, settings.labels)
    add_web_app(api.app, settings.mobile_dir, settings.litert_dir)
    with contextlib.closing(listen(settings.host, settings.port)) as listener:
        versions.start()
        address = address_of(listener)
        logging.info("Serving %s at %s", settings.model_name, address)
        if settings.mobile_dir is not None:
            logging.info("The web app is at %s%s/", address, PREFIX)
        try:
            with signals_end_quietly():
                http_server(api.app, settings.limits, metrics).run([listener])
        finally:
            versions.stop()
            predictions.close()
    logging.info("Stopped.")
