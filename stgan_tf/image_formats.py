"""The image formats that the package reads, and the error messages for all others.

Used by training, evaluation, `edit`, the server and its clients. Formats are recognised by content,
never by suffix. No TensorFlow here.
"""

import functools
from typing import BinaryIO

from PIL import Image

#: Pillow's name -> common name. Pillow's other formats are not for photos, and one (EPS) runs a
#: program.
FORMATS = {
    "JPEG": "JPEG",
    "PNG": "PNG",
    "WEBP": "WebP",
    "TIFF": "TIFF",
    "BMP": "BMP",
    "GIF": "GIF",
    "AVIF": "AVIF",
    "JPEG2000": "JPEG 2000",
    "HEIF": "HEIC",
}
#: Suffix -> Pillow's name: the files that are looked for in folders.
SUFFIXES = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jfif": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".avif": "AVIF",
    ".jp2": "JPEG2000",
    ".heic": "HEIF",
    ".heif": "HEIF",
}
#: Number of leading bytes needed to recognise a file's format.
HEAD_BYTES = 32
_STARTS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG2000",
    b"\xff\x4f\xff\x51": "JPEG2000",
}
#: Major brands of the container format that AVIF and HEIC share.
_BRANDS = {
    "AVIF": (b"avif", b"avis"),
    "HEIF": (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
}
_ORIENTATION_TAG = 0x0112
_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class UnreadableImageError(ValueError):
    """An image file cannot be read. The message is the reason, starting with "it"."""


def format_of(head: bytes) -> str:
    """Pillow's name for the format of a file that starts with `head` (HEAD_BYTES bytes); "" if it
    is not one of FORMATS.
    """
    for start, name in _STARTS.items():
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        # Some writers put "mif1", the container's own brand, before the image's.
        for name, brands in _BRANDS.items():
            if head[8:12] in brands and not (head[8:12] == b"mif1" and b"avif" in head):
                return name
        if b"avif" in head:
            return "AVIF"
    return ""


def refusal(head: bytes) -> str:
    """Why a file that starts with `head` is not read."""
    if not head:
        return "it is empty (0 bytes)"
    found = format_of(head)
    if found and found not in readable_formats():
        needed = {
            "HEIF": "pillow-heif: pip install 'stgan-tf[heic]'",
            "AVIF": "Pillow 11.3 or later: pip install -U pillow",
        }.get(found, "a Pillow build that supports it: pip install -U pillow")
        return f"it is {FORMATS[found]}, which needs {needed} (or convert it)"
    return f"it is not one of {', '.join(FORMATS.values())}; convert it to one of them"


@functools.cache
def readable_formats() -> tuple[str, ...]:
    """The FORMATS that can be read in this environment: AVIF depends on Pillow's version, HEIC on
    pillow-heif.
    """
    try:
        import pillow_heif
    except ImportError:
        pass
    else:
        pillow_heif.register_heif_opener()
    Image.init()
    return tuple(name for name in FORMATS if name in Image.OPEN)


def open_image(file: BinaryIO) -> Image.Image:
    """Opens a file as a Pillow image without decoding its pixels; of an animation, the first frame.
    Raises UnreadableImageError for an unsupported or damaged file, or one with more pixels than
    Pillow's limit (`PIL.Image.MAX_IMAGE_PIXELS`, about 89 million).
    """
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head:
        raise UnreadableImageError(refusal(head))
    try:
        image = Image.open(file, formats=readable_formats())
        limit = Image.MAX_IMAGE_PIXELS
        if limit is not None and image.width * image.height > limit:
            raise Image.DecompressionBombError(
                f"{image.width}x{image.height}, the limit is {limit}"
            )
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableImageError(
            f"it has too many pixels ({error}); make it smaller first"
        ) from error
    except Image.UnidentifiedImageError as error:
        if format_of(head) in readable_formats():
            raise damaged("its header is invalid") from error
        raise UnreadableImageError(refusal(head)) from error
    # Pillow's decoders can raise nearly any exception for a damaged file (struct.error, KeyError,
    # SyntaxError, ...), and they all mean the same to the user.
    except Exception as error:  # noqa: BLE001
        raise damaged(error) from error
    return image


def damaged(reason: object) -> UnreadableImageError:
    """The error for a file of a known format with invalid content."""
    reason = reason if str(reason) else type(reason).__name__
    return UnreadableImageError(f"it is damaged, truncated or of an unsupported kind ({reason})")


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) to 8. 1 if it is missing or invalid: the image itself may
    be fine.
    """
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001  # as in open_image
        return 1
    return orientation if orientation in _TRANSPOSES else 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The image with the EXIF orientation applied."""
    return image.transpose(_TRANSPOSES[orientation]) if orientation in _TRANSPOSES else image
