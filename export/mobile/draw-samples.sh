#!/usr/bin/env bash
# Draws public/samples (aligned faces, 178x218 pixels) and public/landscapes (for domain models), each
# with its attributes. Needs Python with stgan_tf:
#   PYTHON=../../.venv/bin/python ./draw-samples.sh
set -euo pipefail
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}
drawn=$(mktemp -d)
trap 'rm -rf "$drawn"' EXIT
draw() { (cd ../.. && "$PYTHON" -m stgan_tf.draw --scene="$1" --out_dir="$drawn/$1" --seed=7 "${@:2}"); }
draw faces --num_images=48
draw landscapes --num_images=24 --seasons=summer,winter --size=384
rm -rf public/samples public/landscapes && mkdir -p public/samples public/landscapes
"$PYTHON" - "$drawn" public <<'PYTHON'
import json
import sys
from pathlib import Path

from PIL import Image

drawn, public = Path(sys.argv[1]), Path(sys.argv[2])
# Chosen for variety among those of seed 7.
FACES = (14, 17, 24, 31, 10, 20, 46, 28)
LANDSCAPES = (13, 6, 5, 2, 11, 12, 23, 18)


def write_list(folder, samples):
    (folder / "samples.json").write_text(json.dumps(samples, indent=2) + "\n", encoding="utf-8")


lines = (drawn / "faces/list_attr_celeba.txt").read_text(encoding="utf-8").splitlines()
names = lines[1].split()
rows = {line.split()[0]: line.split()[1:] for line in lines[2:]}
samples = []
for number, index in enumerate(FACES, 1):
    source = f"{index:06d}.jpg"
    name = f"face-{number}.png"
    with Image.open(drawn / "faces/img_align_celeba" / source) as image:
        image.convert("RGB").save(public / "samples" / name, optimize=True)
    has = [attribute for attribute, value in zip(names, rows[source]) if value == "1"]
    samples.append({"file": name, "attributes": has})
write_list(public / "samples", samples)

samples = []
for number, index in enumerate(LANDSCAPES, 1):
    (source,) = (drawn / "landscapes").glob(f"*/*/{index:06d}.png")
    name = f"landscape-{number}.jpg"
    with Image.open(source) as image:
        image.convert("RGB").save(public / "landscapes" / name, quality=88, optimize=True)
    samples.append({"file": name, "attributes": [source.parent.name]})
write_list(public / "landscapes", samples)
PYTHON
