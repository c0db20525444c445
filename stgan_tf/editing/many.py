"""Edits many files: reads ahead, writes atomically, and continues after files that fail."""

import collections
import dataclasses
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from stgan_tf.alignment import Photo, read_photo, write_photo
from stgan_tf.alignment.channels import has_alpha
from stgan_tf.editing.photo_editor import FoundFace, LeftOutFace, PhotoEditor
from stgan_tf.editing.picture_editor import PictureEditor
from stgan_tf.editing.pictures import (
    attribute_grid,
    side_by_side,
    sweep_frames,
    sweep_strip,
    write_gif,
)
from stgan_tf.source_attributes import Source

#: Photos decoded ahead of the current one; bounds the memory.
_READ_AHEAD = 4


@dataclasses.dataclass(frozen=True)
class Request:
    """What to make from each photo.

    Attributes:
        edits: {attribute: difference}; empty for `to`, `grid` and `sweep`.
        intensity: Scale of the differences.
        grid: Write a picture with every attribute added and removed instead.
        sweep: Attribute to show at a range of strengths instead: a strip, and a GIF beside it.
        compare: Write the original beside the result.
        landmarks: {file name: (5, 2)}; these photos are not searched for faces.
        source: The attributes of every face (`given_source`); None: ask the classifier.
        to: Domain to translate to instead (`Editor.translate`).
        source_domain: With `to`: the domain of the pictures; empty: implied or predicted.
        sweep_range: Largest strength of `sweep`, in both directions.
    """

    edits: Mapping[str, float] = dataclasses.field(default_factory=dict)
    intensity: float = 1.0
    grid: bool = False
    sweep: str = ""
    compare: bool = False
    landmarks: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    source: Source = None
    to: str = ""
    source_domain: str = ""
    sweep_range: float = 1.5


def edit_files(
    photo_editor: PhotoEditor | PictureEditor,
    request: Request,
    outputs: Mapping[Path, Path],
    overwrite: bool = False,
) -> Iterator[dict]:
    """Edits each file of `outputs` ({input: output}), in order.

    Yields a dict per file: `input`, `output`, `status` (edited; kept, if the output exists; or
    failed), and `error` if it failed. If it was edited: `faces_found`, the number of faces (0 for
    whole pictures); `faces`, the edited ones, and `left_out`, the others with the `reason`
    (`position` is the centre of a face, x and y in pixels); `shown`, for `grid` all of `faces`, for
    `sweep` the largest, else None; `notes`, what the result does not preserve; `exif_dropped`,
    whether EXIF was dropped.
    """
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting: collections.deque[tuple[Path, Future]] = collections.deque()
        todo = iter(outputs)
        while True:
            while len(waiting) < _READ_AHEAD and (path := next(todo, None)) is not None:
                kept = outputs[path].exists() and not overwrite
                waiting.append((path, None if kept else pool.submit(read_photo, path)))
            if not waiting:
                return
            path, reading = waiting.popleft()
            row = {"input": str(path), "output": str(outputs[path])}
            if reading is None:
                yield {**row, "status": "kept"}
                continue
            try:
                done = _edit_one(photo_editor, request, path, reading.result(), outputs[path])
            except (ValueError, OSError) as error:
                yield {**row, "status": "failed", "error": str(error)}
            else:
                yield {**row, "status": "edited", **done}


def _edit_one(
    photo_editor: PhotoEditor | PictureEditor,
    request: Request,
    path: Path,
    photo: Photo,
    output: Path,
) -> dict:
    given = request.landmarks.get(path.name)
    faces, left_out = photo_editor.look(photo.pixels, None if given is None else [given])
    notes, shown = [*photo.notes], None

    editor = photo_editor.editor
    # The faces' attributes are determined once for all edits of them.
    source = request.source
    if request.sweep or request.grid:
        source = editor.known_source(np.stack([face.patch for face in faces]), source)

    def edit(patches: np.ndarray, edits: Mapping[str, float]) -> np.ndarray:
        return editor.edit(patches, edits, request.intensity, source[: len(patches)])

    if request.sweep:
        swept = (request.sweep, request.sweep_range)
        frames, shown = sweep_frames(edit, faces[0].patch, *swept), "largest"
        write_gif(output.with_suffix(".gif"), list(frames.values()))
        write_photo(output, sweep_strip(frames, request.sweep))
    elif request.grid:
        patches, shown = np.stack([face.patch for face in faces]), "all"
        write_photo(output, attribute_grid(edit, patches, editor.attributes))
    else:
        asked = (request.edits, request.intensity, source)
        if request.to:
            patches = np.stack([face.patch for face in faces])
            to = (request.to, request.source_domain, request.intensity)
            asked = editor.asked(patches, *to)
        edited = photo_editor.edit(photo.pixels, faces, *asked)
        if photo_editor.gives_patches:
            notes += _not_in_the_patch(photo.pixels)
        if request.compare:
            # An aligned face is returned as the model's patch.
            before = photo.pixels if edited.shape == photo.pixels.shape else faces[0].patch
            edited = side_by_side(before, edited)
        notes += write_photo(output, edited, photo.icc_profile, photo.dpi)
    faces = [face for face in faces if isinstance(face, FoundFace)]
    return {
        "faces_found": len(faces) + len(left_out),
        "faces": [_described(face) for face in faces],
        "left_out": [_left_out(face) for face in left_out],
        "shown": shown,
        "notes": notes,
        "exif_dropped": photo.has_exif,
    }


def _described(face: FoundFace) -> dict:
    if face.landmarks is None:
        return {"landmarks": None}
    middle = face.landmarks.mean(axis=0)
    landmarks = np.round(face.landmarks, 1).tolist()
    return {"landmarks": landmarks, "position": np.round(middle, 1).tolist()}


def _left_out(face: LeftOutFace) -> dict:
    return {"reason": face.reason, "position": np.round(face.position, 1).tolist()}


def _not_in_the_patch(pixels: np.ndarray) -> list[str]:
    """What an aligned image has that the model's patch of it does not."""
    notes = ["transparency was dropped"] if has_alpha(pixels) else []
    if pixels.dtype == np.uint16:
        notes.append("16 bits per channel became the model's 8")
    return notes
