"""Files of attributes and of landmarks, as text."""

import tempfile
from pathlib import Path

from fuzz.mutations import mutated

from stgan_tf.alignment import read_landmarks
from stgan_tf.sources.attribute_files import read_attribute_file


class LabelBorder:
    """See `fuzz.fuzzing.Border`. Inputs are the bytes of a file."""

    refusals = (ValueError, OSError)

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()

    def close(self):
        self._folder.cleanup()

    def make(self, chance):
        return mutated(chance, _FILES, _WORDS)

    def feed(self, data):
        path = Path(self._folder.name) / ("labels.csv" if b"," in data[:200] else "labels.txt")
        path.write_bytes(data)
        refused = None
        for read in (read_landmarks, read_attribute_file):
            try:
                read(path)
            except self.refusals as error:
                refused = error
        if refused is not None:
            raise refused


_ROWS = "1.jpg -1  1 1\n2.jpg  1 -1 -1\n3.jpg 1 1 -1\n"
_CSV = "image_id,Bangs,Male,Young\n1.jpg,1,-1,1\n2.jpg,0,1,1\n3.jpg,1,1,0\n"
_TEXTS = [
    f"3\nBangs Male Young\n{_ROWS}",
    f"Bangs Male Young\n{_ROWS}",
    _CSV,
    _CSV.replace(",", ";"),
    _CSV.replace(",", "\t"),
    _CSV.replace("\n", "\r\n"),
    _CSV.replace("1.jpg", '"a, ""b"".jpg"'),
    "2\nlefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y "
    "rightmouth_x rightmouth_y\n1.jpg 69 109 106 113 77 142 73 152 108 154\n"
    "2.jpg 69.5 110 107 112 81 135 70 151 108 153\n",
]
_FILES = [text.encode() for text in _TEXTS] + [_CSV.encode("utf-16"), _CSV.encode("utf-8-sig")]
_WORDS = [b",", b";", b"\t", b" ", b"\n", b"\r", b'"', b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"-1"]
_WORDS += [
    b"True",
    b"nan",
    b"1.jpg",
    b"Bangs",
    "é".encode(),
    b"\xe9",
    b"\x1c",
    b"\xe2\x80\xa8",
    b"#",
]
