"""Predictions: from a request's bytes to its answer, within limits."""

import asyncio
import dataclasses
import functools
from concurrent.futures import ThreadPoolExecutor

from stgan_tf.runtime.model_description import DEFAULT_SIGNATURE, IMAGE_BYTES
from stgan_tf.serving.api_error import ApiError, invalid
from stgan_tf.serving.batcher import Batcher
from stgan_tf.serving.image_checks import check_images
from stgan_tf.serving.json_format import parse_body, to_answer, to_inputs
from stgan_tf.serving.metrics import Metrics
from stgan_tf.serving.request_body import BodyReader
from stgan_tf.serving.saved_model import LoadedModel


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one request, and all together, may take.

    Attributes:
        max_requests: Predictions waiting or computed at a time; more are answered 503.
        max_request_bytes: Of a request's body.
        max_held_bytes: Of the bodies of all requests at a time, those being read included.
        max_images: Of a request.
        max_pixels: Of an image.
        max_connections: At a time; 0: no limit.
        max_connections_per_address: Of these, from one address; 0: no limit.
        read_seconds: Time for a request's headers to arrive, and for its body.
        workers: Batches computed at the same time.
        batch_images: Images computed in one call, of requests that waited together.
    """

    max_requests: int = 128
    max_request_bytes: int = 16 * 2**20
    max_held_bytes: int = 256 * 2**20
    max_images: int = 64
    max_pixels: int = 16 * 2**20
    max_connections: int = 512
    max_connections_per_address: int = 256
    read_seconds: float = 30.0
    workers: int = 2
    batch_images: int = 16


class Predictions:
    """Answers predict requests; at most `limits.max_requests` at a time.

    Attributes:
        bodies: What reads their bodies.
    """

    def __init__(self, limits: Limits, metrics: Metrics):
        self._limits = limits
        self._metrics = metrics
        self.bodies = BodyReader(
            limits.max_request_bytes, limits.max_held_bytes, limits.read_seconds
        )
        self._batcher = Batcher(limits.workers, limits.batch_images, metrics.batch)
        # JSON and base64, beside the event loop.
        self._pool = ThreadPoolExecutor(limits.workers, thread_name_prefix="json")
        self._in_flight = 0

    async def answer(self, body: bytearray, model: LoadedModel) -> bytes:
        """The answer's body; ApiError for a request that is refused or fails."""
        if self._in_flight >= self._limits.max_requests:
            raise ApiError(
                503,
                f"The server is busy: {self._limits.max_requests} requests are being worked on. "
                "Try again.",
                {"Retry-After": "1"},
            )
        self._in_flight += 1
        self._metrics.in_flight.set(self._in_flight)
        try:
            return await self._answer(body, model)
        finally:
            self._in_flight -= 1
            self._metrics.in_flight.set(self._in_flight)

    def close(self) -> None:
        """Ends the threads, once nothing is answered any more."""
        self._batcher.close()
        self._pool.shutdown()

    async def _answer(self, body: bytearray, model: LoadedModel) -> bytes:
        loop = asyncio.get_running_loop()
        row, signature, inputs = await loop.run_in_executor(self._pool, self._prepared, body, model)
        outputs = await asyncio.wrap_future(
            self._batcher.submit(
                (model, signature), functools.partial(model.run, signature), inputs
            )
        )
        return await loop.run_in_executor(self._pool, to_answer, outputs, row)

    def _prepared(self, body: bytearray, model: LoadedModel):
        """(row format?, signature, inputs), all checked."""
        parsed = parse_body(body)
        signature = parsed.signature or DEFAULT_SIGNATURE
        if signature not in model.signatures:
            raise invalid(f'Serving signature name: "{signature}" not found in signature def')
        inputs = to_inputs(parsed, model.signatures[signature].inputs)
        rows = len(next(iter(inputs.values())))
        if rows > self._limits.max_images:
            raise invalid(
                f"A request may have {self._limits.max_images} images at most. Received: {rows}."
            )
        if IMAGE_BYTES in inputs:
            images = check_images(inputs[IMAGE_BYTES], model.crop_rule, self._limits.max_pixels)
            inputs[IMAGE_BYTES] = images
        return parsed.row, signature, inputs
