"""The numbered version folders of a model, and their contents."""

from pathlib import Path

#: A folder's contents: (file, size in bytes, modification time in nanoseconds).
Fingerprint = tuple[tuple[str, int, int], ...]


def version_folders(base: Path) -> dict[int, Path]:
    """{version: folder} for the folders named by a number, newest first; others are ignored."""
    found = {
        int(entry.name): entry
        for entry in base.iterdir()
        if entry.name.isascii() and entry.name.isdigit() and entry.is_dir()
    }
    return dict(sorted(found.items(), reverse=True))


def fingerprint(folder: Path) -> Fingerprint:
    """Changes whenever a file in the folder is added, grows, is replaced or removed."""
    rows = []
    for path in sorted(folder.rglob("*")):
        try:
            status = path.stat()
        except FileNotFoundError:  # removed in the meantime, so the next fingerprint differs
            continue
        rows.append((str(path.relative_to(folder)), status.st_size, status.st_mtime_ns))
    return tuple(rows)
