"""Tables of domain edits by direction, as text cells for the Markdown and the HTML page."""

from collections.abc import Mapping


def directions_of(measurements: Mapping) -> list[str]:
    """The directions that were measured; empty for attributes."""
    return list(measurements["edits"][0].get("directions", ()))


def direction_rows(measurements: Mapping) -> tuple[list[str], list[list[str]]]:
    """(header, rows): for each direction the accuracy in percent at each intensity, of the
    protocol's edit and of the edit as shipped, beside the do-nothing baseline.
    """
    header, columns = ["Direction", "images"], []
    for protocol, shipped in zip(measurements["edits"], measurements["shipped_edits"], strict=True):
        header += [f"accuracy, intensity {protocol['intensity']:g}", "as shipped"]
        columns += [protocol, shipped]
    header.append("do-nothing baseline")
    columns.append(measurements["baseline"])
    rows = []
    for direction in directions_of(measurements):
        counted = [column["directions"][direction] for column in columns]
        shares = [f"{100 * each['accuracy']:.1f}" for each in counted]
        rows.append([direction, f"{counted[0]['images']:,}", *shares])
    return header, rows
