"""How well faces are found: misses and displacement on photos, false faces on drawn scenes.

    python tests/alignment/measure_face_finding.py --photos=img_align_celeba --count=2000
    python tests/alignment/measure_face_finding.py --photos=... --tight --count=2000
    python tests/alignment/measure_face_finding.py --photos=... --cut=0.25 --count=500
    python tests/alignment/measure_face_finding.py --scenes=300 --detector=blazeface

The photos are CelebA's aligned frames at any size, one face each; they are brought to 178x218, so
the landmarks found there must take the face to where it is. With --rows a file of what was measured
is kept, and a run that was ended goes on from there. Not a test: it takes minutes.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from scenes import KINDS, draw_scene

from stgan_tf.alignment import find_faces, frame_similarity
from stgan_tf.alignment.detection import DETECTORS
from stgan_tf.alignment.similarity import CANONICAL_POINTS
from stgan_tf.face_detectors import MTCNN

#: CelebA's mean landmarks in its 178x218 frame (list_landmarks_align_celeba.txt), rounded.
MEAN_LANDMARKS = np.array([(69, 111), (108, 111), (88, 135), (72, 152), (105, 152)])
FRAME = (178, 218)
#: Left, top, right and bottom of a tight crop of the face, in the frame; it is doubled.
TIGHT = (36, 58, 142, 174)
_EYE_DISTANCE = float(np.hypot(*(CANONICAL_POINTS[1] - CANONICAL_POINTS[0])))
_CORNERS = np.array([(3, 26), (172, 26), (172, 195), (3, 195)])  # of CelebA's crop


def photo_cases(options: argparse.Namespace) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """(name, pixels, where the frame's first pixel lies and how often it was enlarged)."""
    files = sorted(
        path for path in options.photos.iterdir() if path.suffix.lower() in (".jpg", ".png")
    )
    for index in np.linspace(0, len(files) - 1, min(options.count, len(files))).astype(int):
        with Image.open(files[index]) as image:
            frame = image.convert("RGB").resize(FRAME, Image.Resampling.BICUBIC)
        if options.tight:
            size = (2 * (TIGHT[2] - TIGHT[0]), 2 * (TIGHT[3] - TIGHT[1]))
            pixels = np.asarray(frame.crop(TIGHT).resize(size, Image.Resampling.BICUBIC))
            yield files[index].name, pixels, np.array((TIGHT[0], TIGHT[1], 2))
        else:
            # What is cut off is a share of the mean face's width, from the left of its box.
            left = round(45 + options.cut * 87) if options.cut else 0
            yield files[index].name, np.asarray(frame)[:, left:], np.array((left, 0, 1))


def photo_row(detector: str, name: str, pixels: np.ndarray, view: np.ndarray) -> dict:
    start = time.perf_counter()
    faces = find_faces(pixels, detector=detector)
    seconds = time.perf_counter() - start
    cut_off = sum(face.cut_off for face in faces)
    row = {"name": name, "faces": len(faces), "cut_off": cut_off, "seconds": seconds}
    if faces:
        points = (faces[0].landmarks + 0.5) / view[2] - 0.5 + view[:2]
        # The frame is aligned already: what the landmarks still move is the error.
        moved = frame_similarity(points)(_CORNERS) - _CORNERS
        row["displacement"] = float(np.linalg.norm(moved, axis=1).mean() / _EYE_DISTANCE)
        row["score"] = faces[0].score
        row["offset"] = (points - MEAN_LANDMARKS).tolist()
    return row


def scene_row(detector: str, seed: int) -> dict:
    faces = find_faces(draw_scene(seed), detector=detector)
    scores = [round(face.score, 3) for face in faces]
    return {"name": seed, "kind": KINDS[seed % len(KINDS)], "faces": len(faces), "scores": scores}


def rows_of(options: argparse.Namespace) -> Iterator[dict]:
    """What was measured before, then the rest, each written as it comes."""
    done = {}
    if options.rows and options.rows.exists():
        lines = options.rows.read_text(encoding="utf-8").splitlines()
        done = {row["name"]: row for row in map(json.loads, lines)}
    cases = photo_cases(options) if options.photos else ((seed,) for seed in range(options.scenes))
    for case in cases:
        row = done.get(case[0])
        if row is None:
            measure = photo_row if options.photos else scene_row
            row = measure(options.detector, *case)
            if options.rows:
                with options.rows.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
        yield row


def report(rows: list[dict]) -> None:
    missed = [row["name"] for row in rows if not row["faces"]]
    several = [row["name"] for row in rows if row["faces"] > 1]
    if "kind" in rows[0]:
        false = [row for row in rows if row["faces"]]
        print(f"{len(false)} of {len(rows)} scenes have a face: {false[:20]}")
        return
    print(f"{len(missed)} of {len(rows)} missed: {missed[:20]}")
    print(f"{len(several)} with several: {several[:20]}")
    print(f"{sum(row['cut_off'] > 0 for row in rows)} with a face that is cut off")
    found = [row for row in rows if row["faces"]]
    if found:
        shares = 100 * np.percentile([row["displacement"] for row in found], (50, 95, 99))
        print("displacement, % of the eyes' distance (median, 95 %, 99 %):", shares.round(1))
        offsets = np.median([row["offset"] for row in found], axis=0)
        scores = np.percentile([row["score"] for row in found], (0.1, 1, 5))
        print("score (0.1, 1, 5 %):", scores.round(3))
        seconds = [row["seconds"] for row in found]
        print(f"seconds a photo with a face (median): {np.median(seconds):.3f}")
        print("landmarks less CelebA's means, pixels (median):", offsets.round(1).tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="Folder of aligned photos.")
    parser.add_argument("--count", type=int, default=2000, help="Photos, spread over the folder.")
    parser.add_argument("--tight", action="store_true", help="Crop the photos to the face.")
    parser.add_argument("--cut", type=float, default=0.0, help="Share of the face to cut away.")
    parser.add_argument(
        "--scenes", type=int, default=300, help="Scenes, where no photos are given."
    )
    parser.add_argument("--detector", choices=DETECTORS, default=MTCNN)
    parser.add_argument("--rows", type=Path, help="JSON lines: what was measured, to go on from.")
    report(list(rows_of(parser.parse_args())))


if __name__ == "__main__":
    main()
