"""Digests of exported files."""

import pytest

from stgan_tf.digests import digest, digests, require_digests

#: SHA-256 of "abc" (FIPS 180-2, appendix B.1).
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b").write_bytes(b"x" * 3_000_000)
    found = digests(tmp_path)
    assert digest(tmp_path / "a") == ABC and found["a"] == ABC
    assert list(found) == ["a", "sub/b"]
    require_digests(tmp_path, found)
    (tmp_path / "sub" / "b").write_bytes(b"x" * 2_999_999 + b"y")
    with pytest.raises(ValueError, match="sub/b is damaged or from another export"):
        require_digests(tmp_path, found)
    (tmp_path / "sub" / "b").unlink()
    with pytest.raises(ValueError, match="incomplete: it has no sub/b"):
        require_digests(tmp_path, found)
