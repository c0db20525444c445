#!/usr/bin/env bash
# Draws public/samples: aligned faces of 178x218 pixels and what is true of them. Needs a Python
# with stgan_tf:
#   PYTHON=../../.venv/bin/python ./draw-samples.sh
set -euo pipefail
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}
faces=$(mktemp -d)
trap 'rm -rf "$faces"' EXIT
(cd ../.. && "$PYTHON" -m stgan_tf.faces --out_dir="$faces/drawn" --num_images=48 --seed=7)
rm -rf public/samples && mkdir -p public/samples
"$PYTHON" - "$faces/drawn" public/samples <<'PYTHON'
import json
import sys
from pathlib import Path

from PIL import Image

drawn, out = Path(sys.argv[1]), Path(sys.argv[2])
# Chosen for variety among the first 48 of seed 7.
CHOSEN = (14, 17, 24, 31, 10, 20, 46, 28)
lines = (drawn / "list_attr_celeba.txt").read_text(encoding="utf-8").splitlines()
names = lines[1].split()
rows = {line.split()[0]: line.split()[1:] for line in lines[2:]}
samples = []
for number, index in enumerate(CHOSEN, 1):
    source = f"{index:06d}.jpg"
    name = f"face-{number}.png"
    with Image.open(drawn / "img_align_celeba" / source) as image:
        image.convert("RGB").save(out / name, optimize=True)
    has = [attribute for attribute, value in zip(names, rows[source]) if value == "1"]
    samples.append({"file": name, "attributes": has})
(out / "samples.json").write_text(json.dumps(samples, indent=2) + "\n", encoding="utf-8")
PYTHON
