"""Reads the operations and tensors of a LiteRT file from its flatbuffer."""

import dataclasses

#: GPU delegates support transposed convolutions up to this version (4 has a fused activation), and
#: tensors up to this rank.
TRANSPOSE_CONV_VERSION = 3
HIGHEST_RANK = 4


@dataclasses.dataclass(frozen=True)
class Contents:
    """
    Attributes:
        operations: (name, version) of each kind of operation, sorted; custom ones by their own
            names, which start with Flex for TensorFlow ops.
        custom: Names of operations that are not LiteRT builtins.
        highest_rank: The highest rank of any tensor.
        subgraphs: Number of subgraphs.
    """

    operations: tuple[tuple[str, int], ...]
    custom: tuple[str, ...]
    highest_rank: int
    subgraphs: int


def read_contents(model: bytes) -> Contents:
    """Reads the contents of a LiteRT file from its bytes."""
    # Imported here, so that a SavedModel can be exported without ai-edge-litert.
    from ai_edge_litert import schema_py_generated as schema

    names = {code: name for name, code in vars(schema.BuiltinOperator).items() if name.isupper()}
    tree = schema.ModelT.InitFromPackedBuf(model, 0)
    operations, custom = [], []
    for code in tree.operatorCodes:
        # Old readers know only the first field, which is limited to 127.
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        if number == schema.BuiltinOperator.CUSTOM:
            custom.append(code.customCode.decode())
            operations.append((custom[-1], code.version))
        else:
            operations.append((names[number], code.version))
    ranks = [
        0 if tensor.shape is None else len(tensor.shape)
        for graph in tree.subgraphs
        for tensor in graph.tensors
    ]
    return Contents(tuple(sorted(operations)), tuple(custom), max(ranks), len(tree.subgraphs))


def require_portable(name: str, model: bytes) -> Contents:
    """Returns the contents; raises ValueError for anything that mobile GPUs or plain runtimes
    reject.
    """
    contents = read_contents(model)
    if contents.custom:
        raise ValueError(
            f"{name} needs operations that are not LiteRT builtins: {', '.join(contents.custom)}."
        )
    if contents.highest_rank > HIGHEST_RANK:
        raise ValueError(
            f"{name} has a tensor of rank {contents.highest_rank}; GPUs support {HIGHEST_RANK}."
        )
    version = max((v for n, v in contents.operations if n == "TRANSPOSE_CONV"), default=0)
    if version > TRANSPOSE_CONV_VERSION:
        raise ValueError(
            f"{name} has transposed convolutions of version {version}; GPUs support "
            f"{TRANSPOSE_CONV_VERSION}."
        )
    return contents
