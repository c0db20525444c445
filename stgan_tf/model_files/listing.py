"""Models as text and as JSON. No TensorFlow here."""

import dataclasses
import json
import textwrap
from collections.abc import Sequence

from stgan_tf.model_files.store import StoredModel

_WIDTH = 100


def as_text(models: Sequence[StoredModel]) -> str:
    """A paragraph per model: name, system, size, licence, origin, and what it edits."""
    return "\n".join(_paragraph(model) for model in models)


def as_json(models: Sequence[StoredModel]) -> str:
    """A list of objects with the same values, and the manifest's others without its parts."""
    return json.dumps([_values(model) for model in models], indent=2)


def _paragraph(model: StoredModel) -> str:
    manifest = model.manifest
    stored = f"{model.bytes / 2**20:.1f} MiB, {manifest.precision}"
    kind = "domains" if manifest.domains else "attributes"
    names = manifest.domains or manifest.attributes
    lines = [
        f"system:  {manifest.system}, {manifest.image_size} px, {manifest.step:,} iterations",
        f"edits:   {len(names)} {kind}: {', '.join(names)}",
        f"file:    {stored}",
        f"licence: {manifest.licence}",
        f"origin:  {model.origin}",
    ]
    indents = {"initial_indent": "  ", "subsequent_indent": " " * 11}
    return "\n".join([model.name, *(textwrap.fill(line, _WIDTH, **indents) for line in lines)])


def _values(model: StoredModel) -> dict[str, object]:
    manifest = dataclasses.asdict(model.manifest)
    del manifest["parts"]
    own = {"name": model.name, "origin": model.origin, "path": str(model.path)}
    return {**manifest, **own, "bytes": model.bytes, "sha256": model.sha256}
