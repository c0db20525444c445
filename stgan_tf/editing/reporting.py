"""The output of `edit` for each photo and at the end, from the rows of `edit_files`."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

#: Maximum number of names listed of one kind.
_LISTED = 20


def report(
    rows: Iterable[Mapping], left_out: Mapping[Path, str], as_json: bool = False
) -> list[Mapping]:
    """Prints lines for the files left out and one for each row as it comes: as JSON, or as text
    without the failed photos, which are listed at the end. Returns the rows.
    """
    if as_json:
        for path, reason in left_out.items():
            print(json.dumps({"input": str(path), "status": "left_out", "reason": reason}))
    else:
        print(*left_out_lines(left_out), sep="\n", end="\n" if left_out else "", flush=True)
    done = []
    for row in rows:
        done.append(row)
        if as_json or row["status"] != "failed":
            # Does not overwrite the progress bar.
            tqdm.write(json.dumps(row) if as_json else photo_line(row), file=sys.stdout)
            sys.stdout.flush()
    return done


def photo_line(row: Mapping) -> str:
    """The line for a row that did not fail: faces found, faces edited, and what was left out."""
    name = row["input"]
    if row["status"] == "kept":
        return f"{name}: kept, {row['output']} exists (--overwrite replaces it)"
    parts = [_faces(row), *row["notes"]]
    return f"{name}: {'; '.join(part for part in parts if part)}"


def _faces(row: Mapping) -> str:
    count, left_out = row["faces_found"], row["left_out"]
    places = [_at(face["position"]) for face in row["faces"] if "position" in face]
    if not places:  # an aligned image
        return "edited"
    faces = f"{count} face{'s' * (count != 1)}"
    if row["shown"] == "largest":
        text = f"{faces}, shown: the largest, {places[0]}" if count > 1 else f"{faces}, shown"
    elif row["shown"] == "all":
        text = f"{faces}, shown from the top: {', '.join(places)}" if len(places) > 1 else faces
    else:
        text = f"{faces}, {len(places)} edited"
    if left_out:
        why = ", ".join(f"{face['reason']}, {_at(face['position'])}" for face in left_out)
        text += f"; left out: {len(left_out)} ({why})"
    return text


def _at(position: Sequence[float]) -> str:
    return "at {:.0f}, {:.0f}".format(*position)


def left_out_lines(left_out: Mapping[Path, str]) -> list[str]:
    """One line per reason, with the files left out for it."""
    by_reason: dict[str, list[str]] = {}
    for path, reason in left_out.items():
        by_reason.setdefault(reason, []).append(str(path))
    return [f"left out, {reason}: {_listed(names)}" for reason, names in by_reason.items()]


def summary(rows: Sequence[Mapping], output: str) -> str:
    """The numbers of edited and kept files, and what was dropped from all results."""
    edited, kept = (sum(row["status"] == status for row in rows) for status in ("edited", "kept"))
    there = f"{kept} kept" if kept else ""
    done = ", ".join(part for part in (f"{edited} edited" if edited else "", there) if part)
    lines = [f"{done}: {output}"] if done else []
    if without := sum(row.get("exif_dropped", False) for row in rows):
        photos = "1 photo" if without == 1 else f"{without} photos"
        lines.append(f"EXIF (date, place, camera) of {photos} was not copied.")
    return "\n".join(lines)


def failures(rows: Sequence[Mapping]) -> str:
    """One line per failed file, up to a limit; empty if none failed."""
    failed = [f"  {row['input']}: {row['error']}" for row in rows if row["status"] == "failed"]
    more = [f"  and {len(failed) - _LISTED} more"] if len(failed) > _LISTED else []
    return "\n".join(failed[:_LISTED] + more)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
