"""Reading a request's body within limits of size and time."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from stgan_tf.serving.api_error import ApiError, invalid

#: Of a refused body so much is still read, for clients that only look at the answer after sending.
_READ_OF_REFUSED = 4 * 2**20
_CLOSE = {"Connection": "close"}


async def read_body(request: Request, max_bytes: int, timeout_seconds: float) -> bytes:
    """The body; ApiError 413 for one larger than `max_bytes`, 408 for one that does not come."""
    try:
        return await asyncio.wait_for(_read(request, max_bytes), timeout_seconds)
    except asyncio.TimeoutError as error:  # noqa: UP041 (another class before Python 3.11)
        raise ApiError(
            408, f"The request's body did not arrive within {timeout_seconds:g} s.", _CLOSE
        ) from error
    except ClientDisconnect as error:
        raise invalid("The client went away before its request was complete.") from error


async def discard_body(request: Request, timeout_seconds: float) -> None:
    """Reads and drops the body of a request that is refused for another reason, up to a limit."""

    async def discard() -> None:
        left = _READ_OF_REFUSED
        async for chunk in request.stream():
            left -= len(chunk)
            if left < 0:
                return

    try:
        await asyncio.wait_for(discard(), timeout_seconds)
    except (asyncio.TimeoutError, ClientDisconnect):  # noqa: UP041
        return  # It is refused anyway.


async def _read(request: Request, max_bytes: int) -> bytes:
    announced = request.headers.get("Content-Length", "")
    refused = announced.isdigit() and (len(announced) > 18 or int(announced) > max_bytes)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        refused = refused or size > max_bytes
        if not refused:
            chunks.append(chunk)
            continue
        chunks.clear()
        if size > max_bytes + _READ_OF_REFUSED:
            break
    if refused:
        raise ApiError(413, f"The request is too large: at most {max_bytes} bytes of body.", _CLOSE)
    return b"".join(chunks)
