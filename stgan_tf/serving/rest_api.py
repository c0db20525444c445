"""The embedded server's REST API, with TF Serving's paths, responses and errors."""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping

from fastapi import Request, Response

from stgan_tf.serving.api_error import ApiError, invalid
from stgan_tf.serving.app import answer, new_app
from stgan_tf.serving.metrics import CONTENT_TYPE, Metrics
from stgan_tf.serving.predictions import Predictions
from stgan_tf.serving.saved_model import LoadedModel
from stgan_tf.serving.transport import VersionStatus
from stgan_tf.serving.version_manager import VersionManager

METRICS_PATH = "/monitoring/prometheus/metrics"
_PATH = re.compile(
    r"(?P<model>[^/:]+)(?:/versions/(?P<version>\d+)|/labels/(?P<label>[^/:]+))?"
    r"(?P<call>:predict|/metadata|/description)?"
)
_LARGEST_VERSION = 2**63 - 1


class RestApi:
    """The routes of one model.

    Args:
        model_name: The model's name in the paths.
        versions: The model's loaded versions.
        predictions: Answers predict requests.
        metrics: Counts the requests.
        labels: {label: version}, aliases for versions.
    """

    def __init__(
        self,
        model_name: str,
        versions: VersionManager,
        predictions: Predictions,
        metrics: Metrics,
        labels: Mapping[str, int] | None = None,
    ):
        self._name = model_name
        self._versions = versions
        self._predictions = predictions
        self._metrics = metrics
        self._labels = dict(labels or {})
        self.app = new_app(metrics)
        self.app.add_api_route("/v1/models/{rest:path}", self._get, methods=["GET"])
        self.app.add_api_route("/v1/models/{rest:path}", self._post, methods=["POST"])
        self.app.add_api_route(METRICS_PATH, self._page, methods=["GET"])

    async def _get(self, request: Request) -> Response:
        version, call = self._asked(request)
        if call == ":predict":
            raise _malformed(request)
        request.scope["call"] = call.strip("/") or "status"
        if not call:
            return answer({"model_version_status": self._status(version)})
        with self._leased(version) as (number, model):
            if call == "/description":
                return answer(json.loads(model.description.to_json()))
            spec = {"name": self._name, "signature_name": "", "version": str(number)}
            definitions = {"signature_def": {"signature_def": model.metadata}}
            return answer({"model_spec": spec, "metadata": definitions})

    async def _post(self, request: Request) -> Response:
        version, call = self._asked(request)
        if call != ":predict":
            raise _malformed(request)
        request.scope["call"] = "predict"
        # No slot and no version is reserved until a client has sent its whole request.
        async with self._predictions.bodies.body(request) as body:
            with self._leased(version) as (_, model):
                answer = await self._predictions.answer(body, model)
        return Response(answer, media_type="application/json")

    async def _page(self, request: Request) -> Response:
        return Response(self._metrics.page(), headers={"Content-Type": CONTENT_TYPE})

    def _asked(self, request: Request) -> tuple[int | None, str]:
        """(version, call) of the path; raises ApiError for another model or an unknown path."""
        match = _PATH.fullmatch(request.path_params["rest"])
        if match is None:
            raise _malformed(request)
        text, label, call = match["version"], match["label"], match["call"] or ""
        version = None
        if text is not None:
            if len(text) > 19 or int(text) > _LARGEST_VERSION:
                raise invalid(f"Failed to convert version: {text[:40]} to numeric.")
            version = int(text)
        if label is not None:
            if label not in self._labels:
                raise invalid(f"Unrecognized servable version label: {label}")
            version = self._labels[label]
        if match["model"] != self._name:
            if not call:
                raise ApiError(404, f"Could not find any versions of model {match['model']}")
            raise _not_found(match["model"], version)
        return version, call

    def _status(self, version: int | None) -> list[dict]:
        rows = [row for row in self._versions.status() if version in (None, row.version)]
        if not rows:
            raise ApiError(404, f"Could not find version {version} of model {self._name}")
        return [_shown(row) for row in rows]

    @contextlib.contextmanager
    def _leased(self, version: int | None) -> Iterator[tuple[int, LoadedModel]]:
        with contextlib.ExitStack() as stack:
            try:
                leased = stack.enter_context(self._versions.lease(version))
            except KeyError:
                raise _not_found(self._name, version) from None
            yield leased


def _shown(row: VersionStatus) -> dict:
    status = {"error_code": row.error_code, "error_message": row.error_message}
    return {"version": str(row.version), "state": row.state, "status": status}


def _malformed(request: Request) -> ApiError:
    return invalid(f"Malformed request: {request.method} {request.url.path}")


def _not_found(name: str, version: int | None) -> ApiError:
    wanted = f"Latest({name})" if version is None else f"Specific({name}, {version})"
    return ApiError(404, f"Servable not found for request: {wanted}")
