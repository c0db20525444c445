"""`PictureClient`: translates whole pictures on a server, at full size. No TensorFlow here."""

import numpy as np

from stgan_tf.editing.full_size import put_back, view_of
from stgan_tf.serving.edit_client import EditClient
from stgan_tf.serving.image_files import pixels_of, png


class PictureClient:
    """Translates whole pictures with a model of domains on a server.

        pictures = PictureClient(EditClient(RestClient("http://localhost:8501", "seasons")))
        winter = pictures.translate(read_photo("photo.jpg").pixels, to="winter")

    The server only gets the picture at the model's size; its edit is applied at full size here
    (`stgan_tf.editing.full_size`).

    Raises ValueError for a model of faces, ServingError like `EditClient.description`.
    """

    def __init__(self, client: EditClient):
        if not client.description().sees_whole_pictures:
            raise ValueError(
                "The model was trained on faces, or on a crop of its images, not on whole "
                "pictures: "
                "use EditClient.edit for aligned faces."
            )
        self._client = client

    def translate(
        self, pixels: np.ndarray, to: str, source: str = "", intensity: float = 1.0
    ) -> np.ndarray:
        """Returns the picture translated to a domain.

        Args:
            pixels: uint8 or uint16 (H, W), (H, W, 2), (H, W, 3) or (H, W, 4), as from `read_photo`.
            to: The target domain.
            source: The domain of the picture, if `EditClient.asked` needs it.
            intensity: Scale of the change; 1 is the trained range.

        The result has the same shape and type. Unrequested changes by the model are not applied.
        Raises ValueError and ServingError like `EditClient.edit`.
        """
        told = self._client.description()
        view = view_of(pixels, told.image_size, told.resize)
        seen = png(view.pixels)
        edits, known = self._client.asked(seen, to, source)
        (edited,) = self._client.edit(seen, edits, intensity, known)
        (unedited,) = self._client.reconstruct(seen, known)
        return put_back(pixels, view, pixels_of(edited), pixels_of(unedited))
