#!/usr/bin/env bash
# Renders the PNG icons from public/icons/icon.svg. Needs Python with resvg-py (which stgan_tf installs):
#   PYTHON=../../.venv/bin/python ./draw-icons.sh
set -euo pipefail
cd "$(dirname "$0")/public/icons"
"${PYTHON:-python3}" - <<'PYTHON'
import re
from pathlib import Path

import resvg_py

drawing = Path("icon.svg").read_text(encoding="utf-8")
# A maskable icon is cropped to a circle or another shape: no corners, picture inside the safe zone.
picture = re.search(r"<rect[^>]*/>(.*)</svg>", drawing, re.DOTALL)[1]
maskable = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">'
    '<rect width="512" height="512" fill="#0f6b62"/>'
    f'<g transform="translate(56 56) scale(0.78)">{picture}</g></svg>'
)
for name, source, side in (
    ("icon-180.png", maskable, 180),
    ("icon-192.png", drawing, 192),
    ("icon-512.png", drawing, 512),
    ("icon-maskable-512.png", maskable, 512),
):
    Path(name).write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=source, width=side, height=side)))
PYTHON
