"""Both request formats, known values, and what each mistake is told."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stgan_tf.serving.api_error import ApiError
from stgan_tf.serving.json_format import parse_body, to_answer, to_inputs
from stgan_tf.serving.transport import TensorSpec

TWO = {
    "image_bytes": TensorSpec("DT_STRING", (-1,)),
    "difference": TensorSpec("DT_FLOAT", (-1, 2)),
}
ONE = {"images": TensorSpec("DT_FLOAT", (-1, 1, 2))}
B64 = {"b64": base64.b64encode(b"\xff\x00!").decode()}


def inputs_of(data, specs):
    return to_inputs(parse_body(json.dumps(data).encode()), specs)


def test_rows_and_columns_mean_the_same():
    rows = inputs_of(
        {"instances": [{"image_bytes": B64, "difference": [1, -0.5]}] * 2, "signature_name": "s"},
        TWO,
    )
    columns = inputs_of({"inputs": {"image_bytes": [B64] * 2, "difference": [[1, -0.5]] * 2}}, TWO)
    assert rows["image_bytes"] == columns["image_bytes"] == [b"\xff\x00!"] * 2
    np.testing.assert_array_equal(rows["difference"], [[1, -0.5]] * 2)
    np.testing.assert_array_equal(rows["difference"], columns["difference"])
    assert rows["difference"].dtype == np.float32


@pytest.mark.parametrize(
    "data",
    [
        {"instances": [[[1, 2]], [[3, 4]]]},
        {"instances": [{"images": [[1, 2]]}, {"images": [[3, 4]]}]},
        {"inputs": [[[1, 2]], [[3, 4]]]},
        {"inputs": {"images": [[[1, 2]], [[3, 4]]]}},
    ],
)
def test_the_name_of_a_single_input_may_be_left_out(data):
    np.testing.assert_array_equal(inputs_of(data, ONE)["images"], [[[1, 2]], [[3, 4]]])


def test_plain_text_is_a_string_too():
    assert inputs_of({"inputs": ["é"]}, {"s": TensorSpec("DT_STRING", (-1,))}) == {
        "s": ["é".encode()]
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "JSON Parse error"),
        (b"{", "JSON Parse error"),
        (b"\xff\xfe\xfd", "JSON Parse error"),
        (b"[" * 200_000, "JSON Parse error: nested too deeply"),
        (b'{"inputs": ' + b"1" * 5000 + b"}", "JSON Parse error"),
        (b"[1]", "Is not object"),
        (b"{}", "Missing 'inputs' or 'instances' key"),
        (b'{"inputs": 1, "instances": 1}', "only one of 'inputs' or 'instances'"),
        (b'{"instances": 5}', "'instances' to be a list/array"),
        (b'{"instances": []}', "No values in 'instances' array"),
        (b'{"signature_name": 5, "inputs": 1}', "'signature_name' key must be a string"),
    ],
)
def test_what_is_no_request(body, message):
    with pytest.raises(ApiError, match=message) as caught:
        parse_body(body)
    assert caught.value.status == 400


ROW = {"image_bytes": B64, "difference": [0, 0]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"instances": [1]}, "expecting list of objects as multiple input tensors required"),
        ({"instances": [ROW, 5]}, "Expecting object but got value/list at item 1"),
        ({"instances": [{"image_bytes": B64}]}, "keys must be equal to: difference,image_bytes"),
        ({"instances": [{**ROW, "x": 1}]}, "Received: difference,image_bytes,x"),
        ({"inputs": [1]}, "expecting an object as multiple"),
        ({"inputs": {"image_bytes": [B64]}}, "Missing named input: difference in 'inputs' object"),
        ({"inputs": {"image_bytes": [B64], "difference": [[0, 0]], "x": 1}}, "Unknown .* x in"),
        (
            {"inputs": {"image_bytes": [B64], "difference": [[0, 0, 0]]}},
            r"difference must be of shape \[-1, 2\] \(-1: any\). Received: \[1, 3\]",
        ),
        ({"inputs": {"image_bytes": B64, "difference": [[0, 0]]}}, r"Received: \[\]"),
        (
            {"inputs": {"image_bytes": [B64] * 2, "difference": [[0, 0]]}},
            "same number of rows. Received: {'image_bytes': 2, 'difference': 1}",
        ),
        ({"inputs": {"image_bytes": [], "difference": []}}, r"Received: \[0\]"),
        ({"instances": [{**ROW, "difference": [0, True]}]}, "true is not of expected type: float"),
        ({"instances": [{**ROW, "difference": [0, "1"]}]}, "1 is not of expected type: float"),
        ({"instances": [{**ROW, "difference": [0, None]}]}, "null is not of expected type: float"),
        ({"instances": [{**ROW, "difference": [0, [1]]}]}, "is not of expected type: float"),
        ({"instances": [ROW, {**ROW, "difference": [0]}]}, "unexpected size: 1 expected size: 2"),
        ({"instances": [ROW, {**ROW, "difference": 7}]}, "7 found where a list of 2 is expected"),
        ({"instances": [{**ROW, "difference": [0, float("nan")]}]}, "only finite"),
        ({"instances": [{**ROW, "difference": [0, 1e39]}]}, "only finite"),
        ({"instances": [{**ROW, "difference": [0, 10**400]}]}, "too large for float"),
        ({"instances": [{**ROW, "image_bytes": {"b64": "?"}}]}, "Unable to base64 decode"),
        ({"instances": [{**ROW, "image_bytes": {"b64": "é"}}]}, "Unable to base64 decode"),
        ({"instances": [{**ROW, "image_bytes": {"b64": 5}}]}, "not formatted correctly for base64"),
        ({"instances": [{**ROW, "image_bytes": 5}]}, "5 not formatted correctly for base64"),
    ],
)
def test_what_does_not_fit_the_signature(data, message):
    with pytest.raises(ApiError, match=message) as caught:
        inputs_of(data, TWO)
    assert caught.value.status == 400


def test_no_rows_are_refused():
    with pytest.raises(ApiError, match="at least one row"):
        inputs_of({"inputs": []}, {"s": TensorSpec("DT_STRING", (-1,))})


def test_answers():
    files = {"edited_bytes": np.array([b"\xff\x00!", b"b"], object)}
    two = [B64, {"b64": "Yg=="}]
    assert json.loads(to_answer(files, row=True)) == {"predictions": two}
    assert json.loads(to_answer(files, row=False)) == {"outputs": two}
    several = {"b": np.float32([[1, 2], [3, 4.5]]), "a_bytes": np.array([b"", b"b"], object)}
    assert json.loads(to_answer(several, row=False)) == {
        "outputs": {"a_bytes": [{"b64": ""}, {"b64": "Yg=="}], "b": [[1, 2], [3, 4.5]]}
    }
    assert json.loads(to_answer(several, row=True)) == {
        "predictions": [
            {"a_bytes": {"b64": ""}, "b": [1, 2]},
            {"a_bytes": {"b64": "Yg=="}, "b": [3, 4.5]},
        ]
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda part: (
        st.lists(part, max_size=4)
        | st.dictionaries(st.sampled_from(["b64", "image_bytes", "difference", "x"]), part)
    ),
    max_leaves=12,
)
REQUEST = st.dictionaries(st.sampled_from(["inputs", "instances", "signature_name"]), JSON)


@given(REQUEST, st.sampled_from([ONE, TWO]))
@settings(max_examples=300, deadline=None)
def test_any_json_is_either_inputs_of_the_right_shape_or_a_400(data, specs):
    try:
        inputs = inputs_of(data, specs)
    except ApiError as error:
        assert error.status == 400 and str(error).isascii()
        return
    assert set(inputs) == set(specs)
    for name, value in inputs.items():
        assert np.shape(value)[1:] == specs[name].shape[1:]


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_request_or_a_400(body):
    try:
        parse_body(body)
    except ApiError as error:
        assert error.status == 400
