import math

import numpy as np

from stgan_tf.evaluation.worst_cases import WorstCases


def test_keeps_the_lowest_psnr_in_order():
    rng = np.random.default_rng(0)
    errors = rng.permutation(20)
    images = np.full((20, 8, 8, 3), 100, np.uint8)
    again = images + errors[:, None, None, None].astype(np.uint8)
    worst = WorstCases(3)
    for start in range(0, 20, 6):
        some = slice(start, start + 6)
        similarities = [10 * math.log10(255**2 / max(error, 0.1) ** 2) for error in errors[some]]
        worst.add(images[some], again[some], similarities)
    pairs = worst.pairs()
    assert [int(reconstruction[0, 0, 0]) - 100 for _, _, reconstruction in pairs] == [19, 18, 17]
    assert pairs[0][0] == 10 * math.log10(255**2 / 19**2)


def test_fewer_and_identical_images():
    worst = WorstCases(3)
    image = np.zeros((2, 8, 8, 3), np.uint8)
    worst.add(image, image, [math.inf, math.inf])
    assert [value for value, *_ in worst.pairs()] == [math.inf, math.inf]
