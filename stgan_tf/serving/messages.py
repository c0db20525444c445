"""TF Serving's protocol buffers, without TensorFlow.

`tensorflow_serving.apis` imports TensorFlow for its tensors, so the few messages that a client
needs are declared here, in a separate pool. Numbers and types are those of tensorflow_serving/apis
and tensorflow/core/framework; protobuf skips fields that are not declared. Enums are declared as
int32, which has the same encoding.
"""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
    "bool": _Field.TYPE_BOOL,
    "float": _Field.TYPE_FLOAT,
    "double": _Field.TYPE_DOUBLE,
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
}
_TF, _SERVING = "tensorflow", "tensorflow.serving"
#: package -> message -> field -> (number, type); "repeated T" and "map T" (keys are strings).
_MESSAGES = {
    _TF: {
        "Dim": {"size": (1, "int64"), "name": (2, "string")},
        "TensorShapeProto": {
            "dim": (2, "repeated tensorflow.Dim"),
            "unknown_rank": (3, "bool"),
        },
        "TensorProto": {
            "dtype": (1, "int32"),
            "tensor_shape": (2, "tensorflow.TensorShapeProto"),
            "tensor_content": (4, "bytes"),
            "float_val": (5, "repeated float"),
            "double_val": (6, "repeated double"),
            "int_val": (7, "repeated int32"),
            "string_val": (8, "repeated bytes"),
            "int64_val": (10, "repeated int64"),
            "bool_val": (11, "repeated bool"),
        },
        "TensorInfo": {
            "name": (1, "string"),
            "dtype": (2, "int32"),
            "tensor_shape": (3, "tensorflow.TensorShapeProto"),
        },
        "SignatureDef": {
            "inputs": (1, "map tensorflow.TensorInfo"),
            "outputs": (2, "map tensorflow.TensorInfo"),
            "method_name": (3, "string"),
        },
    },
    _SERVING: {
        "Int64Value": {"value": (1, "int64")},  # google.protobuf's
        "Any": {"type_url": (1, "string"), "value": (2, "bytes")},  # google.protobuf's
        "ModelSpec": {
            "name": (1, "string"),
            "version": (2, "tensorflow.serving.Int64Value"),
            "signature_name": (3, "string"),
            "version_label": (4, "string"),
        },
        "PredictRequest": {
            "model_spec": (1, "tensorflow.serving.ModelSpec"),
            "inputs": (2, "map tensorflow.TensorProto"),
            "output_filter": (3, "repeated string"),
        },
        "PredictResponse": {
            "outputs": (1, "map tensorflow.TensorProto"),
            "model_spec": (2, "tensorflow.serving.ModelSpec"),
        },
        "GetModelStatusRequest": {"model_spec": (1, "tensorflow.serving.ModelSpec")},
        "StatusProto": {"error_code": (1, "int32"), "error_message": (2, "string")},
        "ModelVersionStatus": {
            "version": (1, "int64"),
            "state": (2, "int32"),
            "status": (3, "tensorflow.serving.StatusProto"),
        },
        "GetModelStatusResponse": {
            "model_version_status": (1, "repeated tensorflow.serving.ModelVersionStatus")
        },
        "GetModelMetadataRequest": {
            "model_spec": (1, "tensorflow.serving.ModelSpec"),
            "metadata_field": (2, "repeated string"),
        },
        "GetModelMetadataResponse": {
            "model_spec": (1, "tensorflow.serving.ModelSpec"),
            "metadata": (2, "map tensorflow.serving.Any"),
        },
        "SignatureDefMap": {"signature_def": (1, "map tensorflow.SignatureDef")},
    },
}


def build_messages(packages: dict) -> dict[str, type[Message]]:
    """{message name: class} of `packages`, declared like `_MESSAGES`; each package may only use
    earlier ones.
    """
    pool = descriptor_pool.DescriptorPool()
    files: list[str] = []
    for package, messages in packages.items():
        file = descriptor_pb2.FileDescriptorProto(
            name=f"{package}.proto", package=package, syntax="proto3", dependency=files
        )
        for name, fields in messages.items():
            message = file.message_type.add(name=name)
            for field, (number, kind) in fields.items():
                _add_field(message, package, field, number, kind)
        pool.Add(file)
        files = [*files, file.name]
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{name}"))
        for package, messages in packages.items()
        for name in messages
    }


def _add_field(message, package: str, name: str, number: int, kind: str) -> None:
    field = message.field.add(name=name, number=number, label=_Field.LABEL_OPTIONAL)
    words = kind.split()
    if len(words) == 2:
        field.label = _Field.LABEL_REPEATED
    if words[0] == "map":
        entry = message.nested_type.add(name=name.title().replace("_", "") + "Entry")
        entry.options.map_entry = True
        _add_field(entry, package, "key", 1, "string")
        _add_field(entry, package, "value", 2, words[1])
        field.type, field.type_name = (
            _Field.TYPE_MESSAGE,
            f".{package}.{message.name}.{entry.name}",
        )
    elif words[-1] in _SCALARS:
        field.type = _SCALARS[words[-1]]
    else:
        field.type, field.type_name = _Field.TYPE_MESSAGE, f".{words[-1]}"


MESSAGES = build_messages(_MESSAGES)
TensorProto = MESSAGES["TensorProto"]
PredictRequest = MESSAGES["PredictRequest"]
PredictResponse = MESSAGES["PredictResponse"]
GetModelStatusRequest = MESSAGES["GetModelStatusRequest"]
GetModelStatusResponse = MESSAGES["GetModelStatusResponse"]
GetModelMetadataRequest = MESSAGES["GetModelMetadataRequest"]
GetModelMetadataResponse = MESSAGES["GetModelMetadataResponse"]
SignatureDefMap = MESSAGES["SignatureDefMap"]

#: get_model_status.proto's ModelVersionStatus.State and error_codes.proto, by number.
STATES = {0: "UNKNOWN", 10: "START", 20: "LOADING", 30: "AVAILABLE", 40: "UNLOADING", 50: "END"}
ERROR_CODES = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)
