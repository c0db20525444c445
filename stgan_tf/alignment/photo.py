"""Photo files <-> uint8 pixels, upright, with errors that name the file.

What happens to metadata: the ICC colour profile is kept, because without it the colours of many
phones' photos come out dull; one that does not fit the pixels (CMYK became RGB) is dropped. EXIF,
XMP and comments are dropped: they can hold the place where a photo was taken, and a preview of the
unedited picture. EXIF's orientation is applied to the pixels first.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from stgan_tf.alignment.channels import require_photo
from stgan_tf.atomic_files import write_with
from stgan_tf.image_formats import (
    UnreadableImageError,
    damaged,
    open_image,
    orientation_of,
    upright,
)

#: Suffix -> Pillow's format and how it is written. JPEG and WebP lose no more than they must.
_WRITERS = {
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".png": ("PNG", {}),
    ".webp": ("WEBP", {"quality": 95}),
    ".tif": ("TIFF", {"compression": "tiff_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_deflate"}),
}
_MODES_WITH_ALPHA = {"RGBA", "RGBa", "LA", "La", "PA"}
#: What an ICC profile for pixels of a mode says in bytes 16 to 19 of its header.
_PROFILE_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "RGBA": b"RGB "}


@dataclass(frozen=True, eq=False)
class Photo:
    """pixels: uint8 (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA, upright.
    icc_profile: the colour profile that the pixels are in, None for sRGB or unknown.
    """

    pixels: np.ndarray
    icc_profile: bytes | None = None


def read_photo(path: Path | str) -> Photo:
    """Reads any file of `image_formats.FORMATS` (of an animation its first picture).

    Palettes and CMYK become RGB, 16-bit values are brought to 8 bits, transparency becomes an
    alpha channel. A file that is none of these, damaged, cut off or larger than Pillow's limit
    (`PIL.Image.MAX_IMAGE_PIXELS`, about 89 million pixels) gives a ValueError with file and reason;
    a file that cannot be opened gives the system's OSError.
    """
    path = Path(path)
    with path.open("rb") as file:
        try:
            return decode_photo(file)
        except UnreadableImageError as error:
            raise ValueError(f"The photo {path} cannot be read: {error}.") from error


def decode_photo(file: BinaryIO) -> Photo:
    """As `read_photo`; raises UnreadableImageError, whose text is the reason alone."""
    with open_image(file) as image:
        try:
            return _decoded(image)
        # A damaged file can raise nearly anything in Pillow's decoders.
        except Exception as error:  # noqa: BLE001
            raise damaged(error) from error


def write_photo(path: Path | str, pixels: np.ndarray, icc_profile: bytes | None = None) -> None:
    """Writes a photo's pixels in the format of the suffix, whole or not at all.

    pixels: uint8 (H, W), (H, W, 3) or (H, W, 4). icc_profile: as of `read_photo`; no other metadata
    is written. ValueError for an unknown suffix, and for alpha in a JPEG, which has none.
    """
    path = Path(path)
    require_photo(pixels)
    if path.suffix.lower() not in _WRITERS:
        raise ValueError(
            f"Photos are written as {', '.join(_WRITERS)}. Received: {path}. Change its suffix."
        )
    format_, options = _WRITERS[path.suffix.lower()]
    if format_ == "JPEG" and pixels.ndim == 3 and pixels.shape[2] == 4:
        raise ValueError(
            f"A JPEG cannot hold an alpha channel. Received: {path}. Write a .png or .webp."
        )
    image = Image.fromarray(pixels)
    if icc_profile:
        options = {**options, "icc_profile": icc_profile}
    write_with(path, lambda temporary: image.save(temporary, format=format_, **options))


def _decoded(image: Image.Image) -> Photo:
    profile = image.info.get("icc_profile") or None
    has_alpha = image.mode in _MODES_WITH_ALPHA or "transparency" in image.info
    image.load()
    image = upright(image, orientation_of(image))
    if image.mode.startswith(("I", "F")):
        image = Image.fromarray(_eight_bit(image))
    opaque_mode = "L" if image.mode in ("1", "L") else "RGB"
    image = image.convert("RGBA" if has_alpha else opaque_mode)
    # The profile of a CMYK image describes inks: it does not fit the RGB values.
    fits = profile is not None and profile[16:20] == _PROFILE_SPACES[image.mode]
    return Photo(np.array(image), profile if fits else None)


def _eight_bit(image: Image.Image) -> np.ndarray:
    """Grey of 16 bits -> uint8, 65535 to 255."""
    values = np.asarray(image)
    if image.mode == "F" or values.min() < 0 or values.max() > 65535:
        raise ValueError(
            "grey values must be of 8 or 16 bits, 0 to 65535; received "
            f"{values.min():g} to {values.max():g}"
        )
    return np.rint(values / 257).astype(np.uint8)
