"""Flags, flag files and the strings in them, up to what the commands make of them."""

import json
import os
import tempfile
from pathlib import Path

from absl import app, flags
from fuzz.mutations import mutated

from stgan_tf import serve
from stgan_tf.attributes import CELEBA_ATTRIBUTES, PAPER_ATTRIBUTES, parse_edits
from stgan_tf.editing.inputs import find_inputs, name_outputs
from stgan_tf.flag_files import with_flag_files
from stgan_tf.frame import parse_crop
from stgan_tf.systems.run_flags import config_from_flags, define_run_flags

_ROOT = Path(__file__).parents[2]
_EDITS = (
    "Eyeglasses=+1,Bangs=-1",
    "Male=1",
    "Black_Hair=1.5,Young=-0.5",
    "Blond_Hair=1,Black_Hair=1",
)
_CROPS = ("26,4,170,170", "none", "centre", "celeba", "0,0,64,64", "auto")
_INPUTS = ("photo.jpg", "*.jpg", "a,b.png", "folder", "**/*.png", "[a-z].jpg", "._x.jpg")


class FlagBorder:
    """See `fuzz.fuzzing.Border`. Inputs are JSON: {"what": ..., "text": ...}."""

    #: As the commands refuse: absl's own, or one line.
    refusals = (flags.Error, app.UsageError, ValueError, OSError)

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        for name in ("photo.jpg", "b.png", "._x.jpg"):
            (Path(self._folder.name) / name).write_bytes(b"")
        if "data_dir" not in flags.FLAGS:
            define_run_flags()
        self._names = sorted(
            flag.name
            for module in ("stgan_tf.config.flags", "stgan_tf.serve")
            for flag in flags.FLAGS.flags_by_module_dict().get(module, [])
        )
        self._files = [path.read_bytes() for path in sorted((_ROOT / "flags").glob("*.cfg"))]

    def close(self):
        self._folder.cleanup()

    def make(self, chance):
        what = chance.choice(("flags", "flags", "flagfile", "edits", "crop", "labels", "inputs"))
        if what == "flagfile":
            text = mutated(chance, self._files, _WORDS)
        elif what == "flags":
            text = "\n".join(self._flag(chance) for _ in range(chance.randint(1, 5))).encode(
                "utf-8", "surrogateescape"
            )
        else:
            samples = {"edits": _EDITS, "crop": _CROPS, "labels": ("stable=1,canary=2",)}
            texts = [text.encode() for text in samples.get(what, _INPUTS)]
            text = mutated(chance, texts, _WORDS)
        return json.dumps({"what": what, "text": text.decode("utf-8", "surrogateescape")}).encode()

    def feed(self, data):
        given = json.loads(data)
        text = given["text"]
        before = os.getcwd()
        os.chdir(self._folder.name)
        try:
            getattr(self, f"_feed_{given['what']}")(text)
        finally:
            os.chdir(before)

    def _flag(self, chance):
        name = chance.choice(self._names)
        value = mutated(chance, _VALUES, _WORDS).decode("utf-8", "surrogateescape")
        start = chance.choice(("--", "--", "--", "--no"))
        return f"{start}{name}{chance.choice(('=', '=', '=', ''))}{value}"

    def _feed_flags(self, text):
        self._config(text.split("\n"))

    def _feed_flagfile(self, text):
        file = Path("flags.cfg")
        lines = (line[:300] for line in text.split("\n"))
        file.write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
        self._config([f"--flagfile={file}"])

    def _config(self, arguments):
        for name in self._names:
            flags.FLAGS[name].unparse()
        # Help ends the program, as it should. absl compares unknown names with all known ones by
        # recursion, too deep for names of a thousand letters.
        given = [item[:300] for item in arguments if "help" not in item]
        flags.FLAGS(["train", "--model_dir=m", *with_flag_files(given)])
        config_from_flags().to_json()

    def _feed_edits(self, text):
        parse_edits(text, PAPER_ATTRIBUTES)
        parse_edits(text, CELEBA_ATTRIBUTES)

    def _feed_crop(self, text):
        parse_crop(text, 128)

    def _feed_labels(self, text):
        for part in text.split(","):
            serve._label(part)

    def _feed_inputs(self, text):
        # Not all of the disk.
        if not text.startswith(("/", "~")) and ".." not in text:
            name_outputs(find_inputs(text.split(",")).photos, "out", "")


_VALUES = [
    b"",
    b"1",
    b"-1",
    b"0",
    b"0.5",
    b"1e-4",
    b"true",
    b"no",
    b"1,2,3",
    b"128",
    b"0.7,0.15,0.15",
]
_VALUES += [b"Bangs,Male", b"adam", b"stgan", b"none", b"26,4,170,170", b"/nowhere", b"a b", b"'x'"]
_WORDS = [
    b",",
    b"=",
    b"-",
    b"+",
    b"nan",
    b"inf",
    b"1e999",
    b" ",
    b"\n",
    b"\t",
    b"#",
    b"--",
    b"'",
    b'"',
]
_WORDS += [
    b"--flagfile=flags.cfg",
    "é".encode(),
    b"\xff",
    b"*",
    b"[",
    b"]",
    b"?",
    b"**",
    b"{",
    b"Male",
]
_WORDS += [b"\0", b"/", b"--image_size=", b"0x10", "２".encode(), "²".encode(), b"_"]
