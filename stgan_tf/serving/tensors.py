"""Converts arrays to TensorProto messages and back. No TensorFlow here.

Requests and responses are {name: value}; a value is a NumPy array, or for strings a list of bytes.
"""

from collections.abc import Sequence

import numpy as np

from stgan_tf.serving.messages import TensorProto

#: DataType in tensorflow/core/framework/types.proto: number -> (name, NumPy type, value field).
_TYPES = {
    1: ("DT_FLOAT", np.float32, "float_val"),
    2: ("DT_DOUBLE", np.float64, "double_val"),
    3: ("DT_INT32", np.int32, "int_val"),
    4: ("DT_UINT8", np.uint8, "int_val"),
    7: ("DT_STRING", None, "string_val"),
    9: ("DT_INT64", np.int64, "int64_val"),
    10: ("DT_BOOL", np.bool_, "bool_val"),
}
STRING = 7
TYPE_NAMES = {number: name for number, (name, _, _) in _TYPES.items()}
_NUMBERS = {np.dtype(kind): number for number, (_, kind, _) in _TYPES.items() if kind}

Value = np.ndarray | Sequence[bytes]


def to_proto(value: Value) -> TensorProto:
    """The message for a NumPy array, or for a list of bytes (a string tensor of rank 1). Raises
    ValueError for other types.
    """
    if not isinstance(value, np.ndarray):
        proto = TensorProto(dtype=STRING, string_val=list(value))
        proto.tensor_shape.dim.add(size=len(value))
        return proto
    if value.dtype not in _NUMBERS:
        raise ValueError(f"Tensors must have a float or integer type. Received: {value.dtype}.")
    # TensorFlow stores little-endian, in C order.
    data = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"), copy=False).tobytes()
    proto = TensorProto(dtype=_NUMBERS[value.dtype], tensor_content=data)
    for size in value.shape:
        proto.tensor_shape.dim.add(size=size)
    return proto


def from_proto(proto: TensorProto) -> Value:
    """The array in a message, in either encoding (content, or a list of values of which the last is
    repeated); strings of any shape become one flat list of bytes. Raises ValueError for unsupported
    types and for the wrong number of values.
    """
    if proto.dtype not in _TYPES:
        raise ValueError(f"The server returned a tensor of unsupported type {proto.dtype}.")
    name, kind, field = _TYPES[proto.dtype]
    shape = [dim.size for dim in proto.tensor_shape.dim]
    values = getattr(proto, field)
    if proto.dtype == STRING:
        return list(values)
    if proto.tensor_content:
        flat = np.frombuffer(proto.tensor_content, np.dtype(kind).newbyteorder("<")).astype(kind)
    else:
        flat = np.asarray(values, kind)
        missing = int(np.prod(shape)) - len(flat)
        flat = np.pad(flat, (0, max(missing, 0)), "edge" if len(flat) else "constant")
    if flat.size != np.prod(shape):
        raise ValueError(f"The server returned {flat.size} values of {name} for shape {shape}.")
    return flat.reshape(shape)
