"""The images that a generator reconstructs worst."""

import heapq
import itertools


class WorstCases:
    """Keeps the `count` pairs with the lowest PSNR, in constant memory."""

    def __init__(self, count):
        self._count = count
        self._heap = []  # (-psnr, order, image, reconstruction): the best of the kept on top
        self._order = itertools.count()

    def add(self, images, reconstructions, similarities):
        """Adds a batch of pairs, uint8 (B, H, W, 3), with the PSNR of each in dB."""
        for *pair, similarity in zip(images, reconstructions, similarities, strict=True):
            # A serial number, so that ties never compare images.
            entry = (-similarity, next(self._order), *pair)
            if len(self._heap) < self._count:
                heapq.heappush(self._heap, entry)
            else:
                heapq.heappushpop(self._heap, entry)

    def pairs(self):
        """[(PSNR in dB, image, reconstruction)], worst first."""
        ordered = sorted(self._heap, key=lambda entry: entry[:2], reverse=True)
        return [(-value, image, again) for value, _, image, again in ordered]
