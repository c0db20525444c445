"""TF Serving's JSON: predict requests in row and column format, and their responses.

Rows are `{"instances": [{name: value}, ...]}`, columns `{"inputs": {name: [value, ...]}}`, each
with an optional `signature_name`. The name of a single input may be omitted, and that of a single
output always is. Bytes are `{"b64": text}`. Error messages follow TF Serving's json_tensor.cc. No
TensorFlow here.
"""

import base64
import binascii
import dataclasses
import json
from collections.abc import Mapping

import numpy as np

from stgan_tf.serving.api_error import invalid
from stgan_tf.serving.tensors import Value
from stgan_tf.serving.transport import TensorSpec

_BYTES_SUFFIX = "_bytes"
_LONGEST_SHOWN = 80


@dataclasses.dataclass(frozen=True)
class PredictBody:
    """A parsed request body.

    Attributes:
        signature: The `signature_name`; empty: the default signature.
        row: Whether the request is in row format, and so the response.
        values: The value of "instances" or "inputs".
    """

    signature: str
    row: bool
    values: object


def parse_body(body: bytes | bytearray) -> PredictBody:
    """Parses a request body; raises ApiError 400 if it is invalid."""
    try:
        data = json.loads(body)
    except RecursionError:
        raise invalid("JSON Parse error: nested too deeply") from None
    except ValueError as error:  # not JSON, not UTF-8, or a number too long to convert
        raise invalid(f"JSON Parse error: {error}") from error
    if not isinstance(data, dict):
        raise invalid(f"JSON Value: {_shown(data)} Is not object")
    signature = data.get("signature_name", "")
    if not isinstance(signature, str):
        raise invalid(
            f"JSON Value: {_shown(signature)} not formatted correctly. 'signature_name' key must "
            "be a string value."
        )
    if "instances" in data and "inputs" in data:
        raise invalid("Expecting only one of 'inputs' or 'instances' keys to exist")
    if "inputs" in data:
        return PredictBody(signature, False, data["inputs"])
    if "instances" not in data:
        raise invalid("Missing 'inputs' or 'instances' key")
    if not isinstance(data["instances"], list):
        raise invalid("Expecting 'instances' to be a list/array")
    if not data["instances"]:
        raise invalid("No values in 'instances' array")
    return PredictBody(signature, True, data["instances"])


def to_inputs(body: PredictBody, specs: Mapping[str, TensorSpec]) -> dict[str, Value]:
    """The signature's inputs as {name: array or list of bytes}, all with the same number of rows.

    Raises ApiError 400 naming what is missing, unknown, or of the wrong shape or type.
    """
    columns = _columns_of_rows(body.values, specs) if body.row else _columns(body.values, specs)
    _require_names(columns, specs, "'instances' list" if body.row else "'inputs' object")
    inputs = {name: _tensor(name, columns[name], spec) for name, spec in specs.items()}
    counts = {name: len(value) for name, value in inputs.items()}
    if len(set(counts.values())) > 1:
        raise invalid(f"Inputs must have the same number of rows. Received: {counts}.")
    if not next(iter(counts.values())):
        raise invalid("Inputs must have at least one row. Received: none.")
    return inputs


def to_answer(outputs: Mapping[str, np.ndarray], row: bool) -> bytes:
    """The body of the response to a request in row or column format."""
    columns = {
        name: _encoded(value.tolist(), name.endswith(_BYTES_SUFFIX))
        for name, value in sorted(outputs.items())
    }
    if not row:
        single = len(columns) == 1
        return _dumped({"outputs": next(iter(columns.values())) if single else columns})
    if len(columns) == 1:
        return _dumped({"predictions": next(iter(columns.values()))})
    rows = zip(*columns.values(), strict=True)
    return _dumped({"predictions": [dict(zip(columns, values, strict=True)) for values in rows]})


def _dumped(answer: dict) -> bytes:
    return json.dumps(answer).encode("ascii")


def _columns_of_rows(rows: list, specs: Mapping[str, TensorSpec]) -> dict[str, list]:
    named = _is_named(rows[0])
    if not named and len(specs) > 1:
        raise invalid(
            "instances is a plain list, but expecting list of objects as multiple input tensors "
            "required as per tensorinfo_map"
        )
    columns: dict[str, list] = {name: [] for name in specs}
    for number, row in enumerate(rows):
        if _is_named(row) != named:
            kinds = ("object", "value/list") if named else ("value/list", "object")
            raise invalid(f"Expecting {kinds[0]} but got {kinds[1]} at item {number} of input list")
        if named and set(row) != set(specs):
            raise invalid(
                f"Failed to process element: {number} of 'instances' list. Its keys must be equal "
                f"to: {','.join(sorted(specs))}. Received: {_shown(','.join(sorted(row)))}"
            )
        for name in specs:
            columns[name].append(row[name] if named else row)
    return columns


def _columns(values, specs: Mapping[str, TensorSpec]) -> dict:
    if isinstance(values, dict) and not _is_bytes(values):
        return values
    if len(specs) > 1:
        raise invalid(
            "inputs is a plain value/list, but expecting an object as multiple input tensors "
            "required as per tensorinfo_map"
        )
    return {name: values for name in specs}


def _require_names(columns: Mapping, specs: Mapping[str, TensorSpec], place: str) -> None:
    for name in specs:
        if name not in columns:
            raise invalid(f"Missing named input: {name} in {place}.")
    for name in columns:
        if name not in specs:
            raise invalid(
                f"Unknown named input: {_shown(name)} in {place}. Known: {', '.join(specs)}."
            )


def _is_bytes(value) -> bool:
    return isinstance(value, dict) and set(value) == {"b64"} and isinstance(value["b64"], str)


def _is_named(value) -> bool:
    return isinstance(value, dict) and not _is_bytes(value)


def _tensor(name: str, value, spec: TensorSpec) -> Value:
    """An input as an array, or for strings as a list of bytes; its shape must match the spec."""
    shape: list[int] = []
    part = value
    while isinstance(part, list):
        shape.append(len(part))
        part = part[0] if part else None
    if len(shape) != len(spec.shape) or any(
        wanted not in (-1, size) for wanted, size in zip(spec.shape, shape, strict=True)
    ):
        raise invalid(
            f"Input {name} must be of shape {list(spec.shape)} (-1: any). Received: "
            f"{_shown(str(shape))}."
        )
    if spec.dtype == "DT_STRING":
        return [_string(name, item) for item in value]
    if spec.dtype != "DT_FLOAT":
        raise invalid(f"Input {name} has type {spec.dtype}, which this server does not support.")
    flat: list = []
    _flatten(name, value, shape, flat)
    with np.errstate(over="ignore"):
        array = np.asarray(flat, np.float64).astype(np.float32)
    if not np.isfinite(array).all():
        raise invalid(
            f"Input {name} must contain only finite float32 numbers. Received: other values."
        )
    return array.reshape(shape)


def _flatten(name: str, value: list, shape: list[int], flat: list) -> None:
    if len(value) != shape[0]:
        raise invalid(
            f"Input {name}: Encountered list at unexpected size: {len(value)} expected size: "
            f"{shape[0]}"
        )
    if len(shape) == 1:
        # bool is an int in Python, but not in JSON.
        if not set(map(type, value)) <= {int, float}:
            wrong = next(item for item in value if type(item) not in (int, float))
            raise invalid(
                f"Input {name}: JSON Value: {_shown(wrong)} is not of expected type: float"
            )
        try:
            flat.extend(map(float, value))
        except OverflowError as error:
            raise invalid(f"Input {name}: a number is too large for float.") from error
        return
    for part in value:
        if not isinstance(part, list):
            raise invalid(
                f"Input {name}: JSON Value: {_shown(part)} found where a list of {shape[1]} is "
                "expected"
            )
        _flatten(name, part, shape[1:], flat)


def _string(name: str, value) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if not _is_bytes(value):
        raise invalid(
            f"Input {name}: JSON Value: {_shown(value)} not formatted correctly for base64 data: "
            'it must read {"b64": "..."}.'
        )
    try:
        return base64.b64decode(value["b64"], validate=True)
    except (binascii.Error, ValueError) as error:
        hint = " Remove everything up to the comma." if value["b64"][:5] == "data:" else ""
        raise invalid(f"Input {name}: Unable to base64 decode: {error}.{hint}") from error


def _encoded(value, as_bytes: bool):
    if isinstance(value, list):
        return [_encoded(item, as_bytes) for item in value] if as_bytes else value
    return {"b64": base64.b64encode(value).decode("ascii")}


def _shown(value) -> str:
    """The value for error messages: short and ASCII only."""
    try:
        text = value if isinstance(value, str) else json.dumps(value)
    except RecursionError:
        return "(nested too deeply)"
    text = text.encode("ascii", "backslashreplace").decode("ascii")
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
