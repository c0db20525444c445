"""PNG and TIFF files with 16 bits per channel, which Pillow reduces to 8 bits except for
single-channel grey: TensorFlow has a 16-bit PNG codec, and tifffile reads and writes TIFF.
"""

import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

_PNG_SIGNATURE = 8
#: Length, type, the 13 bytes of IHDR and their checksum.
_PNG_HEADER = 4 + 4 + 13 + 4
_INCH = 0.0254  # metres
_PICTURE_KINDS = {2: "minisblack", 3: "rgb", 4: "rgb"}


def has_16_bits(file: BinaryIO, image: Image.Image) -> bool:
    """Whether an opened PNG or TIFF has 16 bits per channel, whatever Pillow reports."""
    if image.format == "PNG":
        file.seek(_PNG_SIGNATURE + 16)  # after the chunk's length and type, and width and height
        return file.read(1) == b"\x10"
    if image.format == "TIFF":
        bits = image.tag_v2.get(258, (1,))
        return set(bits if isinstance(bits, tuple) else (bits,)) == {16}
    return False


def read_16_bits(file: BinaryIO, image: Image.Image) -> np.ndarray:
    """Reads uint16 (H, W) or (H, W, 2..4) as stored: the orientation is not applied.

    Raises ValueError if the codecs cannot read the file, ModuleNotFoundError if one is missing.
    """
    file.seek(0)
    if image.format == "PNG":
        import tensorflow as tf

        with tf.device("CPU:0"):
            values = tf.io.decode_png(file.read(), dtype=tf.uint16).numpy()
        key = image.info.get("transparency")
        if key is not None:  # one colour is transparent: TensorFlow ignores that
            alpha = np.where((values == np.asarray(key)).all(axis=2), 0, 65535).astype(np.uint16)
            values = np.dstack([values, alpha])
        return values[..., 0] if values.shape[2] == 1 else values
    import tifffile

    with tifffile.TiffFile(file) as tiff:
        page = tiff.pages[0]
        values = page.asarray()
        if page.planarconfig == 2 and values.ndim == 3:
            values = np.moveaxis(values, 0, -1)
    if values.dtype != np.uint16 or values.ndim not in (2, 3):
        raise ValueError(f"not 16-bit unsigned values: {values.dtype} {values.shape}")
    return values


def write_png_16_bits(
    path: Path, pixels: np.ndarray, icc_profile: bytes | None, dpi: tuple[float, float] | None
) -> None:
    """Writes uint16 (H, W, 2..4) as a PNG file."""
    import tensorflow as tf

    with tf.device("CPU:0"):
        data = tf.io.encode_png(pixels).numpy()
    chunks = b""
    if icc_profile:
        # A name, its terminating 0, and 0 for the only compression method.
        chunks += _chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc_profile))
    if dpi:
        per_metre = (round(value / _INCH) for value in dpi)
        chunks += _chunk(b"pHYs", struct.pack(">IIB", *per_metre, 1))
    head = _PNG_SIGNATURE + _PNG_HEADER
    path.write_bytes(data[:head] + chunks + data[head:])


def write_tiff_16_bits(
    path: Path, pixels: np.ndarray, icc_profile: bytes | None, dpi: tuple[float, float] | None
) -> None:
    """Writes uint16 (H, W, 2..4) as a deflate-compressed TIFF file."""
    import tifffile

    channels = pixels.shape[2]
    resolution = {"resolution": dpi, "resolutionunit": "INCH"} if dpi else {}
    tifffile.imwrite(
        path,
        pixels,
        photometric=_PICTURE_KINDS[channels],
        planarconfig="contig",
        compression="zlib",
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        iccprofile=icc_profile,
        metadata=None,
        software=False,
        **resolution,
    )


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Applies an EXIF orientation (1 to 8) to stored pixels (H, W, ...)."""
    if orientation in (2, 3):  # mirrored; upside down
        pixels = pixels[:, ::-1]
    if orientation in (3, 4):
        pixels = pixels[::-1]
    if 5 <= orientation <= 8:
        pixels = pixels.swapaxes(0, 1)
        pixels = pixels[:, ::-1] if orientation in (6, 7) else pixels
        pixels = pixels[::-1] if orientation in (7, 8) else pixels
    return np.ascontiguousarray(pixels)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
