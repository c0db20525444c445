"""Detects image files sent as base64 text, the most common mistake with TF Serving's JSON."""

import base64
import binascii
import re

_HEADS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_DATA_URL = re.compile(rb"data:[\w/+.-]*;base64,")
_LOOKED_AT = 64


def is_base64_image(data: bytes) -> bool:
    """Whether these bytes are the base64 text of an image file, or a data: URL of one."""
    text = bytes(data[: 4 * _LOOKED_AT]).strip()
    text = b"".join(_DATA_URL.sub(b"", text, count=1).split())[:_LOOKED_AT]
    text = text[: len(text) // 4 * 4].translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(text, validate=True).startswith(_HEADS)
    except binascii.Error:
        return False
