"""The systems of a comparison: a folder of flag files, and a list of facts about each."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

from stgan_tf.flag_files import find_flag_file

LIST_FILE = "systems.json"


@dataclasses.dataclass(frozen=True)
class ComparedSystem:
    """A system in the table and the figure; everything except the title may be unknown.

    Attributes:
        line: Points with the same line are joined in the figure; empty: the title.
        paper_psnr, paper_ssim: Its reconstruction quality according to the paper compared with.
        published: Flag file of its published configuration; None if there is none.
    """

    title: str
    line: str = ""
    paper_psnr: float | None = None
    paper_ssim: float | None = None
    published: Path | None = None


def read_systems(flag_dir: Path) -> dict[str, ComparedSystem]:
    """{stem of the flag file: system}, in the order of flag_dir/systems.json; empty if there is no
    such list. Raises ValueError naming the file if it cannot be read.
    """
    path = flag_dir / LIST_FILE
    if not path.is_file():
        return {}
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        systems = {name: ComparedSystem(**values) for name, values in listed.items()}
    except (ValueError, TypeError, AttributeError) as error:
        fields = ", ".join(field.name for field in dataclasses.fields(ComparedSystem))
        raise ValueError(
            f"{path} must be a JSON object of {{stem of a flag file: an object with {fields}}}: "
            f"{error}."
        ) from error
    # Resolved like a --flagfile inside a flag file.
    return {
        name: dataclasses.replace(
            system, published=system.published and find_flag_file(system.published, path)
        )
        for name, system in systems.items()
    }


def known_system(name: str, systems: Mapping[str, ComparedSystem] | None) -> ComparedSystem:
    """The entry of system `name`, or else one with its name as the title."""
    return (systems or {}).get(name, ComparedSystem(name))
