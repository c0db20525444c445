"""Image grids for the report, with column and row names."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stgan_tf.images import tile_images, to_uint8

_LEAST_CELL = 128  # pixels; smaller images are enlarged by an integer factor so that names fit
_SEPARATOR = 2
_INK, _PAPER = (32, 36, 42), 255


def labelled_grid(
    rows: Sequence[Sequence[np.ndarray]],
    column_names: Sequence[str],
    row_names: Sequence[str] = (),
) -> np.ndarray:
    """uint8 (H', W', 3): `rows` of uint8 images (H, W, 3) of equal shape, under the column names
    (broken at underscores) and beside the row names, if given.
    """
    if any(len(row) != len(column_names) for row in rows):
        raise ValueError(
            f"Each row needs one image for each of the {len(column_names)} column names. "
            f"Received: rows of {[len(row) for row in rows]} images."
        )
    factor = max(1, -(-_LEAST_CELL // rows[0][0].shape[1]))
    rows = [[image.repeat(factor, 0).repeat(factor, 1) for image in row] for row in rows]
    cell_height, cell_width = rows[0][0].shape[:2]
    grid = tile_images(rows, separator=_SEPARATOR, separator_value=_PAPER)

    font = ImageFont.load_default(max(12, cell_width // 8))
    labels = [name.replace("_", "\n") for name in column_names]
    ruler = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    sizes = [_text_size(ruler, label, font) for label in labels]
    top = max(height for _, height in sizes) + 12
    left = 0
    if row_names:
        left = max(_text_size(ruler, name, font)[0] for name in row_names) + 16

    canvas = Image.new("RGB", (grid.shape[1] + left, grid.shape[0] + top), (_PAPER,) * 3)
    canvas.paste(Image.fromarray(grid), (left, top))
    draw = ImageDraw.Draw(canvas)
    for column, (label, (width, height)) in enumerate(zip(labels, sizes, strict=True)):
        x = left + column * (cell_width + _SEPARATOR) + (cell_width - width) / 2
        position = (x, (top - height) / 2)
        draw.multiline_text(position, label, font=font, fill=_INK, align="center")
    for row, name in enumerate(row_names):
        height = _text_size(draw, name, font)[1]
        y = top + row * (cell_height + _SEPARATOR) + (cell_height - height) / 2
        draw.text((8, y), name, font=font, fill=_INK)
    return np.asarray(canvas)


def _text_size(draw, text, font):
    left, top, right, bottom = draw.multiline_textbbox((0, 0), text, font=font)
    return right - min(left, 0), bottom - min(top, 0)


def edit_figure(editor, images, source, intensity):
    """uint8 (H', W', 3): source, reconstruction and one column per flipped attribute; one row per
    image.

    Args:
        editor: A `ProtocolEdits`.
        images: (B, H, W, 3) float32 in [-1, 1] as a tensor; `source`: (B, A) in {0, 1}.
    """
    features = editor.encode(images)
    columns = [to_uint8(images.numpy()), editor.reconstruct(features, source)]
    columns += [editor.flip(features, source, name, intensity) for name in editor.names]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return labelled_grid(rows, ["Source", "Reconstruction", *editor.names])


def true_edit_figure(editor, images, source, true_edits, intensity=1.0):
    """uint8 (H', W', 3): for each image the edits above the true edits.

    Args:
        true_edits: For each image a list of A uint8 images (H, W, 3), one per flipped attribute.
    """
    features = editor.encode(images)
    unedited = to_uint8(images.numpy())
    edits = [editor.flip(features, source, name, intensity) for name in editor.names]
    rows = []
    for index, truth in enumerate(true_edits):
        rows.append([unedited[index], *(column[index] for column in edits)])
        rows.append([unedited[index], *truth])
    return labelled_grid(rows, ["Source", *editor.names], ["Edit", "True edit"] * len(true_edits))


def worst_case_figure(pairs):
    """uint8 (H', W', 3): sources above their reconstructions, one column for each (PSNR in dB,
    image, reconstruction) of `WorstCases.pairs`.
    """
    values, images, reconstructions = zip(*pairs, strict=True)
    names = ["identical" if np.isinf(value) else f"{value:.1f} dB" for value in values]
    return labelled_grid([images, reconstructions], names, ["Source", "Reconstruction"])
