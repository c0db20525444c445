"""Recognises which generator a file contains."""

from pathlib import Path

from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.pytorch.cyclegan import CycleGANFile
from stgan_tf.official.pytorch.fadernet import FaderNetFile
from stgan_tf.official.pytorch.known_generator import KnownGenerator
from stgan_tf.official.pytorch.stargan import StarGANFile
from stgan_tf.official.pytorch.weights_file import Arrays, read_weights

KNOWN: tuple[KnownGenerator, ...] = (StarGANFile(), FaderNetFile(), CycleGANFile())

#: Maximum number of arrays listed in a message.
_LISTED = 6


def read_generator(path: Path | str) -> tuple[KnownGenerator, Arrays]:
    """The generator in a file, and its state dict.

    Raises:
        OfficialCheckpointError: There is no known generator, or more than one; the message says
            what was found. Also as in `read_weights`.
        ModuleNotFoundError: As in `read_weights`.
    """
    found = read_weights(path)
    generators = [
        (where, known, arrays)
        for where, arrays in found.items()
        for known in KNOWN
        if known.fits(arrays)
    ]
    if len(generators) == 1:
        return generators[0][1:]
    if generators:
        places = ", ".join(where or "the file itself" for where, *_ in generators)
        raise OfficialCheckpointError(
            f"{path} contains several generators ({places}): save the state dict of one of them in "
            "a separate file."
        )
    others = [known.other_network(arrays) for arrays in found.values() for known in KNOWN]
    if others := [text for text in others if text]:
        raise OfficialCheckpointError(f"{path} contains no generator, but {others[0]}.")
    titles = "; ".join(known.title for known in KNOWN)
    raise OfficialCheckpointError(
        f"{path} does not contain the weights of a known generator ({titles}). Found: "
        f"{_list(found)}."
    )


def _list(found: dict[str, Arrays]) -> str:
    named = [
        f"{where}.{name} {list(array.shape)}" if where else f"{name} {list(array.shape)}"
        for where, arrays in found.items()
        for name, array in arrays.items()
    ]
    if not named:
        return "no arrays"
    more = len(named) - _LISTED
    return ", ".join(named[:_LISTED]) + (f" and {more} more" if more > 0 else "")
