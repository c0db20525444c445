"""Image files, damaged: what reads photos, and what looks at those sent to the server."""

import io
import tempfile
import warnings
from pathlib import Path

import numpy as np
from fuzz.mutations import mutated
from PIL import Image

from stgan_tf.alignment.photo import read_photo
from stgan_tf.frame import training_rule
from stgan_tf.serving.api_error import ApiError
from stgan_tf.serving.image_checks import check_images

#: Of the height and width of the samples.
_RULE = training_rule("0,0,20,20", 20, (20, 24))


class ImageBorder:
    """See `fuzz.fuzzing.Border`. Inputs are the bytes of a file."""

    refusals = (ValueError, OSError, ApiError)

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()

    def close(self):
        self._folder.cleanup()

    def make(self, chance):
        return mutated(chance, _FILES, _WORDS)

    def feed(self, data):
        path = Path(self._folder.name) / "photo"
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, of damaged metadata
            try:
                read_photo(path)
            finally:
                check_images([data], _RULE, 10_000)


def _file(image, kind, **options):
    with io.BytesIO() as file:
        image.save(file, kind, **options)
        return file.getvalue()


_NOISE = np.random.default_rng(0).integers(0, 256, (20, 24, 4), np.uint8)
_RGBA, _RGB = Image.fromarray(_NOISE), Image.fromarray(_NOISE[..., :3])
_EXIF = Image.Exif()
_EXIF[0x0112] = 6
_FILES = [
    _file(_RGB, "JPEG", exif=_EXIF),
    _file(_RGB, "JPEG", progressive=True),
    _file(_RGB.convert("L"), "JPEG"),
    _file(_RGB.convert("CMYK"), "JPEG"),
    _file(_RGB, "PNG", exif=_EXIF),
    _file(_RGBA, "PNG"),
    _file(_RGB.convert("P"), "PNG"),
    _file(Image.fromarray(_NOISE[..., 0].astype(np.uint16) * 256), "PNG"),
    _file(_RGB, "WEBP", exif=_EXIF),
    _file(_RGBA, "WEBP", lossless=True),
    _file(_RGB, "TIFF", compression="tiff_lzw"),
    _file(_RGB, "TIFF", exif=_EXIF),
    _file(_RGB, "BMP"),
    _file(_RGB, "GIF", save_all=True, append_images=[_RGB.rotate(90)]),
]
_WORDS = [
    b"\xff\xd8",
    b"\xff\xda",
    b"\xff\xe1\xff\xff",
    b"IHDR",
    b"IDAT",
    b"zTXt",
    b"iCCP",
    b"acTL",
]
_WORDS += [b"Exif\0\0", b"RIFF", b"VP8X", b"II*\0", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\x80\0\0\0"]
