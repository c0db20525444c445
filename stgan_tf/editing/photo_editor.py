"""Editing photos as people take them: find each face, align it, edit it, put it back."""

import dataclasses
import logging
from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.alignment import Aligned, align, cut_patch, find_faces, paste
from stgan_tf.alignment.channels import as_rgb, has_colour, to_grey
from stgan_tf.alignment.warping import LARGEST_SCALE
from stgan_tf.editing.editor import Editor
from stgan_tf.edits import Source
from stgan_tf.frame import CELEBA_CROP, CELEBA_FRAME, ModelFrame, Size
from stgan_tf.images import crop, resize_bicubic_numpy, to_uint8


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
        aligned: Whether images are faces already, not photos: aligned images of the model's frame
            at any scale (CelebA's is 178x218), or square images of what the model sees.

    Raises ValueError for a model whose faces do not lie as CelebA's do, or nobody knows how: a
    photo's face cannot be brought to where the model expects it. Models of whole images are taken
    to have the paper's crop of them, with a warning.
    """

    def __init__(self, editor: Editor, aligned: bool = False):
        self.editor = editor
        self._aligned = aligned
        self._frame = editor.frame if aligned else _alignable(editor.frame)

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
            aligned = align(pixels, points, _scale(self._frame, size))
            patch = cut_patch(aligned, self._frame.box, size, self._frame.frame)
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
            box, frame = self._frame.box, self._frame.frame
            pixels = paste(pixels, after, face.aligned, box, frame=frame, unedited=before)
        return pixels

    def _whole(self, rgb: np.ndarray) -> np.ndarray:
        """The model's patch of an image that is a face."""
        size, rule = Size(*rgb.shape[:2]), self._frame.rule(self.editor.image_size)
        if (box := rule.find(*size)) is None:
            raise ValueError(
                f"with --aligned it must be {rule.wanted} (width x height). Received: {size}."
            )
        rgb = crop(rgb, box)
        if rgb.shape[:2] == (self.editor.image_size,) * 2:
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


def _alignable(frame: ModelFrame) -> ModelFrame:
    """The frame to which photos are aligned; says what is assumed of it. ValueError where a
    photo's face cannot be brought to where the model expects it.
    """
    if frame.box is None:
        # CelebA-HQ, FFHQ and HD-CelebA crops have the eyes within 2 % of where this crop has them.
        logging.warning(
            "The model was trained on whole images (--crop=none, or square ones): its faces are "
            "assumed to lie in them as in the paper's crop (%s of %s, width x height). If they do "
            "not, give images as it was trained on, with --aligned.",
            CELEBA_CROP,
            CELEBA_FRAME,
        )
        return ModelFrame(CELEBA_CROP, CELEBA_FRAME, None)
    if not frame.is_celeba:
        size = "unknown size" if frame.frame is None else f"{frame.frame} (width x height)"
        raise ValueError(
            f"The model was trained on a crop ({frame.box}) of images of {size}, which is not "
            f"CelebA's shape ({CELEBA_FRAME}): where its faces lie is not known. Give images as it "
            "was trained on, with --aligned."
        )
    if frame.is_assumed:
        logging.warning(
            "The model's crop (%s) was recorded without the size of the images that it was given "
            "for: CelebA's %s is assumed. If the edit is at the wrong place, name the size in the "
            "run's config.json (crop_frame, [height, width]).",
            frame.box,
            CELEBA_FRAME,
        )
    return frame


def _scale(frame: ModelFrame, image_size: int) -> float:
    """Of the aligned face over CelebA's 178x218: that of the training images, so that its pixels
    are like theirs; more where the model is larger than their crop, since pixels from the photo
    are better than enlarged ones.
    """
    seen = frame.trained or frame.frame
    box = frame.rule(0).box_of(*seen)
    scale = seen.height / CELEBA_FRAME.height * max(1.0, image_size / box.height)
    return min(LARGEST_SCALE, max(1 / LARGEST_SCALE, scale))
