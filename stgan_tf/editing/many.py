"""Editing many files: read ahead, written whole or not at all; a bad one does not stop the rest."""

import collections
import dataclasses
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from stgan_tf.alignment import Photo, read_photo, write_photo
from stgan_tf.editing.photo_editor import FoundFace, PhotoEditor
from stgan_tf.editing.pictures import (
    attribute_grid,
    side_by_side,
    sweep_frames,
    sweep_strip,
    write_gif,
)
from stgan_tf.edits import Source

#: Photos decoded ahead of the one that is edited; bounds the memory.
_READ_AHEAD = 4


@dataclasses.dataclass(frozen=True)
class Request:
    """What is made of each photo.

    Attributes:
        edits: {attribute: difference}; empty for `grid` and `sweep`.
        intensity: Factor of the differences.
        grid: Write a picture of every attribute added and removed instead.
        sweep: Attribute to write at every strength instead: a strip, and a GIF beside it.
        compare: Write the source beside the result.
        landmarks: {file name: (5, 2)}; such photos are not searched for faces.
        source: What every face has (`stgan_tf.edits.given_source`); None: the classifier is asked.
    """

    edits: Mapping[str, float] = dataclasses.field(default_factory=dict)
    intensity: float = 1.0
    grid: bool = False
    sweep: str = ""
    compare: bool = False
    landmarks: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    source: Source = None


def edit_files(
    photo_editor: PhotoEditor,
    request: Request,
    outputs: Mapping[Path, Path],
    overwrite: bool = False,
) -> Iterator[dict]:
    """Edits each file of `outputs` ({input: output}), in order.

    Yields a dict a file: `input`, `output`, `status` (edited, kept: the output was there, or
    failed), and `faces` (boxes are the landmarks' pixels) or `error`.
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
                faces = _edit_one(photo_editor, request, path, reading.result(), outputs[path])
            except (ValueError, OSError) as error:
                yield {**row, "status": "failed", "error": str(error)}
            else:
                yield {**row, "status": "edited", "faces": faces}


def _edit_one(
    photo_editor: PhotoEditor, request: Request, path: Path, photo: Photo, output: Path
) -> list[dict]:
    given = request.landmarks.get(path.name)
    faces = photo_editor.faces(photo.pixels, None if given is None else [given])

    editor = photo_editor.editor
    # What the faces have is looked at once for all pictures of them.
    source = request.source
    if request.sweep or request.grid:
        source = editor.known_source(np.stack([face.patch for face in faces]), source)

    def edit(patches: np.ndarray, edits: Mapping[str, float]) -> np.ndarray:
        return editor.edit(patches, edits, request.intensity, source[: len(patches)])

    if request.sweep:
        frames = sweep_frames(edit, faces[0].patch, request.sweep)
        write_gif(output.with_suffix(".gif"), frames)
        write_photo(output, sweep_strip(frames, request.sweep))
    elif request.grid:
        patches = np.stack([face.patch for face in faces])
        write_photo(output, attribute_grid(edit, patches, editor.attributes))
    else:
        edited = photo_editor.edit(photo.pixels, faces, request.edits, request.intensity, source)
        if request.compare:
            # An image that is a face comes back as the model's patch of it.
            before = photo.pixels if edited.shape == photo.pixels.shape else faces[0].patch
            edited = side_by_side(before, edited)
        write_photo(output, edited, photo.icc_profile)
    return [_described(face) for face in faces]


def _described(face: FoundFace) -> dict:
    if face.landmarks is None:
        return {"landmarks": None}
    return {"landmarks": np.round(face.landmarks, 1).tolist()}


def failures(rows: list[dict]) -> str:
    """One line a failed file; empty where none failed."""
    failed = [row for row in rows if row["status"] == "failed"]
    return "\n".join(f"  {row['input']}: {row['error']}" for row in failed)
