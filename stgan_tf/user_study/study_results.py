"""The results of a study as JSON values. No TensorFlow here."""

import statistics
import time
from collections.abc import Sequence

import stgan_tf
from stgan_tf.user_study.answer_files import Answers
from stgan_tf.user_study.answer_store import Answer
from stgan_tf.user_study.attention import attention_of, counted_answers
from stgan_tf.user_study.choice_statistics import (
    Ballot,
    Estimate,
    chosen_counts,
    fleiss_kappa,
    pair_tests,
    position_counts,
    strengths,
    wilson,
)
from stgan_tf.user_study.study_key import CONTROL, StudyKey


def study_results(key: StudyKey, answers: Answers, max_failed_controls: int = 0) -> dict:
    """The content of report.json.

    Args:
        answers: Of the study, one at least.
        max_failed_controls: Participants who failed more controls are left out.

    Raises ValueError if there is nothing to compute results from.
    """
    attention = attention_of(key, answers, max_failed_controls)
    counted = counted_answers(key, answers, attention)
    if not counted:
        raise ValueError(
            f"There are no answers to report. Participants: {len(answers.participants):,}, of whom "
            f"{len(attention.left_out):,} failed controls; answers: {len(answers.given):,}."
        )
    ballots = ballots_of(key, counted)
    attributes = [key.question(answer.question).attribute for answer in counted]
    by_attribute = {
        name: _summary(
            [each for each, of in zip(ballots, attributes, strict=True) if of == name], key.systems
        )
        for name in dict.fromkeys(question.attribute for question in key.questions)
        if name in attributes
    }
    positions, position_p = position_counts(ballots)
    active = {participant for participant, _ in answers.given}
    return {
        "study": key.study,
        "simulated": answers.simulated,
        "answer_kind": key.answer_kind,
        "systems": list(key.systems),
        "participants": {
            "consented": len(answers.participants),
            "answered": len(active),
            "left_out": len(attention.left_out),
            "without_control": attention.unchecked,
            "counted": len({answer.participant for answer in counted}),
        },
        "controls": {"asked": len(key.of_kind(CONTROL)), "failures_allowed": max_failed_controls},
        "repeats": {"answered_twice": attention.repeats, "same": attention.consistent_repeats},
        "positions": {"chosen": positions, "p": position_p},
        "median_seconds": statistics.median(answer.milliseconds for answer in counted) / 1000,
        "overall": _summary(ballots, key.systems),
        "attributes": by_attribute,
        "provenance": {
            "runs": key.runs,
            "data_dir": key.data_dir,
            "intensity": key.intensity,
            "stgan_tf": stgan_tf.__version__,
            "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        },
    }


def ballots_of(key: StudyKey, counted: Sequence[Answer]) -> list[Ballot]:
    """The answers in terms of the systems' indices in `key.systems`."""
    place = {system: i for i, system in enumerate(key.systems)}
    ballots = []
    for answer in counted:
        pictures = key.question(answer.question).pictures
        systems = {number: place[system] for number, system in pictures.items()}
        ballots.append(
            Ballot(
                answer.participant,
                answer.question,
                tuple(systems[number] for number in answer.ranking),
                tuple(systems.values()),
                answer.shown.index(answer.ranking[0]),
            )
        )
    return ballots


def _summary(ballots: Sequence[Ballot], systems: Sequence[str]) -> dict:
    counts = chosen_counts(ballots, len(systems))
    kappa, raters = fleiss_kappa(ballots, len(systems))
    found = strengths(ballots, len(systems))
    return {
        "answers": len(ballots),
        "shares": {
            system: {"chosen": int(count), **_told(wilson(int(count), len(ballots)))}
            for system, count in zip(systems, counts, strict=True)
        },
        "strengths": {
            system: _told(estimate) for system, estimate in zip(systems, found, strict=True)
        },
        "pairs": [
            {
                **test._asdict(),
                "first": systems[test.first],
                "second": systems[test.second],
            }
            for test in pair_tests(ballots, len(systems))
        ],
        "agreement": {"fleiss_kappa": kappa, "participants": raters},
    }


def _told(estimate: Estimate | None) -> dict | None:
    return None if estimate is None else estimate._asdict()
