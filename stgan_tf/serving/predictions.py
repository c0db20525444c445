"""`Predictions`: from a request's bytes to its response, within limits."""

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
    """The limits for one request, and for all requests together.

    Attributes:
        max_requests: Maximum number of predictions queued or being computed; more get status 503.
        max_request_bytes: Maximum size of a request body.
        max_held_bytes: Maximum total size of all request bodies in memory, including those being
            read.
        max_images: Maximum number of images per request.
        max_pixels: Maximum number of pixels per image.
        max_connections: Maximum number of concurrent connections; 0: no limit.
        max_connections_per_address: Maximum number from one address; 0: no limit.
        read_seconds: Timeout for a request's headers, and for its body.
        workers: Number of batches computed concurrently.
        batch_images: Maximum number of images per batch, from requests that waited together.
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
        bodies: Reads the request bodies.
    """

    def __init__(self, limits: Limits, metrics: Metrics):
        self._limits = limits
        self._metrics = metrics
        self.bodies = BodyReader(
            limits.max_request_bytes, limits.max_held_bytes, limits.read_seconds
        )
        self._batcher = Batcher(limits.workers, limits.batch_images, metrics.batch)
        # For JSON and base64, outside the event loop.
        self._pool = ThreadPoolExecutor(limits.workers, thread_name_prefix="json")
        self._in_flight = 0

    async def answer(self, body: bytearray, model: LoadedModel) -> bytes:
        """The response body; raises ApiError for a request that is rejected or fails."""
        if self._in_flight >= self._limits.max_requests:
            raise ApiError(
                503,
                f"The server is busy: {self._limits.max_requests} requests are in progress. "
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
        """Ends the threads once all requests have been answered."""
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
        """(whether in row format, signature, inputs), all validated."""
        parsed = parse_body(body)
        signature = parsed.signature or DEFAULT_SIGNATURE
        if signature not in model.signatures:
            raise invalid(f'Serving signature name: "{signature}" not found in signature def')
        inputs = to_inputs(parsed, model.signatures[signature].inputs)
        rows = len(next(iter(inputs.values())))
        if rows > self._limits.max_images:
            raise invalid(
                f"A request may have at most {self._limits.max_images} images. Received: {rows}."
            )
        if IMAGE_BYTES in inputs:
            images = check_images(inputs[IMAGE_BYTES], model.crop_rule, self._limits.max_pixels)
            inputs[IMAGE_BYTES] = images
        return parsed.row, signature, inputs
