"""Which participants paid attention, and how consistent they are. No TensorFlow here."""

import dataclasses
from collections.abc import Sequence

from stgan_tf.user_study.answer_files import Answers
from stgan_tf.user_study.answer_store import Answer
from stgan_tf.user_study.study_key import COMPARISON, CONTROL, REPEAT, SOURCE, StudyKey


@dataclasses.dataclass(frozen=True)
class Attention:
    """
    Attributes:
        left_out: Numbers of the participants who failed too many controls.
        unchecked: Number of participants who answered no control; their answers count.
        repeats: Repeated questions answered twice by participants who count.
        consistent_repeats: Of these, those with the same best picture both times.
    """

    left_out: frozenset[str]
    unchecked: int
    repeats: int
    consistent_repeats: int


def attention_of(key: StudyKey, answers: Answers, max_failed_controls: int = 0) -> Attention:
    """Leaves out who failed more than `max_failed_controls` controls."""
    failed = dict.fromkeys(answers.participants, 0)
    checked = set()
    for question in key.of_kind(CONTROL):
        for number in answers.participants:
            if answer := answers.given.get((number, question.number)):
                checked.add(number)
                failed[number] += question.pictures[answer.ranking[0]] != SOURCE
    left_out = frozenset(number for number, count in failed.items() if count > max_failed_controls)
    twice = [
        (first, again)
        for question in key.of_kind(REPEAT)
        for number in answers.participants
        if number not in left_out
        and (first := answers.given.get((number, question.repeats)))
        and (again := answers.given.get((number, question.number)))
    ]
    same = sum(first.ranking[0] == again.ranking[0] for first, again in twice)
    return Attention(left_out, len(failed) - len(checked), len(twice), same)


def counted_answers(key: StudyKey, answers: Answers, attention: Attention) -> Sequence[Answer]:
    """The answers that the results are computed from: those to comparisons, without repetitions,
    of the participants who paid attention.
    """
    return [
        answer
        for question in key.of_kind(COMPARISON)
        for number in answers.participants
        if number not in attention.left_out
        and (answer := answers.given.get((number, question.number)))
    ]
