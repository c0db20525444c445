"""The borders that are fuzzed, by name."""

import importlib

KINDS = {
    "requests": "fuzz.request_border.RequestBorder",
    "labels": "fuzz.label_border.LabelBorder",
    "images": "fuzz.image_border.ImageBorder",
    "flags": "fuzz.flag_border.FlagBorder",
}


def border_of(kind):
    """A `fuzz.fuzzing.Border`, to be closed; imported only now, since some import TensorFlow."""
    module, name = KINDS[kind].rsplit(".", 1)
    return getattr(importlib.import_module(module), name)()
