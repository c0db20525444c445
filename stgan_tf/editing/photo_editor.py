"""Editing photos as people take them: find each face, align it, edit it, put it back."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.alignment import Aligned, align, cut_patch, find_faces, paste
from stgan_tf.alignment.channels import as_rgb, has_colour, to_grey
from stgan_tf.editing.editor import Editor
from stgan_tf.edits import Source
from stgan_tf.images import CELEBA_CROP, CropBox, resize_bicubic_numpy, to_uint8


@dataclasses.dataclass(frozen=True)
class FoundFace:
    """A face of a photo as the model sees it.

    Attributes:
        patch: uint8 (S, S, 3), S = the model's image_size.
        landmarks: (5, 2) x, y in pixels of the photo; None for an image that is a face already.
        aligned: How it lies in the photo; None as above.
    """

    patch: np.ndarray
    landmarks: np.ndarray | None = None
    aligned: Aligned | None = None


@dataclasses.dataclass(frozen=True)
class LeftOutFace:
    """A face that is not edited: why, and the middle of its landmarks, x and y in pixels of the
    photo, which may lie outside.
    """

    reason: str
    position: tuple[float, float]


#: Why a face that the border cuts is left out: an edit of a part would end at the border.
CUT_OFF = "cut by the border"


class PhotoEditor:
    """Edits the faces of photos of any size.

    Args:
        editor: An `Editor`.
        aligned: Whether images are faces already, not photos: CelebA's aligned frame (218x178) or
            square images of what the model was trained on, of any size.
    """

    def __init__(self, editor: Editor, aligned: bool = False):
        self.editor = editor
        self._aligned = aligned
        self._box: CropBox = editor.crop_box or CELEBA_CROP
        if editor.crop_box is None and not aligned:
            raise ValueError(
                "The model was trained on whole images (--crop=none): how its faces lie in "
                "CelebA's frame is not known. Give images as it was trained on, with --aligned."
            )

    def faces(
        self, pixels: np.ndarray, landmarks: Sequence[np.ndarray] | None = None
    ) -> list[FoundFace]:
        """The faces of a photo that can be edited, as `look` finds them."""
        return self.look(pixels, landmarks)[0]

    def look(
        self, pixels: np.ndarray, landmarks: Sequence[np.ndarray] | None = None
    ) -> tuple[list[FoundFace], list[LeftOutFace]]:
        """The faces of a photo, largest first; `landmarks`, each (5, 2), are taken where given.

        Returns those to edit, and those that are left out. ValueError where there is none to edit.
        """
        if self._aligned:
            return [FoundFace(self._whole(as_rgb(pixels)))], []
        left_out = []
        if landmarks is None:
            faces = find_faces(pixels)
            landmarks = [face.landmarks for face in faces if not face.cut_off]
            cut = [face.landmarks.mean(axis=0) for face in faces if face.cut_off]
            left_out = [LeftOutFace(CUT_OFF, tuple(middle.tolist())) for middle in cut]
        if not len(landmarks):
            raise ValueError(_no_face(left_out))
        size, found = self.editor.image_size, []
        for points in landmarks:
            # Pixels are taken from the photo, not enlarged from CelebA's 170 for larger models.
            aligned = align(pixels, points, scale=max(1.0, size / self._box.height))
            patch = cut_patch(aligned, self._box, size)
            found.append(FoundFace(patch, np.asarray(points), aligned))
        return found, left_out

    def edit(
        self,
        pixels: np.ndarray,
        faces: Sequence[FoundFace],
        edits: Mapping[str, float],
        intensity: float = 1.0,
        source: Source = None,
    ) -> np.ndarray:
        """The photo (its shape and type) with all of `faces` edited; of an image that is a face,
        the edited patch, uint8 (S, S, 3). What the model changes without being asked does not reach
        the photo, and no colour one that has none.

        Arguments as of `Editor.edit`; a `source` that is one for all applies to each face.
        """
        patches = np.stack([face.patch for face in faces])
        if self.editor.needs_source:  # for both calls
            source = self.editor.known_source(patches, source)
        edited = self.editor.edit(patches, edits, intensity, source)
        if self._aligned:
            if has_colour(pixels):
                return edited[0]
            return np.repeat(np.rint(to_grey(edited[0]))[..., None], 3, axis=2).astype(np.uint8)
        unedited = self.editor.reconstruct(patches, source)
        for face, before, after in zip(faces, unedited, edited, strict=True):
            pixels = paste(pixels, after, face.aligned, self._box, unedited=before)
        return pixels

    def _whole(self, rgb: np.ndarray) -> np.ndarray:
        """The model's patch of an image that is a face."""
        height, width = rgb.shape[:2]
        box = self.editor.crop_box
        if (height, width) == (218, 178) and box is not None:
            rgb = rgb[box.top : box.top + box.height, box.left : box.left + box.width]
        elif height != width:
            raise ValueError(
                "with --aligned it must be 178x218 (CelebA's frame, width x height) or square. "
                f"Received: {width}x{height}."
            )
        if len(rgb) == self.editor.image_size:
            return rgb
        return to_uint8(resize_bicubic_numpy(rgb, self.editor.image_size))


def _no_face(left_out: Sequence[LeftOutFace]) -> str:
    if not left_out:
        return (
            "no face was found. Give --aligned if it is a face already (CelebA's frame, or a "
            "square crop), or its five points with --landmarks."
        )
    faces = ", ".join(
        f"{face.reason}, at {{:.0f}}, {{:.0f}}".format(*face.position) for face in left_out
    )
    return f"no face can be edited; left out: {len(left_out)} ({faces})."
