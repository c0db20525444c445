"""The numbered folders of a model, and what is in them."""

from pathlib import Path

#: What a folder holds: (file, bytes, time of the last change in nanoseconds).
Fingerprint = tuple[tuple[str, int, int], ...]


def version_folders(base: Path) -> dict[int, Path]:
    """{version: folder} of the folders named by a number, newest first; others are no versions."""
    found = {
        int(entry.name): entry
        for entry in base.iterdir()
        if entry.name.isascii() and entry.name.isdigit() and entry.is_dir()
    }
    return dict(sorted(found.items(), reverse=True))


def fingerprint(folder: Path) -> Fingerprint:
    """Changes whenever a file of the folder appears, grows, is replaced or goes away."""
    rows = []
    for path in sorted(folder.rglob("*")):
        try:
            status = path.stat()
        except FileNotFoundError:  # went away while we looked, so the next look differs
            continue
        rows.append((str(path.relative_to(folder)), status.st_size, status.st_mtime_ns))
    return tuple(rows)
