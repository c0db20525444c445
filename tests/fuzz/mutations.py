"""Damages bytes as storage, networks, editors and attackers do."""

import random
import re
from collections.abc import Sequence

_NUMBERS = (b"0", b"-1", b"1e400", b"NaN", b"9" * 30, b"2147483648", b"-0.0", b"1_0", "٣".encode())
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")


def mutated(chance: random.Random, samples: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """One of `samples` after a few changes, some with `words` of its language."""
    data = bytearray(chance.choice(samples))
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 5, 9))):
        chance.choice(_CHANGES)(chance, data, samples, words)
    return bytes(data)


def _place(chance, data):
    return chance.randrange(len(data) + 1)


def _range(chance, data):
    start = _place(chance, data)
    return start, min(len(data), start + chance.choice((1, 1, 2, 4, 16, 64, 1000)))


def _flip(chance, data, samples, words):
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _overwrite(chance, data, samples, words):
    start, end = _range(chance, data)
    data[start:end] = chance.randbytes(end - start)


def _fill(chance, data, samples, words):
    start, end = _range(chance, data)
    data[start:end] = bytes([chance.choice((0, 255, 127, 128, 32, 10))]) * (end - start)


def _insert(chance, data, samples, words):
    start = _place(chance, data)
    data[start:start] = chance.randbytes(chance.choice((1, 2, 4, 30)))


def _word(chance, data, samples, words):
    start = _place(chance, data)
    repeats = chance.choice((1, 1, 1, 1, 2, 50, 5000))
    data[start:start] = chance.choice(words) * repeats


def _delete(chance, data, samples, words):
    start, end = _range(chance, data)
    del data[start:end]


def _repeat(chance, data, samples, words):
    start, end = _range(chance, data)
    data[end:end] = data[start:end] * chance.choice((1, 2, 20))


def _cut(chance, data, samples, words):
    del data[_place(chance, data) :]


def _splice(chance, data, samples, words):
    other = chance.choice(samples)
    data[_place(chance, data) :] = other[chance.randrange(len(other) + 1) :]


def _number(chance, data, samples, words):
    found = list(_NUMBER.finditer(data[:20_000]))
    if found:
        match = chance.choice(found)
        data[match.start() : match.end()] = chance.choice(_NUMBERS)


_CHANGES = (_flip, _overwrite, _fill, _insert, _word, _word, _delete, _repeat, _cut, _splice)
_CHANGES += (_number,)
