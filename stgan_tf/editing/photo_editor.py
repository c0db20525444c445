"""Editing photos as people take them: find each face, align it, edit it, put it back."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.alignment import Aligned, align, cut_patch, find_faces, paste
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
        """The faces of a photo, largest first; `landmarks`, each (5, 2), are taken where given.

        Raises ValueError where there is none.
        """
        size = self.editor.image_size
        if self._aligned:
            return [FoundFace(self._whole(pixels[..., :3] if pixels.ndim == 3 else pixels))]
        if landmarks is None:
            landmarks = [face.landmarks for face in find_faces(pixels)]
        if not len(landmarks):
            raise ValueError(
                "no face was found. Give --aligned if it is a face already (CelebA's frame, or a "
                "square crop), or its five points with --landmarks."
            )
        found = []
        for points in landmarks:
            # Pixels are taken from the photo, not enlarged from CelebA's 170 for larger models.
            aligned = align(pixels, points, scale=max(1.0, size / self._box.height))
            patch = cut_patch(aligned, self._box, size)
            found.append(FoundFace(patch, np.asarray(points), aligned))
        return found

    def edit(
        self,
        pixels: np.ndarray,
        faces: Sequence[FoundFace],
        edits: Mapping[str, float],
        intensity: float = 1.0,
        source: Source = None,
    ) -> np.ndarray:
        """The photo (its shape, uint8) with all of `faces` edited; of an image that is a face, the
        edited patch. What the model changes without being asked does not reach the photo.

        Arguments as of `Editor.edit`; a `source` that is one for all applies to each face.
        """
        patches = np.stack([face.patch for face in faces])
        if self.editor.needs_source:  # for both calls
            source = self.editor.known_source(patches, source)
        edited = self.editor.edit(patches, edits, intensity, source)
        if self._aligned:
            return edited[0]
        unedited = self.editor.reconstruct(patches, source)
        for face, before, after in zip(faces, unedited, edited, strict=True):
            pixels = paste(pixels, after, face.aligned, self._box, unedited=before)
        return pixels

    def _whole(self, pixels: np.ndarray) -> np.ndarray:
        """The model's patch of an image that is a face."""
        rgb = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=-1)
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
