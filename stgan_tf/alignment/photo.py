"""Photo files <-> pixels, upright, with errors that name the file.

What happens to metadata: the ICC colour profile is kept, because without it the colours of many
phones' photos come out dull, and so is the resolution in dots per inch. A profile that does not fit
the pixels is dropped; that of a CMYK image is applied instead. EXIF, XMP and comments are dropped:
they can hold the place where a photo was taken, and a preview of the unedited picture. EXIF's
orientation is applied to the pixels first.
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

#: Suffix -> Pillow's format and how it is written. JPEG and WebP lose no more than they must.
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
#: Pillow's mode -> what a photo of it is told to have become, where that is not the same.
_CHANGED_MODES = {
    "1": "black and white of 1 bit became grey of 8 bits",
    "P": "a palette became colours of 8 bits",
    "PA": "a palette became colours of 8 bits",
}
_KEPT_MODES = {"L", "LA", "La", "RGB", "RGBA", "RGBa", "RGBX"}
#: What an ICC profile for pixels of so many channels says in bytes 16 to 19 of its header.
_PROFILE_SPACES = {1: b"GRAY", 2: b"GRAY", 3: b"RGB ", 4: b"RGB "}
_ORIENTATION = 0x0112  # EXIF's tag


@dataclass(frozen=True, eq=False)
class Photo:
    """pixels: (H, W) grey, (H, W, 2) grey and alpha, (H, W, 3) RGB or (H, W, 4) RGBA, upright,
      uint8, or uint16 of a file of 16 bits a channel.
    icc_profile: the colour profile that the pixels are in, None for sRGB or unknown.
    dpi: dots per inch, across and down; None for unknown.
    notes: what of the file is not in the pixels, a phrase each.
    has_exif: whether the file has EXIF (date, place, camera), which is not kept.
    """

    pixels: np.ndarray
    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    has_exif: bool = False


def read_photo(path: Path | str) -> Photo:
    """Reads any file of `image_formats.FORMATS` (of an animation its first picture).

    Palettes and CMYK become RGB, transparency becomes an alpha channel, PNG and TIFF of 16 bits a
    channel give uint16; `notes` tell what was changed. A file that is none of these, damaged, cut
    off or larger than Pillow's limit (`PIL.Image.MAX_IMAGE_PIXELS`, about 89 million pixels) gives
    a ValueError with file and reason; a file that cannot be opened gives the system's OSError.
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
            return _decoded(file, image)
        # A damaged file can raise nearly anything in Pillow's decoders.
        except Exception as error:  # noqa: BLE001
            raise damaged(error) from error


def write_photo(
    path: Path | str,
    pixels: np.ndarray,
    icc_profile: bytes | None = None,
    dpi: tuple[float, float] | None = None,
) -> tuple[str, ...]:
    """Writes a photo's pixels in the format of the suffix, whole or not at all.

    pixels, icc_profile, dpi: as of `read_photo`; no other metadata is written.

    Returns what the format cannot hold, a phrase each: JPEG and WebP have 8 bits a channel.
    ValueError for an unknown suffix, and for alpha in a JPEG, which has none.
    """
    path = Path(path)
    require_photo(pixels)
    if path.suffix.lower() not in _WRITERS:
        raise ValueError(
            f"Photos are written as {', '.join(_WRITERS)}. Received: {path}. Change its suffix."
        )
    format_, options = _WRITERS[path.suffix.lower()]
    if format_ == "JPEG" and has_alpha(pixels):
        raise ValueError(
            f"A JPEG cannot hold an alpha channel. Received: {path}. Write a .png or .webp."
        )
    lost = ()
    if pixels.dtype == np.uint16 and format_ not in _WRITERS_16_BITS:
        pixels = to_8_bits(pixels)
        lost = (f"16 bits a channel became 8, all that {path.suffix} holds",)
    if pixels.dtype == np.uint16 and pixels.ndim == 3:  # Pillow writes 16 bits of one channel only
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
    # Before the pixels are loaded, which applies and forgets a TIFF's orientation.
    orientation, has_exif = orientation_of(image), _has_exif(image)
    notes = []
    if (count := getattr(image, "n_frames", 1)) > 1:
        notes.append(f"only the first of its {count} pictures")
    pixels = None
    if sixteen_bit.has_16_bits(file, image) and not image.mode.startswith(("I", "F")):
        try:
            pixels = sixteen_bit.read_16_bits(file, image)
            pixels = sixteen_bit.upright(pixels, orientation)
        except (ValueError, ModuleNotFoundError) as error:
            notes.append(f"16 bits a channel became 8 ({error})")
    if pixels is None:
        pixels = _pillow_pixels(image, profile, notes)
    require_photo(pixels)
    # The profile of a CMYK image describes inks: it does not fit the RGB values.
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if profile is not None and profile[16:20] != _PROFILE_SPACES[channels]:
        if image.mode != "CMYK":
            notes.append("a colour profile that does not fit its pixels was dropped")
        profile = None
    return Photo(pixels, profile, _resolution(image), tuple(notes), has_exif)


def _has_exif(image: Image.Image) -> bool:
    """Whether there is more than the orientation, which is applied."""
    try:
        tags = set(image.getexif()) - {_ORIENTATION}
    except Exception:  # noqa: BLE001  # EXIF that nobody can read is not kept either
        return False
    if image.format == "TIFF":  # the file's own fields are among them
        tags &= {0x010F, 0x0110, 0x8769, 0x8825}  # maker, model, EXIF, GPS
    return bool(tags)


def _pillow_pixels(image: Image.Image, profile: bytes | None, notes: list[str]) -> np.ndarray:
    """The upright pixels; adds to `notes` what they are no more."""
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
    """With the profile where it can be used, so that colours come out as they would be printed."""
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
    """Grey of 16 bits -> uint16."""
    values = np.asarray(image)
    if image.mode == "F" or values.min() < 0 or values.max() > 65535:
        raise ValueError(
            "grey values must be of 8 or 16 bits, 0 to 65535; received "
            f"{values.min():g} to {values.max():g}"
        )
    return values.astype(np.uint16)
