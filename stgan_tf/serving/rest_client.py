"""`RestClient`: a client for the REST API of TF Serving or the embedded server. No TensorFlow."""

import base64
import binascii
import json
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

import numpy as np
import requests
import requests.adapters
import urllib3

from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving.retrying import Retries, ServingError
from stgan_tf.serving.tensors import Value
from stgan_tf.serving.transport import Signature, TensorSpec, VersionStatus

_BUSY = (502, 503)
_LONGEST_SHOWN = 500


class RestClient:
    """Calls one model on a server.

    Args:
        url: http(s)://HOST:PORT; TF Serving's default REST port is 8501.
        model_name: The name under which it is served.
        version: A version number; None: the newest.
        timeout_seconds: For connecting, and between two packets of a response.
        retries: For refused or broken connections and the status codes 502 and 503; nothing else is
            retried.
    """

    def __init__(
        self,
        url: str,
        model_name: str,
        version: int | None = None,
        timeout_seconds: float = 30.0,
        retries: Retries | None = None,
    ):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"The URL must read http://HOST:PORT. Received: {url!r}.")
        self._base = f"{url.rstrip('/')}/v1/models/{quote(model_name, safe='')}"
        self._versioned = self._base if version is None else f"{self._base}/versions/{version}"
        self._timeout = timeout_seconds
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            adapter = requests.adapters.HTTPAdapter(max_retries=_Policy.of(retries or Retries()))
            self._session.mount(scheme, adapter)

    def predict(self, inputs: Mapping[str, Value], signature: str = "") -> dict[str, Value]:
        """See `stgan_tf.serving.transport.Transport`."""
        request = {"inputs": {name: _to_json(value) for name, value in inputs.items()}}
        if signature:
            request["signature_name"] = signature
        answer = self._call("POST", f"{self._versioned}:predict", json.dumps(request))
        if "outputs" not in answer:
            raise ServingError(f"The server's response has no outputs: {_shown(answer)}")
        outputs = answer["outputs"]
        if not isinstance(outputs, dict):  # The name of a single output is omitted.
            outputs = {"": outputs}
        return {name: _from_json(value) for name, value in outputs.items()}

    def status(self) -> list[VersionStatus]:
        """See `Transport`."""
        answer = self._call("GET", self._versioned)
        found = [
            VersionStatus(
                int(row["version"]),
                row["state"],
                row.get("status", {}).get("error_code", "OK"),
                row.get("status", {}).get("error_message", ""),
            )
            for row in answer.get("model_version_status", [])
        ]
        return sorted(found, key=lambda row: -row.version)

    def signatures(self) -> dict[str, Signature]:
        """See `Transport`."""
        answer = self._call("GET", f"{self._versioned}/metadata")
        try:
            found = answer["metadata"]["signature_def"]["signature_def"]
            return {
                name: Signature(_specs(entry["inputs"]), _specs(entry["outputs"]))
                for name, entry in found.items()
            }
        except (KeyError, TypeError, ValueError) as error:
            raise ServingError(
                f"The server's metadata is invalid ({error!r}): {_shown(answer)}"
            ) from error

    def description(self) -> ModelDescription:
        """The model's description from the embedded server. TF Serving does not provide it: read
        the model's `assets/model.json` with `ModelDescription.read` instead.
        """
        try:
            answer = self._call("GET", f"{self._versioned}/description")
        except ServingError as error:
            if error.code in (400, 404):
                raise ServingError(
                    f"This server does not describe its model ({error}). Pass the path of the "
                    "model.json that was exported with it (in assets/ in its version folder).",
                    error.code,
                ) from error
            raise
        try:
            return ModelDescription.from_json(json.dumps(answer))
        except ValueError as error:
            raise ServingError(
                f"The server's description of its model is invalid: {error}"
            ) from error

    def close(self) -> None:
        self._session.close()

    def _call(self, method: str, url: str, body: str | None = None) -> dict:
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            response = self._session.request(
                method, url, data=body, headers=headers, timeout=self._timeout
            )
        except requests.ReadTimeout as error:
            raise ServingError(f"No response from {url} within {self._timeout:g} s.") from error
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise ServingError(f"No connection to {url}: {error}") from error
        except requests.RequestException as error:
            raise ServingError(f"{url}: {error}") from error
        try:
            answer = response.json()
        except requests.JSONDecodeError:
            answer = None
        if response.status_code != 200 or not isinstance(answer, dict) or "error" in answer:
            raise ServingError(
                f"{url} answered {response.status_code}: {_error(answer, response)}",
                response.status_code,
            )
        return answer


class _Policy(urllib3.Retry):
    """urllib3's retries, but not after a read timeout: the server may still be processing the
    request, and another one would only add load.
    """

    @classmethod
    def of(cls, retries: Retries) -> "_Policy":
        return cls(
            retries.attempts - 1,
            redirect=False,
            status_forcelist=_BUSY,
            allowed_methods=None,  # all: edits do not change the server's state
            backoff_factor=retries.first_wait_seconds,
            backoff_jitter=retries.first_wait_seconds,
            backoff_max=retries.longest_wait_seconds,
            retry_after_max=retries.longest_wait_seconds,
            raise_on_status=False,  # report the last response
        )

    def increment(self, method=None, url=None, response=None, error=None, *rest, **options):
        if isinstance(error, urllib3.exceptions.ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, *rest, **options)


def _to_json(value: Value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [{"b64": base64.b64encode(item).decode("ascii")} for item in value]


def _from_json(value) -> Value:
    """A float32 array, or a list of bytes if the values are base64 objects."""
    try:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [base64.b64decode(item["b64"], validate=True) for item in value]
        return np.asarray(value, np.float32)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise ServingError(
            f"The server's outputs are invalid ({error!r}): {_shown(value)}"
        ) from error


def _specs(entries: Mapping) -> dict[str, TensorSpec]:
    return {
        name: TensorSpec(
            entry["dtype"],
            tuple(int(dim["size"]) for dim in entry["tensor_shape"].get("dim", [])),
        )
        for name, entry in entries.items()
    }


def _error(answer, response: requests.Response) -> str:
    """The server's own error message."""
    if isinstance(answer, dict) and "error" in answer:
        return str(answer["error"])
    return _shown(response.text) or response.reason


def _shown(answer) -> str:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
