"""Packed files of a few bytes: they can be listed, added and verified, but not edited with."""

from stgan_tf.model_files.manifest import Manifest
from stgan_tf.model_files.packed_file import described, write_packed

PARTS = {"config.json": b'{"system": "stgan"}\n', "litert/model.json": b"{}\n" * 100}


def manifest_of(parts=PARTS, **changes):
    values = {
        "name": "small-faces",
        "licence": "Apache-2.0",
        "system": "stgan",
        "image_size": 64,
        "attributes": ("Bangs", "Male"),
        "domains": (),
        "step": 1700,
        "weights": "average",
        "precision": "float16",
        "stgan_tf_version": "0.2.0",
        "parts": described(parts),
    }
    return Manifest(**{**values, **changes})


def write_small_packed(folder, name="small-faces", parts=PARTS, **changes):
    path = folder / f"{name}.stgan"
    write_packed(path, manifest_of(parts, name=name, **changes), parts)
    return path
