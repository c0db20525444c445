"""Small image files of every kind that is read, drawn here: smooth colours, so that JPEG's and
WebP's losses stay small, and no symmetry, so that a turned image never looks right.
"""

from pathlib import Path

import numpy as np
from PIL import Image, features

HEIGHT, WIDTH = 32, 24


def pixels() -> np.ndarray:
    """uint8 (HEIGHT, WIDTH, 3)."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    return np.stack([rows * 7, columns * 9, (rows + 2 * columns) * 3], -1).astype(np.uint8)


def with_alpha() -> np.ndarray:
    """uint8 (HEIGHT, WIDTH, 4): from transparent to opaque."""
    alpha = np.linspace(0, 255, WIDTH).astype(np.uint8)[None].repeat(HEIGHT, 0)
    return np.dstack([pixels(), alpha])


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def _without_adobe(path: Path) -> None:
    """Takes out the marker by which Adobe's inverted inks are known."""
    data = path.read_bytes()
    place = data.index(b"\xff\xee")
    length = int.from_bytes(data[place + 2 : place + 4], "big")
    path.write_bytes(data[:place] + data[place + 2 + length :])


def _cut(path: Path, count: int) -> None:
    path.write_bytes(path.read_bytes()[:-count])


_IMAGE, _ALPHA = Image.fromarray(pixels()), Image.fromarray(with_alpha())
_GREY_16 = (np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) * 85).astype(np.uint16)
_SECOND = [Image.fromarray(255 - pixels())]

#: Name -> (suffix, image, options of its writer, what is done to the file afterwards).
KINDS = {
    "jpeg": (".jpg", _IMAGE, {"quality": 95}, None),
    "jpeg_grey": (".jpg", _IMAGE.convert("L"), {"quality": 95}, None),
    "jpeg_progressive": (".jpg", _IMAGE, {"quality": 95, "progressive": True}, None),
    "jpeg_cmyk": (".jpg", _IMAGE.convert("CMYK"), {"quality": 95}, None),
    "jpeg_cmyk_not_adobe": (".jpg", _IMAGE.convert("CMYK"), {"quality": 95}, _without_adobe),
    "jpeg_rgb": (".jpg", _IMAGE, {"quality": 95, "keep_rgb": True}, None),
    "jpeg_with_more_behind": (
        ".jpg",
        _IMAGE,
        {"quality": 95},
        lambda path: path.write_bytes(path.read_bytes() + bytes(99)),
    ),
    **{
        f"jpeg_orientation_{i}": (".jpg", _IMAGE, {"quality": 95, "exif": _exif(i)}, None)
        for i in range(1, 9)
    },
    "jpeg_bad_exif": (".jpg", _IMAGE, {"quality": 95, "exif": b"Exif\0\0nonsense"}, None),
    "png": (".png", _IMAGE, {}, None),
    "png_grey": (".png", _IMAGE.convert("L"), {}, None),
    "png_black_and_white": (".png", _IMAGE.convert("1"), {}, None),
    "png_grey_16": (".png", Image.fromarray(_GREY_16), {}, None),
    "png_alpha": (".png", _ALPHA, {}, None),
    "png_grey_alpha": (".png", _ALPHA.convert("LA"), {}, None),
    "png_palette": (".png", _IMAGE.quantize(50), {}, None),
    "png_palette_transparent": (".png", _IMAGE.quantize(50), {"transparency": 7}, None),
    "png_orientation": (".png", _IMAGE, {"exif": _exif(8)}, None),
    "png_without_its_end": (".png", _IMAGE, {}, lambda path: _cut(path, 12)),
    "gif": (".gif", _IMAGE.quantize(50), {}, None),
    "gif_transparent": (".gif", _IMAGE.quantize(50), {"transparency": 7}, None),
    "gif_animated": (".gif", _IMAGE, {"save_all": True, "append_images": _SECOND}, None),
    "bmp": (".bmp", _IMAGE, {}, None),
    "bmp_grey": (".bmp", _IMAGE.convert("L"), {}, None),
    "bmp_black_and_white": (".bmp", _IMAGE.convert("1"), {}, None),
    "bmp_palette": (".bmp", _IMAGE.quantize(50), {}, None),
    "bmp_alpha": (".bmp", _ALPHA, {}, None),
    "webp": (".webp", _IMAGE, {"quality": 95}, None),
    "webp_lossless": (".webp", _IMAGE, {"lossless": True}, None),
    "webp_alpha": (".webp", _ALPHA, {"lossless": True, "exact": True}, None),
    "webp_lossy_alpha": (".webp", _ALPHA, {"quality": 95}, None),
    "webp_animated": (".webp", _IMAGE, {"save_all": True, "append_images": _SECOND}, None),
    "webp_orientation": (".webp", _IMAGE, {"lossless": True, "exif": _exif(6)}, None),
    "tiff": (".tif", _IMAGE, {}, None),
    "tiff_lzw": (".tif", _IMAGE, {"compression": "tiff_lzw"}, None),
    "tiff_grey_16": (".tif", Image.fromarray(_GREY_16), {}, None),
    "tiff_cmyk": (".tif", _IMAGE.convert("CMYK"), {}, None),
    "tiff_orientation": (".tif", _IMAGE, {"exif": _exif(3)}, None),
}
if features.check("avif"):
    KINDS["avif"] = (".avif", _IMAGE, {}, None)
    KINDS["avif_orientation"] = (".avif", _IMAGE, {"exif": _exif(5)}, None)
if features.check("jpg_2000"):
    KINDS["jpeg_2000"] = (".jp2", _IMAGE, {}, None)


def write_kind(folder: Path, kind: str) -> Path:
    """Writes a file of the kind, and returns its path."""
    suffix, image, options, afterwards = KINDS[kind]
    path = folder / f"{kind}{suffix}"
    image.save(path, **options)
    if afterwards:
        afterwards(path)
    return path
