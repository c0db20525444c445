"""Early stopping: the weights of the best look at the validation split."""

import keras
import numpy as np


class BestWeights:
    """Keeps a network's weights where its mean accuracy was highest.

    Args:
        model: Built.
        patience: Looks without a better mean after which to stop; 0: never stop.
    """

    def __init__(self, model: keras.Model, patience: int):
        self._model = model
        self._patience = patience
        self._without_better = 0
        self._weights: list[np.ndarray] = []
        self._accuracy: np.ndarray | None = None
        #: Iteration of the best look.
        self.iteration = 0

    def look(self, accuracy: np.ndarray, iteration: int) -> bool:
        """Notes the accuracies (A,) after `iteration`; returns whether to stop."""
        if self._accuracy is None or accuracy.mean() > self._accuracy.mean():
            self._weights = self._model.get_weights()
            self._accuracy, self.iteration, self._without_better = accuracy, iteration, 0
            return False
        self._without_better += 1
        return 0 < self._patience <= self._without_better

    def restore(self) -> np.ndarray:
        """Puts the best weights back; returns their accuracies (A,)."""
        if self._accuracy is None:
            raise ValueError("There was no look at the validation split yet.")
        self._model.set_weights(self._weights)
        return self._accuracy
