"""Answers as files: JSON, which the page of a study without a server writes too, and CSV. No
TensorFlow here.
"""

import csv
import dataclasses
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from stgan_tf.user_study.answer_store import (
    ANSWERS_FILE,
    Answer,
    AnswerStore,
    DifferentAnswer,
    Participant,
)
from stgan_tf.user_study.study_key import StudyKey

#: A participant's number.
NUMBER = re.compile(r"[0-9]{12}")
LANGUAGES = ("en", "zh")
_LONGEST_MILLISECONDS = 2**53
_COLUMNS = (
    *("participant", "simulated", "language", "question", "kind", "attribute", "change"),
    *("photo", "ranking", "shown", "milliseconds"),
)


@dataclasses.dataclass(frozen=True)
class Answers:
    """The answers of a study, whichever way they came.

    Attributes:
        participants: By number.
        given: By participant and question.
    """

    participants: dict[str, Participant]
    given: dict[tuple[str, str], Answer]

    @property
    def simulated(self) -> bool:
        """Whether any of the participants is simulated."""
        return any(each.simulated for each in self.participants.values())


def collect(key: StudyKey, folder: Path, files: Iterable[Path] = ()) -> Answers:
    """The answers in the study's database and in `files` that participants sent; an answer that
    came both ways counts once. Raises FileNotFoundError for missing files, ValueError for files
    that cannot be read, belong to another study, or contradict each other.
    """
    participants, given = {}, {}
    if (folder / ANSWERS_FILE).is_file():
        with AnswerStore(folder / ANSWERS_FILE) as store:
            # In this order, those who join meanwhile do not have answers without a participant.
            given = {(each.participant, each.question): each for each in store.answers()}
            participants = {each.participant: each for each in store.participants()}
    for path in files:
        some_participants, some_answers = _read(key, path)
        participants |= {each.participant: each for each in some_participants}
        for answer in some_answers:
            known = given.setdefault((answer.participant, answer.question), answer)
            if known.ranking != answer.ranking:
                raise DifferentAnswer(
                    f"{path}: participant {answer.participant} has answered question "
                    f"{answer.question} with {' '.join(known.ranking)} elsewhere. Received: "
                    f"{' '.join(answer.ranking)}. Keep only one of the files."
                )
    return Answers(participants, given)


def as_json(key: StudyKey, answers: Answers) -> str:
    """The answers as the JSON that `collect` reads."""
    told = {
        "study": key.study,
        "participants": [dataclasses.asdict(each) for each in answers.participants.values()],
        "answers": [dataclasses.asdict(each) for each in answers.given.values()],
    }
    return json.dumps(told, indent=1) + "\n"


def as_csv(key: StudyKey, answers: Answers) -> str:
    """One line per answer, with the systems' names in place of the pictures' numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for answer in answers.given.values():
        who, asked = answers.participants[answer.participant], key.question(answer.question)
        ranking, shown = (
            " > ".join(asked.pictures[number] for number in numbers)
            for numbers in (answer.ranking, answer.shown)
        )
        writer.writerow(
            [who.participant, int(who.simulated), who.language, asked.number, asked.kind]
            + [asked.attribute, asked.change, asked.photo, ranking, shown.replace(" > ", " ")]
            + [answer.milliseconds]
        )
    return text.getvalue()


def checked_participant(told: dict) -> Participant:
    """A participant from JSON; raises ValueError for anything but a number of 12 digits, a language
    of the page and a day.
    """
    number, language = told.get("participant"), told.get("language")
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise ValueError(f"`participant` must be 12 digits. Received: {number!r}.")
    if language not in LANGUAGES:
        raise ValueError(
            f"`language` must be one of {', '.join(LANGUAGES)}. Received: {language!r}."
        )
    day = told.get("consented_at")
    if not isinstance(day, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        raise ValueError(f"`consented_at` must be a day, as 2026-11-27. Received: {day!r}.")
    return Participant(number, language, day, told.get("simulated") is True)


def checked_answer(key: StudyKey, told: dict) -> Answer:
    """An answer from JSON; raises ValueError if it does not fit the study."""
    number, question = told.get("participant"), told.get("question")
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise ValueError(f"`participant` must be 12 digits. Received: {number!r}.")
    if not isinstance(question, str):
        raise ValueError(f"`question` must be a string. Received: {question!r}.")
    ranking, shown = (_numbers(told, name) for name in ("ranking", "shown"))
    taken = told.get("milliseconds")
    if type(taken) is not int or not 0 <= taken < _LONGEST_MILLISECONDS:
        raise ValueError(f"`milliseconds` must be a whole number from 0. Received: {taken!r}.")
    key.require_valid(question, ranking, shown)
    return Answer(number, question, ranking, shown, taken)


def _numbers(told: dict, name: str) -> tuple[str, ...]:
    values = told.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"`{name}` must be a list of picture numbers. Received: {values!r}.")
    return tuple(values)


def _read(key: StudyKey, path: Path) -> tuple[Sequence[Participant], Sequence[Answer]]:
    if not path.is_file():
        raise FileNotFoundError(f"--answers: no file {path}.")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["study"] != key.study:
            raise ValueError(f"it belongs to study {told['study']!r}, not {key.study!r}")
        participants = [checked_participant(each) for each in told["participants"]]
        answers = [checked_answer(key, each) for each in told["answers"]]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path} is not a file of this study's answers: {error}.") from error
    if strangers := {each.participant for each in answers} - {
        each.participant for each in participants
    }:
        raise ValueError(f"{path} has answers of {sorted(strangers)[0]}, who has not consented.")
    return participants, answers
