"""Five landmarks -> the rotation, scaling and shift by which CelebA's authors align faces.

The numbers are from the MATLAB function that they published (align_face_celeba.m in
liuziwei7/mobile-id): it maps the eyes to (70.745, 112) and (108.237, 112) and the midpoint of the
mouth corners to (89.432, 153.514) in a 178x218 image whose first pixel is (1, 1), by least squares
and without reflection. Here the first pixel is (0, 0), so 1 is subtracted. The nose is not used,
since it moves sideways when a head turns. The rounded means of list_landmarks_align_celeba.txt that
others report (eyes (69, 111) and (108, 111), mouth corners (72, 152) and (105, 152)) agree within 1
pixel, the mean landmarks of the drawn faces within 1.3 (tested).
"""

from dataclasses import dataclass

import numpy as np

from stgan_tf.frame import CANONICAL_POINTS

#: Faces with a smaller eye distance in pixels are too small to edit.
_MINIMUM_EYE_DISTANCE = 2.0
#: Minimum height over width of the triangle of eyes and mouth; below it, it is nearly a line.
_MINIMUM_MOUTH_DROP = 0.2


@dataclass(frozen=True)
class Similarity:
    """A similarity transform of the plane: (x, y) as x + iy -> `factor` * (x + iy) + `shift`.

    Coordinates are in pixels, integers at pixel centres, y downwards.
    """

    factor: complex
    shift: complex

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """(..., 2) x, y -> (..., 2) float64."""
        points = np.asarray(points, np.float64)
        moved = self.factor * (points[..., 0] + 1j * points[..., 1]) + self.shift
        return np.stack([moved.real, moved.imag], axis=-1)

    def inverse(self) -> "Similarity":
        return Similarity(1 / self.factor, -self.shift / self.factor)

    def enlarged(self, scale: float) -> "Similarity":
        """The transform to the same image with `scale` times the pixels along each side."""
        middle = 0.5 + 0.5j  # the centre of the first pixel, relative to its corner
        return Similarity(self.factor * scale, (self.shift + middle) * scale - middle)

    @property
    def scale(self) -> float:
        """Length after the transform / length before it."""
        return abs(self.factor)

    @property
    def degrees(self) -> float:
        """Rotation, clockwise as the image is seen, in (-180, 180]."""
        return float(np.degrees(np.angle(self.factor)))


def checked_landmarks(landmarks: np.ndarray) -> np.ndarray:
    """`landmarks` as float64 (5, 2); raises ValueError if they cannot be those of a face."""
    points = np.asarray(landmarks, np.float64)
    if points.shape != (5, 2) or not np.isfinite(points).all():
        raise ValueError(
            "Landmarks must be five finite points (5, 2), x and y in pixels: left eye, right eye, "
            f"nose, left and right mouth corner. Received: shape {points.shape}, {points.tolist()}."
        )
    left_eye, right_eye, mouth = _eyes_and_mouth(points)
    across = right_eye - left_eye
    distance = float(np.hypot(*across))
    if distance < _MINIMUM_EYE_DISTANCE:
        raise ValueError(
            f"The eyes must be at least {_MINIMUM_EYE_DISTANCE:g} pixels apart. "
            f"Received: {distance:.3g} pixels, eyes at {points[:2].tolist()}. "
            "Use a larger picture of the face, or correct the landmarks."
        )
    down = mouth - (left_eye + right_eye) / 2
    # Distance of the mouth below the eye line, in eye distances; about 1.1 in a face.
    drop = float(across[0] * down[1] - across[1] * down[0]) / distance**2
    if drop < _MINIMUM_MOUTH_DROP:
        raise ValueError(
            "The mouth must be below the eyes when the left eye is on the left. Received: "
            f"{points.tolist()}. CelebA's order is left eye, right eye, nose, left mouth corner, "
            "right mouth corner, left as the image is seen: swap left and right if they are the "
            "person's own."
        )
    return points


def frame_similarity(landmarks: np.ndarray) -> Similarity:
    """The transform from a photo's pixels to CelebA's 178x218 frame that maps its landmarks closest
    (least squares) to `CANONICAL_POINTS`.

    landmarks: (5, 2) x, y in pixels of the photo in CelebA's order, image-left first.
    Raises ValueError for landmarks that cannot be those of a face.
    """
    source, target = (
        points[:, 0] + 1j * points[:, 1]
        for points in (_eyes_and_mouth(checked_landmarks(landmarks)), CANONICAL_POINTS)
    )
    middle = source.mean()
    # Complex least squares: one number rotates and scales.
    factor = np.vdot(source - middle, target - target.mean()) / np.sum(np.abs(source - middle) ** 2)
    return Similarity(complex(factor), complex(target.mean() - factor * middle))


def _eyes_and_mouth(landmarks: np.ndarray) -> np.ndarray:
    return np.stack([landmarks[0], landmarks[1], landmarks[3:5].mean(axis=0)])
