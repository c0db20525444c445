"""The images a generator reconstructs worst."""

import heapq
import itertools


class WorstCases:
    """Keeps the `count` pairs with the lowest PSNR; memory does not grow with the images seen."""

    def __init__(self, count):
        self._count = count
        self._heap = []  # (-psnr, order, image, reconstruction): the best of the worst on top
        self._order = itertools.count()

    def add(self, images, reconstructions, similarities):
        """Looks at a batch of pairs, uint8 (B, H, W, 3), and the PSNR of each in dB."""
        for *pair, similarity in zip(images, reconstructions, similarities, strict=True):
            # A running number, so that equal values never compare images.
            entry = (-similarity, next(self._order), *pair)
            if len(self._heap) < self._count:
                heapq.heappush(self._heap, entry)
            else:
                heapq.heappushpop(self._heap, entry)

    def pairs(self):
        """[(PSNR in dB, image, reconstruction)], the worst first."""
        ordered = sorted(self._heap, key=lambda entry: entry[:2], reverse=True)
        return [(-value, image, again) for value, _, image, again in ordered]
