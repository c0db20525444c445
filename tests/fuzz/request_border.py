"""The embedded server from a connection's bytes on: uvicorn, limits, JSON, images. No socket."""

import asyncio
import base64
import contextlib
import json
import logging
import re

import numpy as np
from fuzz.mutations import mutated
from serving.test_image_checks import png_header
from serving.toy_models import DESCRIPTION, NAMES, image_file
from uvicorn.server import ServerState

from stgan_tf.serving.http_server import http_server
from stgan_tf.serving.metrics import Metrics
from stgan_tf.serving.predictions import Limits, Predictions
from stgan_tf.serving.rest_api import RestApi
from stgan_tf.serving.transport import Signature, TensorSpec, VersionStatus

_FLOATS = TensorSpec("DT_FLOAT", (-1, len(NAMES)))
_IMAGES = TensorSpec("DT_FLOAT", (-1, 2, 2, 3))
_BYTES = TensorSpec("DT_STRING", (-1,))
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_PHOTOS = [
    image_file(),
    image_file(kind="JPEG"),
    image_file(size=(178, 218)),
    png_header(9999, 9999),
]


class _Model:
    """As `LoadedModel`, answering zeros."""

    description = DESCRIPTION
    crop_rule = DESCRIPTION.crop_rule
    metadata = {"serving_default": {"inputs": {}, "outputs": {}}}
    signatures = {
        "serving_default": Signature(
            {"image_bytes": _BYTES, "attribute_difference": _FLOATS}, {"edited_bytes": _BYTES}
        ),
        "edit": Signature(
            {"images": _IMAGES, "attribute_difference": _FLOATS}, {"edited": _IMAGES}
        ),
        "classify": Signature({"images": _IMAGES}, {"probabilities": _FLOATS}),
    }

    def run(self, signature, inputs):
        rows = len(next(iter(inputs.values())))
        if signature == "serving_default":
            return {"edited_bytes": np.full(rows, b"png", object)}
        return {"edited": np.zeros((rows, 2, 2, 3), np.float32)}


class _Versions:
    """As `VersionManager`, with one version."""

    @contextlib.contextmanager
    def lease(self, version=None):
        if version not in (None, 1):
            raise KeyError(version)
        yield 1, _Model()

    def status(self):
        return [VersionStatus(1, "AVAILABLE")]


class _Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self):
        super().__init__()
        self.written, self._closing = bytearray(), False

    def get_extra_info(self, name, default=None):
        return {"peername": ("127.0.0.1", 9), "sockname": ("127.0.0.1", 8)}.get(name, default)

    def write(self, data):
        self.written += data

    def can_write_eof(self):
        return True

    def write_eof(self):
        pass

    def is_closing(self):
        return self._closing

    def close(self):
        self._closing = True

    abort = close

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


class _Errors(logging.Handler):
    """What is logged as an error, an exception in the application among it."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        self.records.append(self.format(record))


class RequestBorder:
    """See `fuzz.fuzzing.Border`. Inputs are the bytes of a connection."""

    refusals = ()

    def __init__(self):
        limits = Limits(max_request_bytes=100_000, max_held_bytes=200_000, max_images=8, workers=1)
        metrics = Metrics()
        self._predictions = Predictions(limits, metrics)
        api = RestApi("stgan", _Versions(), self._predictions, metrics, {"stable": 1})
        self._config = http_server(api.app, limits, metrics).config
        self._config.load()
        self._loop = asyncio.new_event_loop()
        self._errors = _Errors()
        logging.getLogger().addHandler(self._errors)

    def close(self):
        logging.getLogger().removeHandler(self._errors)
        self._predictions.close()
        self._loop.close()

    def make(self, chance):
        if chance.random() < 0.3:
            return mutated(chance, _REQUESTS, _HTTP_WORDS)
        if chance.random() < 0.5:
            body = mutated(chance, _BODIES, _JSON_WORDS)
        else:  # still JSON
            data = json.loads(chance.choice(_BODIES))
            for _ in range(chance.randint(1, 3)):
                data = _other(chance, data)
            body = json.dumps(data).encode()
        return _request(body, chance.choice(_PATHS))

    def feed(self, data):
        self._errors.records.clear()
        written = self._loop.run_until_complete(self._answered(data))
        if self._errors.records:
            raise AssertionError("\n".join(self._errors.records))
        for status in map(int, _STATUS.findall(written)):
            if status >= 500 and status != 503:
                raise AssertionError(f"{status}: {written[-500:]!r}")
        if written and not _STATUS.match(written):
            raise AssertionError(f"It answered {written[:200]!r}.")

    async def _answered(self, data):
        state, transport = ServerState(), _Transport()
        connection = self._config.http_protocol_class(
            config=self._config, server_state=state, app_state={}, _loop=self._loop
        )
        connection.connection_made(transport)
        # As a network cuts it: where, hangs on the data alone.
        cut = sum(data[:64]) % (len(data) + 1)
        for piece in (data[:cut], data[cut:]):
            if piece and not transport.is_closing():
                connection.data_received(piece)
            await asyncio.sleep(0)
        for _ in range(100):
            if not state.tasks or (connection.cycle and connection.cycle.more_body):
                break
            await asyncio.wait(state.tasks, timeout=5)
        transport.close()
        connection.connection_lost(None)
        if state.tasks:
            await asyncio.wait_for(asyncio.gather(*state.tasks), 10)
        return bytes(transport.written)


def _other(chance, value):
    """A JSON value with one part of it replaced, left out, repeated or wrapped."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return chance.choice(_CHANGES)(chance, value)
    keys = list(value) if isinstance(value, dict) else range(len(value))
    key = chance.choice(keys)
    changed = value.copy()
    if chance.random() < 0.1:
        del changed[key]
    else:
        changed[key] = _other(chance, value[key])
    return changed


def _text(chance, value):
    """Base64 of a damaged photo, or text that is none."""
    photo = mutated(chance, _PHOTOS, (b"\xff\xda", b"IDAT", b"zTXt"))
    text = base64.b64encode(photo).decode()
    return chance.choice((text, {"b64": text}, {"b64": text[:-1]}, f"data:image/png;base64,{text}"))


_ODD = (
    None,
    True,
    "",
    "x",
    "\ud800",
    0,
    -1,
    1e308,
    1e39,
    10**400,
    float("nan"),
    [],
    {},
    [[]],
    [{}],
)
_CHANGES = (
    lambda chance, value: chance.choice(_ODD),
    lambda chance, value: chance.choice(_ODD),
    _text,
    _text,
    lambda chance, value: [value] * chance.choice((1, 2, 9)),
    lambda chance, value: {chance.choice(("b64", "images", "instances", "x")): value},
    lambda chance, value: str(value),
)


def _request(body, path="/v1/models/stgan:predict", method="POST", more=""):
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def _chunked(body):
    half = len(body) // 2
    head = "POST /v1/models/stgan:predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    parts = (b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]))
    return head.encode() + b"".join(parts) + b"0\r\n\r\n"


def _rows(photo):
    text = {"b64": base64.b64encode(photo).decode()}
    return {"instances": [{"image_bytes": text, "attribute_difference": [0, 0.5, -1, 1]}] * 2}


_EDIT = {"images": [[[[0.1] * 3] * 2] * 2], "attribute_difference": [[0, 1, 0, -1.5]]}
_BODIES = [json.dumps(_rows(photo)).encode() for photo in _PHOTOS] + [
    json.dumps(data).encode()
    for data in (
        {"signature_name": "edit", "inputs": _EDIT},
        {"signature_name": "edit", "instances": [{k: v[0] for k, v in _EDIT.items()}] * 3},
        {"signature_name": "classify", "inputs": _EDIT["images"]},
        {"signature_name": "classify", "instances": _EDIT["images"]},
    )
]
_PATHS = ["/v1/models/stgan:predict"] * 6 + [
    "/v1/models/stgan/versions/1:predict",
    "/v1/models/stgan/labels/stable:predict",
    "/v1/models/other:predict",
    "/v1/models/stgan/metadata",
]
_REQUESTS = [_request(body) for body in _BODIES] + [
    _chunked(_BODIES[4]),
    _request(_BODIES[4], more="Expect: 100-continue\r\n") * 2,
    _request(_BODIES[4], more="Connection: close\r\n"),
    *(_request(b"", f"/v1/models/stgan{path}", "GET") for path in ("", "/metadata", "/versions/1")),
    _request(b"", "/v1/models/stgan/description", "GET"),
    _request(b"", "/monitoring/prometheus/metrics", "GET"),
    _request(b"", "/", "OPTIONS"),
    _request(b"", "/v1/models/stgan", "HEAD"),
]
_HTTP_WORDS = [b"\r\n", b"\r\n\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"]
_HTTP_WORDS += [
    b"Expect: 100-continue\r\n",
    b"Connection: upgrade\r\nUpgrade: websocket\r\n",
    b": ",
]
_HTTP_WORDS += [
    b"HTTP/1.0",
    b"/../",
    b"%2e%2e%2f",
    b"%00",
    b"%ff",
    b"?",
    b"#",
    b":predict",
    b"\xff",
]
_HTTP_WORDS += [b"CONNECT ", b"X-Forwarded-For: x\r\n", b"Host: \r\n", b"\0", b"ffffffff\r\n"]
_JSON_WORDS = [b"[", b"]", b"{", b"}", b'"', b",", b":", b"null", b"true", b"NaN", b"-Infinity"]
_JSON_WORDS += [b'{"b64":', b'"\\ud800"', b'"instances"', b'"inputs"', b'"images"', b"1e999", b"\\"]
_JSON_WORDS += [
    b'"signature_name"',
    b'"image_bytes"',
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"data:image/,",
]
