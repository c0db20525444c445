"""Early stopping: keeps the weights of the best validation."""

import keras
import numpy as np


class BestWeights:
    """Keeps the weights with the highest mean validation accuracy.

    Args:
        model: The network, already built.
        patience: Stop after this many validations without improvement; 0: never stop.
    """

    def __init__(self, model: keras.Model, patience: int):
        self._model = model
        self._patience = patience
        self._without_better = 0
        self._weights: list[np.ndarray] = []
        self._accuracy: np.ndarray | None = None
        #: Iteration of the best validation.
        self.iteration = 0

    def look(self, accuracy: np.ndarray, iteration: int) -> bool:
        """Records the accuracies (A,) after `iteration`; returns whether to stop."""
        if self._accuracy is None or accuracy.mean() > self._accuracy.mean():
            self._weights = self._model.get_weights()
            self._accuracy, self.iteration, self._without_better = accuracy, iteration, 0
            return False
        self._without_better += 1
        return 0 < self._patience <= self._without_better

    def restore(self) -> np.ndarray:
        """Restores the best weights; returns their accuracies (A,). Raises ValueError before the
        first `look`.
        """
        if self._accuracy is None:
            raise ValueError("The validation split has not been measured yet.")
        self._model.set_weights(self._weights)
        return self._accuracy
