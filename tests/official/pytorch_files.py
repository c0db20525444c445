"""State dicts as the official PyTorch codes save them, small or of full width, and their files."""

import json
from pathlib import Path

import numpy as np


def part_of(fixture, start):
    """The arrays of a fixture whose names start so, without it: the state dict of a network."""
    return {name.removeprefix(start): fixture[name] for name in fixture.names(start)}


def write_safetensors(path, arrays):
    """The format of huggingface/safetensors, written down a second time: the length of a header,
    the header, and the values one after another.
    """
    kinds = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64"}
    header, start, values = {}, 0, []
    for name, array in arrays.items():
        array = np.ascontiguousarray(array)
        end = start + array.nbytes
        header[name] = {
            "dtype": kinds[str(array.dtype)],
            "shape": np.shape(arrays[name]),
            "data_offsets": [start, end],
        }
        values.append(array.tobytes())
        start = end
    text = json.dumps(header).encode()
    Path(path).write_bytes(len(text).to_bytes(8, "little") + text + b"".join(values))
    return path


def stargan_shapes(width=64, attributes=5, blocks=6):
    """The official Generator's, without its running statistics."""
    found = {}

    def normalized(convolution, norm, shape, channels):
        found[f"{convolution}.weight"] = shape
        found[f"{norm}.weight"] = found[f"{norm}.bias"] = (channels,)

    normalized("main.0", "main.1", (width, 3 + attributes, 7, 7), width)
    normalized("main.3", "main.4", (2 * width, width, 4, 4), 2 * width)
    normalized("main.6", "main.7", (4 * width, 2 * width, 4, 4), 4 * width)
    for i in range(9, 9 + blocks):
        for convolution, norm in ((0, 1), (3, 4)):
            names = f"main.{i}.main.{convolution}", f"main.{i}.main.{norm}"
            normalized(*names, (4 * width, 4 * width, 3, 3), 4 * width)
    end = 9 + blocks
    normalized(f"main.{end}", f"main.{end + 1}", (4 * width, 2 * width, 4, 4), 2 * width)
    normalized(f"main.{end + 3}", f"main.{end + 4}", (2 * width, width, 4, 4), width)
    found[f"main.{end + 6}.weight"] = (3, width, 7, 7)
    return found


def cyclegan_shapes(width=64, blocks=9):
    """The official ResnetGenerator's."""
    found = {}

    def convolution(name, *shape, outputs=0):
        found[f"{name}.weight"] = shape
        found[f"{name}.bias"] = (outputs or shape[0],)

    convolution("model.1", width, 3, 7, 7)
    convolution("model.4", 2 * width, width, 3, 3)
    convolution("model.7", 4 * width, 2 * width, 3, 3)
    for i in range(10, 10 + blocks):
        for place in (1, 5):
            convolution(f"model.{i}.conv_block.{place}", 4 * width, 4 * width, 3, 3)
    end = 10 + blocks
    convolution(f"model.{end}", 4 * width, 2 * width, 3, 3, outputs=2 * width)
    convolution(f"model.{end + 3}", 2 * width, width, 3, 3, outputs=width)
    convolution(f"model.{end + 7}", 3, width, 7, 7)
    return found


def fadernet_shapes(
    width=32,
    limit=512,
    layers=6,
    skips=0,
    attributes=1,
    method="convtranspose",
    norm="batch",
    columns=0,
):
    """The official AutoEncoder's; `columns` of its labels, if not two for each attribute."""
    found = {}
    columns = columns or 2 * attributes

    def normalized(name, channels):
        parts = ("weight", "bias", *(("running_mean", "running_var") * (norm == "batch")))
        found.update({f"{name}.{part}": (channels,) for part in parts})
        if norm == "batch":
            found[f"{name}.num_batches_tracked"] = ()

    channels = [min(width << i, limit) for i in range(layers)]
    for i, (inputs, outputs) in enumerate(zip([3, *channels], channels, strict=False)):
        found[f"enc_layers.{i}.0.weight"] = (outputs, inputs, 4, 4)
        found[f"enc_layers.{i}.0.bias"] = (outputs,)
        if i:
            normalized(f"enc_layers.{i}.1", outputs)
    inputs = channels[-1]
    for i, outputs in enumerate([*channels[-2::-1], 3]):
        inputs += columns + (channels[-1 - i] if 0 < i <= skips else 0)
        if method == "convtranspose":
            place, norm_place, shape = 0, 1, (inputs, outputs, 4, 4)
        elif method == "upsampling":
            place, norm_place, shape = 1, 2, (outputs, inputs, 3, 3)
        else:
            place, norm_place, shape = 0, 2, (4 * outputs, inputs, 3, 3)
        found[f"dec_layers.{i}.{place}.weight"] = shape
        if method != "convtranspose":
            found[f"dec_layers.{i}.{place}.bias"] = shape[:1]
        if i < layers - 1:
            normalized(f"dec_layers.{i}.{norm_place}", outputs)
        inputs = outputs
    return found


def zeros(shapes):
    """Arrays of these shapes without memory of their own."""
    return {name: np.broadcast_to(np.float32(0), shape) for name, shape in shapes.items()}


def random_arrays(shapes, seed=0):
    """Arrays of these shapes, as a state dict: float32, but for the counts."""
    rng = np.random.default_rng(seed)
    return {
        name: np.int64(7)
        if name.endswith("num_batches_tracked")
        else rng.uniform(0.01, 0.1, shape).astype(np.float32)
        for name, shape in shapes.items()
    }
