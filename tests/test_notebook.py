"""The notebook runs from its first cell to its last, with fewer images and epochs than it shows."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs" / "quickstart.ipynb"
SHORTER = {"num_images=1000": "num_images=120", "epochs=30": "epochs=2"}


@pytest.mark.slow
def test_the_notebook_ends_in_an_exported_model(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOK.parents[1]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for shown, run in SHORTER.items():
        cells = [cell for cell in notebook.cells if shown in cell.source]
        assert len(cells) == 1
        cells[0].source = cells[0].source.replace(shown, run)
    options = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=500, resources=options).execute()
    assert (tmp_path / "exported" / "litert" / "model.json").is_file()
    pictures = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 3


def test_it_is_kept_without_outputs():
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        assert not cell.get("outputs") and not cell.get("execution_count")
