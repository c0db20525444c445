"""Predicts from an image file's headers, without decoding it, whether TensorFlow reads it
correctly.

TensorFlow decodes most JPEG, PNG, WebP and BMP files as Pillow does. It ignores the EXIF
orientation, treats the palette of a BMP as grey values, inverts CMYK that Adobe did not write,
rejects WebP with transparency and PNG files without their last chunk, and does not support TIFF,
AVIF, JPEG 2000 or HEIC. `plain` files are those on which the two agree.
"""

import os
from typing import BinaryIO, NamedTuple

from stgan_tf.image_formats import HEAD_BYTES, format_of, open_image, orientation_of

#: Bytes read at once: the headers of most files are shorter.
_READ_BYTES = 4096
_START_OF_SCAN, _EXIF_OR_XMP = 0xDA, 0xE1
_NO_FRAME_MARKERS = (0xC4, 0xC8, 0xCC)
_XMP_OR_EXIF_TEXT = (b"Raw profile type ", b"XML:com.adobe.xmp")


class Sniffed(NamedTuple):
    """The result of looking at an image file.

    format: Pillow's name; "" for a file that is empty or not one of `image_formats.FORMATS`.
    plain: Whether TensorFlow gives the same pixels as Pillow, before `orientation` is applied.
    orientation: The EXIF orientation of a plain file, 1 to 8.
    """

    format: str
    plain: bool
    orientation: int = 1


class _Bytes:
    """Random access to small parts of a file."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self.head = file.read(_READ_BYTES)

    def at(self, place: int, count: int) -> bytes:
        """`count` bytes from `place`, or fewer at the end of the file."""
        if place + count <= len(self.head):
            return self.head[place : place + count]
        self._file.seek(place)
        return self._file.read(count)


def sniff(file: BinaryIO) -> Sniffed:
    """Examines a file from its first byte. The system's OSError is not caught."""
    data = _Bytes(file)
    name = format_of(data.head[:HEAD_BYTES])
    look = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "BMP": _bmp}.get(name)
    plain, has_metadata = look(data) if look else (False, False)
    if not plain or not has_metadata:
        return Sniffed(name, plain)
    file.seek(0)
    try:
        image = open_image(file)
        if name == "PNG":
            image.load()  # its EXIF may come after the pixels
    except Exception:  # noqa: BLE001  # damaged: reading it with Pillow will say how
        return Sniffed(name, False)
    return Sniffed(name, True, orientation_of(image))


def _jpeg(data: _Bytes) -> tuple[bool, bool]:
    """Whether it is plain, and whether it contains EXIF or XMP."""
    place, is_usual, has_metadata = 2, False, False
    while True:
        segment = data.at(place, 10)
        if len(segment) < 10 or segment[0] != 0xFF:
            return False, False
        marker = segment[1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        length = int.from_bytes(segment[2:4], "big")
        if marker == _START_OF_SCAN:
            break
        if marker == _EXIF_OR_XMP:
            has_metadata = True
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME_MARKERS:
            bits, components = segment[4], segment[9]
            is_usual = bits == 8 and components in (1, 3)
        if length < 2:
            return False, False
        place += 2 + length
    return is_usual and _has_end(data, place), has_metadata


def _has_end(data: _Bytes, scan: int) -> bool:
    """Whether the end marker follows the pixels; a truncated file has lost it."""
    end = b"\xff\xd9"
    if data.at(max(scan, data.size - 2), 2) == end:
        return True
    return end in data.at(scan, data.size - scan)  # other bytes may follow it


def _png(data: _Bytes) -> tuple[bool, bool]:
    place, has_metadata = 8, False
    while True:
        chunk = data.at(place, 32)
        if len(chunk) < 12:
            return False, False
        length, kind = int.from_bytes(chunk[:4], "big"), chunk[4:8]
        if kind == b"IEND":
            return True, has_metadata
        text = kind in (b"tEXt", b"zTXt", b"iTXt") and chunk[8:].startswith(_XMP_OR_EXIF_TEXT)
        has_metadata |= text or kind == b"eXIf"
        place += 12 + length


def _webp(data: _Bytes) -> tuple[bool, bool]:
    head = data.head
    if len(head) < 30 or int.from_bytes(head[4:8], "little") + 8 > data.size:
        return False, False
    if head[12:16] == b"VP8 ":
        return True, False
    if head[12:16] == b"VP8L":
        has_alpha = bool(head[24] & 0x10)
        return not has_alpha, False
    flags = head[20]
    is_animated, has_exif_or_xmp, has_alpha = flags & 0x02, flags & 0x0C, flags & 0x10
    return head[12:16] == b"VP8X" and not (is_animated or has_alpha), bool(has_exif_or_xmp)


def _bmp(data: _Bytes) -> tuple[bool, bool]:
    head = data.head
    if len(head) < 54 or int.from_bytes(head[14:18], "little") < 40:
        return False, False
    start = int.from_bytes(head[10:14], "little")
    width = int.from_bytes(head[18:22], "little", signed=True)
    height = abs(int.from_bytes(head[22:26], "little", signed=True))
    bits, compression = (int.from_bytes(head[a:b], "little") for a, b in ((28, 30), (30, 34)))
    row_bytes = -(-width * 3 // 4) * 4
    return bits == 24 and compression == 0 and start + row_bytes * height <= data.size, False
