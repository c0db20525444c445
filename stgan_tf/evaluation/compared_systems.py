"""The systems of a comparison: a folder of flag files, and a list of what is known of each."""

import dataclasses
import json
from pathlib import Path

LIST_FILE = "systems.json"


@dataclasses.dataclass(frozen=True)
class ComparedSystem:
    """A system in a table and its figure; all but the title may be unknown.

    Attributes:
        line: Points of one line are joined in the figure; empty: the title.
        paper_psnr, paper_ssim: Its reconstruction in the article that is compared with.
        published: Flag file of its configuration as published; None where there is none.
    """

    title: str
    line: str = ""
    paper_psnr: float | None = None
    paper_ssim: float | None = None
    published: Path | None = None


def read_systems(flag_dir: Path) -> dict[str, ComparedSystem]:
    """{stem of the flag file: what is known}, in the order of flag_dir/systems.json; empty where
    there is no such list. Raises ValueError naming the file where it cannot be read.
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
    # As in a --flagfile inside a flag file, paths are relative to the working directory.
    return {
        name: dataclasses.replace(system, published=system.published and Path(system.published))
        for name, system in systems.items()
    }
