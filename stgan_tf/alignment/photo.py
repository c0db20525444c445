"""Reads and writes photo files as upright pixels, with errors that name the file.

Metadata: the ICC colour profile is kept, because many phones' photos look dull without it, and so
is the resolution in dots per inch. A profile that does not fit the pixels is dropped; that of a
CMYK image is applied instead. EXIF, XMP and comments are dropped: they can contain the place where
a photo was taken, and a preview of the unedited picture. The EXIF orientation is applied to the
pixels first.
"""

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms

from stgan_tf.alignment import sixteen_bit
from stgan_tf.alignment.channels import has_alpha, require_photo, to_8_bits
from stgan_tf.files import write_with
from stgan_tf.image_formats import (
    UnreadableImageError,
    damaged,
    open_image,
    orientation_of,
    upright,
)

#: Suffix -> Pillow's format and save options. JPEG and WebP use their highest quality settings.
_WRITERS = {
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".png": ("PNG", {}),
    ".webp": ("WEBP", {"quality": 95}),
    ".tif": ("TIFF", {"compression": "tiff_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_deflate"}),
}
_WRITERS_16_BITS = {
    "PNG": sixteen_bit.write_png_16_bits,
    "TIFF": sixteen_bit.write_tiff_16_bits,
}
_GREY_MODES = {"1", "L", "LA", "La"}
_MODES_WITH_ALPHA = {"RGBA", "RGBa", "LA", "La", "PA"}
#: Pillow's mode -> the note on what its pixels were converted to, if they change.
_CHANGED_MODES = {
    "1": "1-bit black and white became 8-bit grey",
    "P": "a palette became 8-bit colours",
    "PA": "a palette became 8-bit colours",
}
_KEPT_MODES = {"L", "LA", "La", "RGB", "RGBA", "RGBa", "RGBX"}
#: Number of channels -> the colour space in bytes 16 to 19 of an ICC profile's header.
_PROFILE_SPACES = {1: b"GRAY", 2: b"GRAY", 3: b"RGB ", 4: b"RGB "}
_ORIENTATION = 0x0112  # EXIF's tag


@dataclass(frozen=True, eq=False)
class Photo:
    """pixels: (H, W) grey, (H, W, 2) grey and alpha, (H, W, 3) RGB or (H, W, 4) RGBA, upright,
      uint8, or uint16 for a file with 16 bits per channel.
    icc_profile: the colour profile of the pixels, None for sRGB or unknown.
    dpi: horizontal and vertical dots per inch; None for unknown.
    notes: phrases describing what the pixels do not preserve of the file.
    has_exif: whether the file has EXIF (date, place, camera), which is not kept.
    """

    pixels: np.ndarray
    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    has_exif: bool = False


def read_photo(path: Path | str) -> Photo:
    """Reads a file of any of `image_formats.FORMATS` (of an animation, the first frame).

    Palettes and CMYK become RGB, transparency becomes an alpha channel, PNG and TIFF with 16 bits
    per channel give uint16; `notes` lists the changes. Raises ValueError, naming the file and the
    reason, for a file that is unsupported, damaged, truncated or larger than Pillow's limit
    (`PIL.Image.MAX_IMAGE_PIXELS`, about 89 million pixels), and the system's OSError for a file
    that cannot be opened.
    """
    path = Path(path)
    with path.open("rb") as file:
        try:
            return decode_photo(file)
        except UnreadableImageError as error:
            raise ValueError(f"The photo {path} cannot be read: {error}.") from error


def decode_photo(file: BinaryIO) -> Photo:
    """Like `read_photo`, but raises UnreadableImageError with only the reason."""
    with open_image(file) as image:
        try:
            return _decoded(file, image)
        # Pillow's decoders can raise nearly any exception for a damaged file.
        except Exception as error:  # noqa: BLE001
            raise damaged(error) from error


def write_photo(
    path: Path | str,
    pixels: np.ndarray,
    icc_profile: bytes | None = None,
    dpi: tuple[float, float] | None = None,
) -> tuple[str, ...]:
    """Writes a photo's pixels atomically, in the format given by the suffix.

    pixels, icc_profile, dpi: as from `read_photo`; no other metadata is written.

    Returns phrases describing what the format cannot store: JPEG and WebP have 8 bits per channel.
    Raises ValueError for an unknown suffix, and for alpha in a JPEG, which has none.
    """
    path = Path(path)
    require_photo(pixels)
    if path.suffix.lower() not in _WRITERS:
        raise ValueError(
            f"Photos can be written as {', '.join(_WRITERS)}. Received: {path}. Change the suffix."
        )
    format_, options = _WRITERS[path.suffix.lower()]
    if format_ == "JPEG" and has_alpha(pixels):
        raise ValueError(
            f"A JPEG cannot have an alpha channel. Received: {path}. Write a .png or .webp."
        )
    lost = ()
    if pixels.dtype == np.uint16 and format_ not in _WRITERS_16_BITS:
        pixels = to_8_bits(pixels)
        lost = (f"16 bits per channel became 8, the limit of {path.suffix}",)
    if pixels.dtype == np.uint16 and pixels.ndim == 3:  # Pillow writes 16 bits only for one channel
        write = _WRITERS_16_BITS[format_]
        write_with(path, lambda temporary: write(temporary, pixels, icc_profile, dpi))
        return lost
    image = Image.fromarray(pixels)
    if icc_profile:
        options = {**options, "icc_profile": icc_profile}
    if dpi:
        options = {**options, "dpi": dpi}
    write_with(path, lambda temporary: image.save(temporary, format=format_, **options))
    return lost


def _decoded(file: BinaryIO, image: Image.Image) -> Photo:
    profile = image.info.get("icc_profile") or None
    if image.format != "TIFF":  # asked for a PNG's EXIF, Pillow loads it, and fails only once
        image.load()
    # Before loading the pixels, which applies and discards a TIFF's orientation.
    orientation, has_exif = orientation_of(image), _has_exif(image)
    notes = []
    if (count := getattr(image, "n_frames", 1)) > 1:
        notes.append(f"only the first of {count} frames was kept")
    pixels = None
    if sixteen_bit.has_16_bits(file, image) and not image.mode.startswith(("I", "F")):
        try:
            pixels = sixteen_bit.read_16_bits(file, image)
            pixels = sixteen_bit.upright(pixels, orientation)
        except (ValueError, ModuleNotFoundError) as error:
            notes.append(f"16 bits per channel became 8 ({error})")
    if pixels is None:
        pixels = _pillow_pixels(image, profile, notes)
    require_photo(pixels)
    # The profile of a CMYK image describes inks and does not fit the RGB values.
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if profile is not None and profile[16:20] != _PROFILE_SPACES[channels]:
        if image.mode != "CMYK":
            notes.append("a colour profile that does not fit its pixels was dropped")
        profile = None
    return Photo(pixels, profile, _resolution(image), tuple(notes), has_exif)


def _has_exif(image: Image.Image) -> bool:
    """Whether there is EXIF besides the orientation, which is applied."""
    try:
        tags = set(image.getexif()) - {_ORIENTATION}
    except Exception:  # noqa: BLE001  # unreadable EXIF is not kept either
        return False
    if image.format == "TIFF":  # these include the file's own fields
        tags &= {0x010F, 0x0110, 0x8769, 0x8825}  # maker, model, EXIF, GPS
    return bool(tags)


def _pillow_pixels(image: Image.Image, profile: bytes | None, notes: list[str]) -> np.ndarray:
    """The upright pixels; adds to `notes` what was converted."""
    mode = image.mode
    transparent = mode in _MODES_WITH_ALPHA or "transparency" in image.info
    image.load()
    image = upright(image, orientation_of(image))
    if mode.startswith(("I", "F")):
        return _sixteen_bit_grey(image)
    if mode == "CMYK":
        image = _cmyk_to_rgb(image, profile)
    if mode not in _KEPT_MODES:
        notes.append(_CHANGED_MODES.get(mode, f"{mode} became RGB"))
    grey = mode in _GREY_MODES
    if transparent:
        return np.array(image.convert("LA" if grey else "RGBA"))
    return np.array(image.convert("L" if grey else "RGB"))


def _cmyk_to_rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Converts with the profile if it is usable, so that colours look as they would be printed."""
    if profile is None:
        return image.convert("RGB")
    try:
        inks = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, inks, srgb, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        return image.convert("RGB")


def _resolution(image: Image.Image) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    sensible = all(math.isfinite(value) and 1 < value < 1e5 for value in (across, down))
    return (across, down) if sensible else None


def _sixteen_bit_grey(image: Image.Image) -> np.ndarray:
    """16-bit grey -> uint16 (H, W)."""
    values = np.asarray(image)
    if image.mode == "F" or values.min() < 0 or values.max() > 65535:
        raise ValueError(
            "grey values must have 8 or 16 bits, 0 to 65535; received "
            f"{values.min():g} to {values.max():g}"
        )
    return values.astype(np.uint16)
