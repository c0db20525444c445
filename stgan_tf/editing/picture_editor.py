"""Edits whole pictures of any size with models trained on whole pictures: no faces, no crop."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.editing.editor import Editor
from stgan_tf.editing.full_size import PictureView, put_back, view_of
from stgan_tf.source_attributes import Source


@dataclasses.dataclass(frozen=True)
class WholePicture:
    """A picture and the model's view of it; `patch` is uint8 (S, S, 3), S = image_size."""

    view: PictureView

    @property
    def patch(self) -> np.ndarray:
        return self.view.pixels


class PictureEditor:
    """Edits whole pictures at full size; see `stgan_tf.editing.full_size`.

        editor = PictureEditor(Editor("runs/seasons"))
        winter = editor.translate(read_photo("photo.jpg").pixels, to="winter")

    Args:
        editor: An `Editor` of a model that sees whole pictures.

    Raises ValueError for a model of faces.
    """

    #: The results are pictures, not the model's patches.
    gives_patches = False

    def __init__(self, editor: Editor):
        if not editor.sees_whole_pictures:
            raise ValueError(
                "The model was trained on faces, or on a crop of its images: use PhotoEditor "
                "(python -m stgan_tf.edit does)."
            )
        self.editor = editor

    def translate(
        self, pixels: np.ndarray, to: str, source: str = "", intensity: float = 1.0
    ) -> np.ndarray:
        """Returns the picture translated to a domain.

        Args:
            pixels: uint8 or uint16 (H, W), (H, W, 2), (H, W, 3) or (H, W, 4), as from `read_photo`.
            to: The target domain.
            source: The domain of the picture, if `Editor.asked` needs it.
            intensity: Scale of the change, at least 0; 1 is the trained range.

        The result has the same shape and type; otherwise as in `edit`. Raises ValueError like
        `Editor.asked`.
        """
        seen, _ = self.look(pixels)
        return self.edit(pixels, seen, *self.editor.asked(seen[0].patch, to, source, intensity))

    def look(
        self, pixels: np.ndarray, landmarks: Sequence[np.ndarray] | None = None
    ) -> tuple[list[WholePicture], list]:
        """Returns the picture as the only thing to edit, and an empty list of things left out.
        Raises ValueError if face landmarks are given.
        """
        if landmarks is not None:
            raise ValueError(
                "The model edits whole pictures and takes no face landmarks: leave out --landmarks."
            )
        view = view_of(pixels, self.editor.image_size, self.editor.frame.resize)
        return [WholePicture(view)], []

    def edit(
        self,
        pixels: np.ndarray,
        seen: Sequence[WholePicture],
        edits: Mapping[str, float],
        intensity: float = 1.0,
        source: Source = None,
    ) -> np.ndarray:
        """Returns the edited picture (same shape and type); `seen` is what `look` returned for it.

        Arguments as in `Editor.edit`. Unrequested changes by the model are not applied, and a
        greyscale picture stays greyscale.
        """
        (picture,) = seen
        if self.editor.needs_source:  # for both calls
            source = self.editor.known_source(picture.patch, source)
        edited = self.editor.edit(picture.patch, edits, intensity, source)
        unedited = self.editor.reconstruct(picture.patch, source)
        return put_back(pixels, picture.view, edited, unedited)
