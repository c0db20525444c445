"""key.json: what a study asks, and which system made which picture. It stays with the researcher;
the participants' page has only the numbers of questions and pictures. No TensorFlow here.
"""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from stgan_tf.files import write_text

KEY_FILE = "key.json"
#: How participants answer: they choose the best picture, or rank all of them.
CHOICE, RANKING = ANSWER_KINDS = ("choice", "ranking")
#: What a question is for: a comparison of the systems, the same one once more, or a test of the
#: participant's attention.
COMPARISON, REPEAT, CONTROL = QUESTION_KINDS = ("comparison", "repeat", "control")
#: In place of a system, what made the pictures of a control: the right one, and the others.
SOURCE, SPOILED = "source", "spoiled"
_FORMAT = 1


@dataclasses.dataclass(frozen=True)
class Question:
    """
    Attributes:
        number: Its name on the page, random.
        kind: One of QUESTION_KINDS.
        attribute: The attribute that is changed.
        change: The wanted change: add or remove, or for domains the direction ("summer to winter").
        photo: Path of the source photo.
        pictures: {number of a picture: the system that made it}, in the page's order. In a control
            SOURCE made the right picture and SPOILED the others.
        repeats: The number of the question that it repeats; empty: none.
    """

    number: str
    kind: str
    attribute: str
    change: str
    photo: str
    pictures: dict[str, str]
    repeats: str = ""


@dataclasses.dataclass(frozen=True)
class StudyKey:
    """
    Attributes:
        study: The study's identifier, random.
        answer_kind: One of ANSWER_KINDS.
        systems: The systems' names.
        runs: {system: its run folder}.
        seed: From which questions, pictures and their order were drawn.
        export_token: With which the server hands out the answers.
        data_dir: The photos.
        intensity: Of the edits.
        questions: All of them.
    """

    study: str
    answer_kind: str
    systems: tuple[str, ...]
    runs: dict[str, str]
    seed: int
    export_token: str
    data_dir: str
    intensity: float
    questions: tuple[Question, ...]

    def question(self, number: str) -> Question | None:
        """The question with this number; None if there is none."""
        return next((each for each in self.questions if each.number == number), None)

    def of_kind(self, kind: str) -> list[Question]:
        """The questions of one of QUESTION_KINDS."""
        return [each for each in self.questions if each.kind == kind]

    def require_valid(self, question: str, ranking: Sequence[str], shown: Sequence[str]) -> None:
        """Raises ValueError for an answer that does not fit its question.

        Args:
            question: The question's number.
            ranking: Numbers of pictures: the chosen one, or all of them, the best first.
            shown: The numbers of its pictures in the order in which the participant saw them.
        """
        asked = self.question(question)
        if asked is None:
            raise ValueError(f"The study has no question {question!r}.")
        pictures = sorted(asked.pictures)
        if sorted(shown) != pictures:
            raise ValueError(
                f"`shown` must list the pictures {pictures} of question {question}. Received: "
                f"{list(shown)}."
            )
        if self.answer_kind == RANKING:
            fits, wanted = sorted(ranking) == pictures, "rank every picture once"
        else:
            fits, wanted = len(ranking) == 1 and ranking[0] in pictures, "name one picture"
        if not fits:
            raise ValueError(
                f"`ranking` must {wanted} of {pictures} in question {question}. Received: "
                f"{list(ranking)}."
            )

    def write(self, folder: Path) -> None:
        """Writes `folder`/key.json atomically."""
        told = {"format": _FORMAT, **dataclasses.asdict(self)}
        write_text(folder / KEY_FILE, json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def read_key(folder: Path) -> StudyKey:
    """Reads what `StudyKey.write` wrote. Raises FileNotFoundError without a study in `folder`,
    ValueError for a file that cannot be read.
    """
    path = folder / KEY_FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"No {path}: create a study with `python -m stgan_tf.study make --study_dir={folder}`."
        )
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("format") != _FORMAT:
            raise ValueError("it was written by another version")
        questions = tuple(Question(**each) for each in told.pop("questions"))
        return StudyKey(systems=tuple(told.pop("systems")), questions=questions, **told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path} is not the key of a study ({error}): restore it.") from error
