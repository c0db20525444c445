"""CITATION.cff is valid, and cites this version and the paper."""

import subprocess
import sys

import yaml
from docs.manual import ROOT

import stgan_tf


def test_citation_is_valid_and_of_this_version():
    path = ROOT / "CITATION.cff"
    schema = "--builtin-schema=vendor.citation-file-format"
    command = [sys.executable, "-m", "check_jsonschema", schema, path]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stdout
    citation = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert citation["version"] == stgan_tf.__version__
    paper = citation["preferred-citation"]
    assert (paper["year"], paper["start"], paper["end"]) == (2019, 3668, 3677)
    assert [author["family-names"] for author in paper["authors"]][::6] == ["Liu", "Wen"]
