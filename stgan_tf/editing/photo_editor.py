"""Edits ordinary photos: finds each face, aligns it, edits it and pastes it back."""

import dataclasses
import logging
from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.alignment import Aligned, align, cut_patch, find_faces, paste
from stgan_tf.alignment.channels import as_rgb, has_colour, to_grey
from stgan_tf.alignment.warping import LARGEST_SCALE
from stgan_tf.editing.editor import Editor
from stgan_tf.face_detectors import MTCNN
from stgan_tf.frame import CELEBA_CROP, CELEBA_FRAME, ModelFrame, Size
from stgan_tf.images import resize_bicubic_numpy, to_uint8
from stgan_tf.source_attributes import Source


@dataclasses.dataclass(frozen=True)
class FoundFace:
    """A face in a photo, as the model sees it.

    Attributes:
        patch: uint8 (S, S, 3), S = the model's image_size.
        landmarks: (5, 2) x, y in pixels of the photo; None for an aligned image.
        aligned: Its alignment in the photo; None for an aligned image.
    """

    patch: np.ndarray
    landmarks: np.ndarray | None = None
    aligned: Aligned | None = None


@dataclasses.dataclass(frozen=True)
class LeftOutFace:
    """A face that is not edited: the reason, and the centre of its landmarks, x and y in pixels of
    the photo, possibly outside it.
    """

    reason: str
    position: tuple[float, float]


#: Reason for leaving out a face that the border cuts: a partial edit would end at the border.
CUT_OFF = "cut by the border"


class PhotoEditor:
    """Edits the faces of photos of any size.

    Args:
        editor: An `Editor`.
        aligned: Whether the images are already aligned faces, not photos: in the model's frame at
            any scale (CelebA's is 178x218), or square images of the part that the model sees.
        detector: Which detector finds the faces, mtcnn or blazeface (`find_faces`).

    Raises ValueError for a model whose faces are not aligned as in CelebA, or in an unknown way: a
    photo's face cannot be aligned for it. Models of whole images are assumed to see the paper's
    crop, with a warning.
    """

    def __init__(self, editor: Editor, aligned: bool = False, detector: str = MTCNN):
        self.editor = editor
        self._aligned = aligned
        self._detector = detector
        self._frame = editor.frame if aligned else _alignable(editor.frame)

    def faces(
        self, pixels: np.ndarray, landmarks: Sequence[np.ndarray] | None = None
    ) -> list[FoundFace]:
        """The editable faces of a photo, as found by `look`; arguments and errors as in `look`."""
        return self.look(pixels, landmarks)[0]

    @property
    def gives_patches(self) -> bool:
        """Whether the results are the model's patches, not photos."""
        return self._aligned

    def look(
        self, pixels: np.ndarray, landmarks: Sequence[np.ndarray] | None = None
    ) -> tuple[list[FoundFace], list[LeftOutFace]]:
        """Finds the faces of a photo, largest first; `landmarks`, each (5, 2), are used if given.

        Returns the faces to edit and those left out. Raises ValueError if there is none to edit.
        """
        if self._aligned:
            return [FoundFace(self._whole(as_rgb(pixels)))], []
        left_out = []
        if landmarks is None:
            faces = find_faces(pixels, detector=self._detector)
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
        """Returns the photo (same shape and type) with all of `faces` edited; for an aligned image,
        the edited patch, uint8 (S, S, 3). Unrequested changes by the model are not applied, and a
        greyscale photo stays greyscale.

        Arguments as in `Editor.edit`; a single `source` applies to every face.
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
        """The model's patch of an aligned image."""
        size, rule = Size(*rgb.shape[:2]), self._frame.rule(self.editor.image_size)
        if rule.find(*size) is None:
            raise ValueError(
                f"with --aligned, it must be {rule.wanted} (width x height). Received: {size}."
            )
        rgb = rule.square_of(*size).cut(rgb)
        if rgb.shape[:2] == (self.editor.image_size,) * 2:
            return rgb
        return to_uint8(resize_bicubic_numpy(rgb, self.editor.image_size))


def _no_face(left_out: Sequence[LeftOutFace]) -> str:
    if not left_out:
        return (
            "no face was found. Give --aligned if it is an aligned face (in CelebA's frame, or a "
            "square crop), or the face's five landmarks with --landmarks."
        )
    faces = ", ".join(
        f"{face.reason}, at {{:.0f}}, {{:.0f}}".format(*face.position) for face in left_out
    )
    return f"no face can be edited; left out: {len(left_out)} ({faces})."


def _alignable(frame: ModelFrame) -> ModelFrame:
    """The frame to which photos are aligned; logs what is assumed about it. Raises ValueError if
    faces cannot be aligned as the model expects.
    """
    if frame.box is None:
        # CelebA-HQ, FFHQ and HD-CelebA crops have the eyes within 2 % of where this crop has them.
        logging.warning(
            "The model was trained on whole images (--crop=none, or square ones): faces are "
            "assumed "
            "to be positioned as in the paper's crop (%s of %s, width x height). If they are not, "
            "give images like its training images, with --aligned.",
            CELEBA_CROP,
            CELEBA_FRAME,
        )
        return ModelFrame(CELEBA_CROP, CELEBA_FRAME, None)
    if not frame.is_celeba:
        size = "unknown size" if frame.frame is None else f"{frame.frame} (width x height)"
        raise ValueError(
            f"The model was trained on a crop ({frame.box}) of images of {size}, which is not "
            f"CelebA's shape ({CELEBA_FRAME}): the position of its faces is unknown. Give images "
            "like its training images, with --aligned."
        )
    if frame.is_assumed:
        logging.warning(
            "The model's crop (%s) was recorded without the size of the images that it refers to: "
            "CelebA's %s is assumed. If the edit is in the wrong place, set the size in the run's "
            "config.json (crop_frame, [height, width]).",
            frame.box,
            CELEBA_FRAME,
        )
    return frame


def _scale(frame: ModelFrame, image_size: int) -> float:
    """The scale of the aligned face relative to CelebA's 178x218: that of the training images, so
    that its pixels resemble theirs; larger if the model is larger than their crop, since real
    pixels from the photo are better than upsampled ones.
    """
    seen = frame.trained or frame.frame
    box = frame.rule(0).box_of(*seen)
    scale = seen.height / CELEBA_FRAME.height * max(1.0, image_size / box.height)
    return min(LARGEST_SCALE, max(1 / LARGEST_SCALE, scale))
