import numpy as np
import pytest
from alignment.face_photos import photo_of, turned

from stgan_tf.synthetic.faces import draw_face


@pytest.fixture(scope="session")
def drawn():
    """A drawing uint8 (218, 178, 3) and its landmarks (5, 2), whole numbers at pixel centres."""
    image, _, points = draw_face(7, 3)
    return image, np.array(list(points.values())) - 0.5


@pytest.fixture(scope="session")
def wild(drawn):
    """The drawing as a photo of 900x800: 2.2 times as large, turned by 20 degrees, moved; its
    landmarks there; and how it was moved.
    """
    image, points = drawn
    similarity = turned(2.2, 20, 260, 90)
    return photo_of(image, similarity, (900, 800)), similarity(points), similarity
