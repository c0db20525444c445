"""Our messages have the bytes of tensorflow_serving.apis' own."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2, predict_pb2

from stgan_tf.serving import messages
from stgan_tf.serving.tensors import from_proto, to_proto

OFFICIAL = {
    "PredictRequest": predict_pb2.PredictRequest,
    "PredictResponse": predict_pb2.PredictResponse,
    "GetModelStatusRequest": get_model_status_pb2.GetModelStatusRequest,
    "GetModelStatusResponse": get_model_status_pb2.GetModelStatusResponse,
    "GetModelMetadataRequest": get_model_metadata_pb2.GetModelMetadataRequest,
    "GetModelMetadataResponse": get_model_metadata_pb2.GetModelMetadataResponse,
    "SignatureDefMap": get_model_metadata_pb2.SignatureDefMap,
}


def same_fields(ours, official, seen):
    if ours.full_name in seen:
        return
    seen.add(ours.full_name)
    for field in ours.fields:
        theirs = official.fields_by_name[field.name]
        assert theirs.number == field.number, field.full_name
        assert theirs.is_repeated == field.is_repeated, field.full_name
        # Our enumerations are int32.
        kind = theirs.TYPE_INT32 if theirs.type == theirs.TYPE_ENUM else theirs.type
        assert kind == field.type, field.full_name
        if field.message_type:
            same_fields(field.message_type, theirs.message_type, seen)


@pytest.mark.parametrize("name", OFFICIAL)
def test_numbers_and_types_are_the_official_ones(name):
    seen = set()
    same_fields(messages.MESSAGES[name].DESCRIPTOR, OFFICIAL[name].DESCRIPTOR, seen)
    assert len(seen) > 1


def test_a_request_of_ours_is_read_by_the_official_message():
    request = messages.PredictRequest()
    request.model_spec.name = "stgan"
    request.model_spec.version.value = 7
    request.model_spec.signature_name = "edit"
    request.inputs["x"].CopyFrom(to_proto(np.float32([[1, 2], [3, 4]])))
    request.inputs["s"].CopyFrom(to_proto([b"\xff\x00", b"b"]))
    official = predict_pb2.PredictRequest.FromString(request.SerializeToString())
    assert official.model_spec.name == "stgan"
    assert official.model_spec.version.value == 7
    assert official.model_spec.signature_name == "edit"
    np.testing.assert_array_equal(tf.make_ndarray(official.inputs["x"]), [[1, 2], [3, 4]])
    assert tf.make_ndarray(official.inputs["s"]).tolist() == [b"\xff\x00", b"b"]
    assert official.SerializeToString(deterministic=True) == request.SerializeToString(
        deterministic=True
    )


@pytest.mark.parametrize("state", messages.STATES.values())
def test_states_have_the_official_numbers(state):
    official = get_model_status_pb2.ModelVersionStatus.State.Value(state)
    assert messages.STATES[official] == state


def test_error_codes_are_in_the_official_order():
    from tensorflow.core.protobuf import error_codes_pb2

    for number, name in enumerate(messages.ERROR_CODES):
        assert error_codes_pb2.Code.Value(name) == number


ARRAYS = st.sampled_from([np.float32, np.float64, np.int32, np.int64, np.uint8, np.bool_]).flatmap(
    lambda kind: st_numpy.arrays(kind, st_numpy.array_shapes(min_dims=0, max_dims=3, min_side=0))
)


@given(ARRAYS)
@settings(max_examples=60, deadline=None)
def test_tensors_go_to_tensorflow_and_back(array):
    official = tf.make_tensor_proto(array)
    read = from_proto(messages.TensorProto.FromString(official.SerializeToString()))
    np.testing.assert_array_equal(read, array)
    assert read.dtype == array.dtype and read.shape == array.shape
    ours = type(official).FromString(to_proto(array).SerializeToString())
    np.testing.assert_array_equal(tf.make_ndarray(ours), array)


@given(st.lists(st.binary(max_size=20), max_size=5))
@settings(max_examples=30, deadline=None)
def test_strings_go_to_tensorflow_and_back(strings):
    ours = to_proto(strings)
    official = tf.make_tensor_proto(strings, dtype=tf.string, shape=[len(strings)])
    theirs = type(official).FromString(ours.SerializeToString())
    assert tf.make_ndarray(theirs).tolist() == strings
    assert from_proto(messages.TensorProto.FromString(official.SerializeToString())) == strings


def test_one_value_stands_for_all():
    proto = messages.TensorProto(dtype=1, float_val=[1.5])
    proto.tensor_shape.dim.add(size=3)
    assert from_proto(proto).tolist() == [1.5, 1.5, 1.5]


def test_what_cannot_be_converted_is_named():
    with pytest.raises(ValueError, match="Received: complex64"):
        to_proto(np.zeros(1, np.complex64))
    with pytest.raises(ValueError, match="unsupported type 19"):
        from_proto(messages.TensorProto(dtype=19))
    proto = messages.TensorProto(dtype=1, tensor_content=b"\0" * 8)
    proto.tensor_shape.dim.add(size=3)
    with pytest.raises(ValueError, match="2 values of DT_FLOAT for shape"):
        from_proto(proto)
