"""Warning signs in the loss terms that a run is not learning, each with advice."""

from collections.abc import Iterator, Mapping

#: Iterations over which terms are averaged before they are checked; single values are noisy.
WINDOW = 200

#: Identity collapse: mean |edited - reconstructed| of images in [-1, 1] stays below this. Editing
#: just a small part of the face gives 0.01 (2 % of the pixels by 0.5).
MIN_EDIT_STRENGTH = 2e-3

#: Number of consecutive windows that a sign must last.
PATIENCE = 5

#: The critic's gap has diverged if its absolute value is above MIN_GAP and has grown in each of
#: PATIENCE windows, by a factor of GAP_GROWTH or more in all. The gap of a healthy WGAN-GP grows
#: fast in the first windows, but settles; 64 px runs here stay below 40.
GAP_GROWTH, MIN_GAP = 3.0, 200.0

#: The reconstruction has not started to improve if after PATIENCE windows the L1 loss is above
#: STUCK_SHARE of the first window's and above MIN_STUCK_LOSS: a run that is continued late improves
#: slowly because it is already good.
STUCK_SHARE, MIN_STUCK_LOSS = 0.97, 0.15

#: The advice for each sign, unless the system's own names its settings.
ADVICE = {
    "identity": "The edits change nothing: mean |edited - reconstructed| has been {value:.2g} for "
    "{iterations} iterations. Lower the weight of the reconstruction, raise that of the "
    "attributes, and check that the attribute file belongs to the images.",
    "critic": "The critic's gap between real and edited images is diverging: {value:.3g}, after "
    "growing for {iterations} iterations. Lower --learning_rate, set --clip_gradient_norm, or "
    "train with --precision=float32.",
    "reconstruction": "The reconstruction is not improving: loss {value:.2g} after {iterations} "
    "iterations. Raise --learning_rate, and check the crop and the sample grids for images that do "
    "not belong there.",
}


class WarningSigns:
    """Checks each iteration's terms; reports each sign at most once.

    Args:
        watched: {sign: name of the term that shows it}, for the signs of ADVICE that apply to the
            system.
        advice: {sign: text that replaces the one in ADVICE}; may contain {value} and {iterations}.

    Raises:
        ValueError: `watched` has an unknown sign.
    """

    def __init__(self, watched: Mapping[str, str], advice: Mapping[str, str] | None = None) -> None:
        if unknown := set(watched) - set(ADVICE):
            raise ValueError(
                f"`watched` takes the signs {', '.join(ADVICE)}. Received: {sorted(unknown)}."
            )
        self._watched = dict(watched)
        self._advice = {**ADVICE, **(advice or {})}
        self._sums: dict[str, float] = {}
        self._count = 0
        self._windows: list[dict[str, float]] = []
        self._reported: set[str] = set()

    def look(self, iteration: int, terms: Mapping[str, float]) -> Iterator[str]:
        """Yields advice for each sign that shows for the first time at this iteration."""
        for sign, name in self._watched.items():
            self._sums[sign] = self._sums.get(sign, 0.0) + terms[name]
        self._count += 1
        if self._count < WINDOW:
            return
        self._windows.append({sign: total / WINDOW for sign, total in self._sums.items()})
        self._sums, self._count = {}, 0
        for sign, value in self._signs():
            if sign not in self._reported:
                self._reported.add(sign)
                text = self._advice[sign].format(value=value, iterations=PATIENCE * WINDOW)
                yield f"Iteration {iteration}: {text} docs/faq.md, `When training goes wrong`."

    def _signs(self) -> Iterator[tuple[str, float]]:
        windows = self._windows[-PATIENCE:]
        if len(windows) < PATIENCE:
            return
        for sign in self._watched:
            values = [abs(window[sign]) for window in windows]
            if _SHOWS[sign](values, abs(self._windows[0][sign])):
                yield sign, values[-1]


def _changes_nothing(strengths: list[float], first: float) -> bool:
    return max(strengths) < MIN_EDIT_STRENGTH


def _diverges(gaps: list[float], first: float) -> bool:
    growing = all(a < b for a, b in zip(gaps, gaps[1:], strict=False))
    return growing and gaps[-1] > MIN_GAP and gaps[-1] >= GAP_GROWTH * gaps[0]


def _is_stuck(losses: list[float], first: float) -> bool:
    return min(losses) > max(STUCK_SHARE * first, MIN_STUCK_LOSS)


#: sign -> function of (values of the last windows, value of the first): whether the sign shows.
_SHOWS = {"identity": _changes_nothing, "critic": _diverges, "reconstruction": _is_stuck}
