"""Ways of bringing a small edit back to full size, on drawn landscapes whose truth is known.

    python tests/editing/measure_full_size.py --places=30 [--model=runs/seasons]
    python tests/editing/measure_full_size.py --places=0 --figure=docs/seasons_full_size.png
    python tests/editing/measure_full_size.py --places=0 --megapixels=24

Summers are translated to winter and back. The small edit is the true one, seen at 64 and 128
pixels, and with --model what that model makes. Not a test: it takes minutes.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from stgan_tf.editing import full_size
from stgan_tf.editing.editor import Editor
from stgan_tf.editing.full_size import PictureView, put_back, view_of
from stgan_tf.squaring import STRETCH
from stgan_tf.synthetic.landscapes import draw_landscape, sample_place

SIDE = 512
SEED = 100
SEASONS = ("summer", "winter")
#: Of the guided filter: least variance that counts as an edge; colours in [0, 1].
GUIDED_VARIANCES = (1e-5, 1e-4, 1e-3)
#: What the figure shows of a landscape, pixel for pixel.
FIGURE = np.s_[170:450, 150:440]
#: Tiles overlap by half, so that every pixel but those of the border is in four of them.
OVERLAP = 2
_GREY = np.float32((0.299, 0.587, 0.114))

#: (picture, view, edited, unedited) -> the picture edited, as of `put_back`.
Way = Callable[[np.ndarray, PictureView, np.ndarray, np.ndarray], np.ndarray]


def to_pixels(picture: np.ndarray, change: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(picture + change), 0, 255).astype(np.uint8)


def enlarged(values: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """(S, S, C) -> (H, W, C) of the picture, bicubic; for views of the kind STRETCH."""
    size = picture.shape[1::-1]
    channels = [
        Image.fromarray(np.ascontiguousarray(channel)) for channel in np.rollaxis(values, 2)
    ]
    return np.dstack([channel.resize(size, Image.Resampling.BICUBIC) for channel in channels])


def by_difference(picture, view, edited, unedited) -> np.ndarray:
    """The enlarged difference."""
    return to_pixels(picture, enlarged(edited - np.float32(unedited), picture))


def by_guided_filter(variance: float) -> Way:
    """The difference filtered with the picture as guide (He and Sun's fast guided filter)."""

    def way(picture, view, edited, unedited) -> np.ndarray:
        guide, change = view.pixels / np.float32(255), edited - np.float32(unedited)
        mean_guide, mean_change = full_size._mean(guide), full_size._mean(change)
        own = full_size._mean(guide[..., :, None] * guide[..., None, :])
        own -= mean_guide[..., :, None] * mean_guide[..., None, :]
        both = full_size._mean(guide[..., :, None] * change[..., None, :])
        both -= mean_guide[..., :, None] * mean_change[..., None, :]
        slopes = np.linalg.solve(own + np.float32(variance) * np.eye(3, dtype=np.float32), both)
        offset = mean_change - np.einsum("yxg,yxgc->yxc", mean_guide, slopes)
        slopes, offset = full_size._mean(slopes), full_size._mean(offset)
        large = enlarged(slopes.reshape(*slopes.shape[:2], 9), picture)
        change = np.einsum("yxg,yxgc->yxc", picture / 255, large.reshape(*picture.shape, 3))
        return to_pixels(picture, change + enlarged(offset, picture))

    return way


def by_tiles(picture: np.ndarray, editor: Editor, to: str) -> np.ndarray:
    """The difference that the model makes of overlapping tiles of its own size."""
    size = editor.image_size
    starts = range(0, len(picture) - size + 1, size // OVERLAP)
    corners = [(top, left) for top in starts for left in starts]
    tiles = np.stack([picture[y : y + size, x : x + size] for y, x in corners])
    changes = editor.translate(tiles, to) - np.float32(editor.reconstruct(tiles))
    ramp = np.float32(1 - np.abs(np.arange(size) + 0.5 - size / 2) / (size / 2))
    weights = (ramp[:, None] * ramp)[..., None]
    total, change = np.zeros((*picture.shape[:2], 1)), np.zeros(picture.shape)
    for (y, x), of_tile in zip(corners, changes, strict=True):
        change[y : y + size, x : x + size] += weights * of_tile
        total[y : y + size, x : x + size] += weights
    return to_pixels(picture, change / total)


WAYS: dict[str, Way] = {
    "a. enlarged difference": by_difference,
    **{f"b. guided filter, {v:g}": by_guided_filter(v) for v in GUIDED_VARIANCES},
    "c. local slopes": put_back,
}


def sharpness(picture: np.ndarray) -> float:
    """Energy of the gradient of luminance."""
    return float(np.mean(np.square(np.gradient(picture @ _GREY))))


def measured(result: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """PSNR in dB, SSIM, and sharpness as a share of the truth's."""
    return (
        peak_signal_noise_ratio(truth, result),
        structural_similarity(truth, result, channel_axis=-1),
        sharpness(result) / sharpness(truth),
    )


def results(
    source: np.ndarray, truth: np.ndarray, to: str, editor: Editor | None
) -> Iterator[tuple[str, str, np.ndarray]]:
    """(where the small edit is from, way, result)."""
    yield "", "the source, not edited", source
    for size in (64, 128):
        view, edited = (view_of(image, size, STRETCH) for image in (source, truth))
        for name, way in WAYS.items():
            yield f"true, {size} px", name, way(source, view, edited.pixels, view.pixels)
    if editor is not None:
        size = editor.image_size
        view = view_of(source, size, STRETCH)
        edited, unedited = editor.translate(view.pixels, to), editor.reconstruct(view.pixels)
        for name, way in WAYS.items():
            yield f"model, {size} px", name, way(source, view, edited, unedited)
        yield f"model, {size} px", "d. overlapping tiles", by_tiles(source, editor, to)


def measure(places: int, editor: Editor | None) -> None:
    """Prints a table, the means over places and both directions."""
    rows: dict[tuple[str, str], list] = {}
    for number in range(places):
        place = sample_place(SEED, number)
        drawn = {season: draw_landscape(place, season, SIDE) for season in SEASONS}
        for before, after in (SEASONS, SEASONS[::-1]):
            for origin, name, result in results(drawn[before], drawn[after], after, editor):
                rows.setdefault((origin, name), []).append(measured(result, drawn[after]))
    print("| small edit | back to full size | PSNR, dB | SSIM | sharpness |\n|---|---|---|---|---|")
    for (origin, name), values in rows.items():
        psnr, ssim, sharp = np.mean(values, axis=0)
        print(f"| {origin} | {name} | {psnr:.2f} | {ssim:.3f} | {sharp:.2f} |")


def write_figure(path: Path, number: int, size: int = 64) -> None:
    """The source, the ways a, b and c with the true edit of `size` pixels, and the truth."""
    place = sample_place(SEED, number)
    source, truth = (draw_landscape(place, season, SIDE) for season in SEASONS)
    view, edited = (view_of(image, size, STRETCH) for image in (source, truth))
    ways = (by_difference, by_guided_filter(1e-4), put_back)
    made = [way(source, view, edited.pixels, view.pixels) for way in ways]
    images = [image[FIGURE] for image in (source, *made, truth)]
    line = np.full((len(images[0]), 6, 3), 255, np.uint8)
    row = np.hstack([part for image in images for part in (line, image)][1:])
    Image.fromarray(row).save(path, optimize=True)


def time_photo(megapixels: int) -> None:
    """Prints seconds and peak memory for a photo of 3:2, seen at 128 pixels."""
    tile = 512
    place = sample_place(SEED, 0)
    drawn = [draw_landscape(place, season, tile) for season in SEASONS]
    views = [view_of(image, 128, STRETCH) for image in drawn]
    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    width = round(height * 1.5)
    # Laid side by side, which takes no memory beside the photo's own.
    photo = np.tile(drawn[0], (-(-height // tile), -(-width // tile), 1))[:height, :width]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    view = view_of(photo, 128, STRETCH)
    seen = time.perf_counter()
    put_back(photo, view, views[1].pixels, views[0].pixels)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{photo.shape}: view {seen - started:.2f} s, back {done - seen:.2f} s, peak of the")
    print(f"process {peak / 1024:.0f} MiB, {before / 1024:.0f} MiB with the photo before it.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=int, default=30, help="How many are drawn.")
    parser.add_argument("--model", help="Run of summer and winter, --resize=stretch.")
    parser.add_argument("--figure", type=Path, help="PNG file of one place.")
    parser.add_argument("--number", type=int, default=0, help="Which place that is.")
    parser.add_argument("--megapixels", type=int, help="Time a photo of so many.")
    options = parser.parse_args()
    if options.places:
        measure(options.places, Editor(options.model) if options.model else None)
    if options.figure:
        write_figure(options.figure, options.number)
    if options.megapixels:
        time_photo(options.megapixels)


if __name__ == "__main__":
    main()
