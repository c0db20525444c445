"""README and BUILD link to files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["README.md", "BUILD.md"])
def test_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("https://"):
            assert (ROOT / target).is_file(), target


@pytest.mark.parametrize("name", ["README.md", "BUILD.md"])
def test_flag_files_it_names_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"flags/(\w+\.cfg)", text):
        assert (ROOT / "flags" / target).is_file(), target
