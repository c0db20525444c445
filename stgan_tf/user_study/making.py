"""Makes the folder of a study: the participants' page and, apart from it, the key. No TensorFlow
here.
"""

import dataclasses
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from stgan_tf.files import replacing_folder, write_text
from stgan_tf.user_study.choosing_questions import WantedEdit, draw_edits, spoiled
from stgan_tf.user_study.study_key import (
    CHOICE,
    COMPARISON,
    CONTROL,
    REPEAT,
    SOURCE,
    SPOILED,
    Question,
    StudyKey,
)
from stgan_tf.user_study.study_page import PAGE_FILE, ShownQuestion, render_study_page
from stgan_tf.user_study.wording import Wording, is_direction


class Edits(Protocol):
    """The photos of a study and the systems' edits of them, as `stgan_tf.user_study.run_edits`
    makes them.

    Attributes:
        runs: {system: its run folder}.
        data_dir: Folder of the photos; empty: unknown.
        paths: (N,) str: the photos.
    """

    runs: Mapping[str, str]
    data_dir: str
    paths: np.ndarray

    def candidates(self) -> Mapping[str, Mapping[str, Sequence[int]]]:
        """{attribute: {change: rows of the photos that can be changed so}}."""

    def photos(self, rows: Sequence[int]) -> Sequence[np.ndarray]:
        """The photos in `rows`, uint8 (H, W, 3)."""

    def edited(
        self, wanted: Sequence[WantedEdit], intensity: float
    ) -> Sequence[Mapping[str, np.ndarray]]:
        """For each wanted edit {system: the edited photo}, uint8 (H, W, 3)."""


@dataclasses.dataclass(frozen=True)
class StudyOptions:
    """
    Attributes:
        num_questions: Comparisons of the systems.
        num_repeats: Comparisons that are asked a second time.
        num_controls: Questions whose answer is obvious.
        answer_kind: choice or ranking.
        intensity: Of the edits, above 0.
        contact: E-mail address that the page names; empty: none.
        texts: JSON file of texts (`Wording`); None: the package's.
        seed: Determines everything random but the study's identifier; None: a random one.
    """

    num_questions: int = 24
    num_repeats: int = 3
    num_controls: int = 3
    answer_kind: str = CHOICE
    intensity: float = 1.0
    contact: str = ""
    texts: Path | None = None
    seed: int | None = None


def make_study(folder: Path, edits: Edits, options: StudyOptions) -> StudyKey:
    """Writes `folder`/page/index.html and `folder`/key.json.

    Raises FileExistsError if the folder is not empty, FileNotFoundError or ValueError for photos or
    options that do not fit.
    """
    require_empty(folder)
    systems = tuple(edits.runs)
    _require_fitting(systems, options)
    wording = Wording(options.texts)
    # Not a fixed one: with it the order of the pictures could be computed.
    seed = secrets.randbits(63) if options.seed is None else options.seed
    rng = np.random.default_rng(seed)
    candidates = {
        attribute: {name: rows for name, rows in changes.items() if wording.asks(attribute, name)}
        for attribute, changes in edits.candidates().items()
    }
    drawn = draw_edits(candidates, options.num_questions + options.num_controls, rng)
    photos = edits.photos([edit.row for edit in drawn])
    comparisons = drawn[: options.num_questions]
    results = edits.edited(comparisons, options.intensity)
    numbers = _numbers(rng)
    questions: list[Question] = []
    shown: list[ShownQuestion] = []
    images: dict[str, np.ndarray] = {}

    def ask(kind: str, part: int, edit: WantedEdit, photo: np.ndarray, made: list) -> None:
        pictures = {}
        for i in rng.permutation(len(made)):
            system, picture = made[i]
            pictures[number := next(numbers)] = system
            images[number] = picture
        images[shown_photo := next(numbers)] = photo
        path = str(edits.paths[edit.row])
        number = next(numbers)
        questions.append(Question(number, kind, edit.attribute, edit.change, path, pictures))
        change = wording.of_change(edit.attribute, edit.change)
        shown.append(ShownQuestion(number, part, shown_photo, change, list(pictures)))

    for i, edit in enumerate(comparisons):
        ask(COMPARISON, int(2 * i >= len(comparisons)), edit, photos[i], list(results[i].items()))
    for i, edit in enumerate(drawn[options.num_questions :]):
        photo = photos[options.num_questions + i]
        wrong = [(SPOILED, spoiled(photo, rng)) for _ in systems[1:]]
        ask(CONTROL, i % 2, edit, photo, [(SOURCE, photo), *wrong])
    early = [i for i, question in enumerate(shown[: len(comparisons)]) if not question.part]
    for i in rng.choice(early, options.num_repeats, replace=False):
        again = {"number": next(numbers), "kind": REPEAT, "repeats": questions[i].number}
        questions.append(dataclasses.replace(questions[i], **again))
        shown.append(shown[i]._replace(number=again["number"], part=1))

    key = StudyKey(
        study=secrets.token_hex(8),
        answer_kind=options.answer_kind,
        systems=systems,
        runs=dict(edits.runs),
        seed=seed,
        export_token=secrets.token_urlsafe(24),
        data_dir=edits.data_dir,
        intensity=options.intensity,
        questions=tuple(questions),
    )
    # By number: the page's own order would tell the kinds of the questions apart.
    listed = sorted(shown, key=lambda question: question.number)
    pictures = {number: images[number] for number in sorted(images)}
    domains = all(is_direction(question.change) for question in questions)
    texts = wording.of_page(len(questions), domains)
    text = render_study_page(key.study, key.answer_kind, listed, pictures, texts, options.contact)
    with replacing_folder(folder) as new:
        write_text(new / PAGE_FILE, text)
        key.write(new)
    return key


def require_empty(folder: Path) -> None:
    """Raises FileExistsError if `folder` has anything in it."""
    if folder.is_dir() and any(folder.iterdir()):
        raise FileExistsError(
            f"--study_dir: {folder} is not empty. Choose another folder: answers fit only the "
            "study that they were given to."
        )


def _require_fitting(systems: Sequence[str], options: StudyOptions) -> None:
    if len(systems) < 2:
        raise ValueError(
            f"--runs must name two systems or more. Received: {', '.join(systems) or 'none'}."
        )
    if reserved := {SOURCE, SPOILED} & set(systems):
        raise ValueError(f"--runs: {reserved.pop()!r} has another meaning here: rename the system.")
    early = (options.num_questions + 1) // 2
    if options.num_repeats > early:
        raise ValueError(
            "--num_repeats may be at most half of --num_questions: repeated questions are from the "
            f"first half. Received: {options.num_repeats}, more than {early}."
        )


def _numbers(rng: np.random.Generator) -> Iterator[str]:
    """Different random numbers of eight hexadecimal digits."""
    given: set[str] = set()
    while True:
        number = f"{rng.integers(2**32):08x}"
        if number not in given:
            given.add(number)
            yield number
