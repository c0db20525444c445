"""docs/design.md describes the packages that there are, in the order in which they may import."""

import re

from docs.manual import ROOT
from test_architecture import LAYERS


def test_packages_are_described_in_the_order_of_their_imports():
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    section = page.split("\n## Packages\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    rows = [set(re.findall(r"`(\w+)/`", cell)) - {"stgan_tf"} for cell in cells]
    folders = {
        path.name for path in (ROOT / "stgan_tf").iterdir() if (path / "__init__.py").is_file()
    }
    assert [row for row in rows if row] == [layer & folders for layer in LAYERS if layer & folders]
