"""Simulated answers with known strengths, to try out a study's report. No TensorFlow here.

Participants follow Plackett and Luce: the best of the pictures is system i with probability
exp(strength_i) / sum_j exp(strength_j), then the best of the rest likewise.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stgan_tf.user_study.answer_files import LANGUAGES, Answers, collect
from stgan_tf.user_study.answer_store import (
    ANSWERS_FILE,
    Answer,
    AnswerStore,
    Participant,
    today,
)
from stgan_tf.user_study.study_key import CONTROL, RANKING, SOURCE, Question, StudyKey, read_key

#: A control's right picture is chosen by everyone who pays attention.
_OBVIOUS = 50.0


def simulated_answers(
    key: StudyKey,
    strengths: Mapping[str, float],
    num_participants: int,
    inattentive: float = 0.0,
    seed: int = 0,
) -> Answers:
    """All answers of simulated participants.

    Args:
        strengths: {system: strength}; only differences matter.
        inattentive: Share of the participants who answer at random.

    Raises ValueError if `strengths` does not name the study's systems.
    """
    if sorted(strengths) != sorted(key.systems):
        raise ValueError(
            f"--strengths must have a number for each of {', '.join(key.systems)}. Received: "
            f"{dict(strengths)}."
        )
    rng = np.random.default_rng(seed)
    participants, given = {}, {}
    for _ in range(num_participants):
        number = "".join(map(str, rng.integers(0, 10, 12)))
        language = LANGUAGES[rng.integers(len(LANGUAGES))]
        participants[number] = Participant(number, language, today(), simulated=True)
        attends = rng.random() >= inattentive
        for question in key.questions:
            values = _strengths_in(question, strengths) if attends else {}
            answer = _answer(key, question, number, values, rng)
            given[number, question.number] = answer
    return Answers(participants, given)


def simulate(
    folder: Path,
    strengths: Mapping[str, float],
    num_participants: int,
    inattentive: float = 0.0,
    seed: int = 0,
) -> Path:
    """Stores `simulated_answers` in the study in `folder`, marked as simulated; returns the path of
    the database. Raises ValueError also if the study has answers already.
    """
    key = read_key(folder)
    if collect(key, folder).participants:
        raise ValueError(
            f"--study_dir: {folder} has answers already, and simulated ones must not be mixed with "
            "people's. Make another study."
        )
    answers = simulated_answers(key, strengths, num_participants, inattentive, seed)
    by_participant: dict[str, list[Answer]] = {number: [] for number in answers.participants}
    for answer in answers.given.values():
        by_participant[answer.participant].append(answer)
    with AnswerStore(folder / ANSWERS_FILE) as store:
        for number, participant in answers.participants.items():
            store.record_all(participant, by_participant[number])
    return folder / ANSWERS_FILE


def _strengths_in(question: Question, strengths: Mapping[str, float]) -> dict[str, float]:
    """{number of a picture: strength}."""
    if question.kind == CONTROL:
        systems = question.pictures.items()
        return {number: _OBVIOUS * (system == SOURCE) for number, system in systems}
    return {number: strengths[system] for number, system in question.pictures.items()}


def _answer(
    key: StudyKey,
    question: Question,
    participant: str,
    values: Mapping[str, float],
    rng: np.random.Generator,
) -> Answer:
    shown = tuple(str(number) for number in rng.permutation(list(question.pictures)))
    # The order of strengths plus Gumbel noise is that of Plackett and Luce.
    noisy = {number: values.get(number, 0.0) + rng.gumbel() for number in shown}
    ranking = tuple(sorted(shown, key=noisy.__getitem__, reverse=True))
    kept = len(ranking) if key.answer_kind == RANKING else 1
    return Answer(participant, question.number, ranking[:kept], shown, int(rng.gamma(4, 2000)))
