"""The report: known strengths are recovered, inattention is left out, simulation is labelled."""

import csv
import dataclasses
import json

import numpy as np
import pytest
from PIL import Image
from user_study.toy_studies import write_study

from stgan_tf.user_study.answer_files import collect
from stgan_tf.user_study.choice_statistics import strengths
from stgan_tf.user_study.simulation import simulate, simulated_answers
from stgan_tf.user_study.study_key import read_key
from stgan_tf.user_study.study_report import (
    SIMULATED,
    has_report,
    link_to_study,
    read_results,
    write_study_report,
)
from stgan_tf.user_study.study_results import ballots_of, study_results

STRENGTHS = {"alpha": 0.7, "beta": 0.1, "gamma": -0.8}
#: exp(strength) / their sum.
SHARES = {name: np.exp(x) / sum(np.exp(list(STRENGTHS.values()))) for name, x in STRENGTHS.items()}


@pytest.fixture(scope="module", params=["choice", "ranking"])
def reported(request, tmp_path_factory):
    """(folder, results) of 80 simulated participants, about a tenth of them inattentive."""
    folder = tmp_path_factory.mktemp("simulated") / "study"
    write_study(folder, num_controls=5, answer_kind=request.param)
    simulate(folder, STRENGTHS, 80, inattentive=0.1, seed=3)
    page = write_study_report(folder)
    return folder, read_results(page.with_suffix(".json"))


def test_known_strengths_are_recovered_within_their_intervals(reported):
    summary = reported[1]["overall"]
    for system, strength in STRENGTHS.items():
        found, share = summary["strengths"][system], summary["shares"][system]
        assert found["low"] < strength < found["high"]
        assert share["low"] < SHARES[system] < share["high"]
    assert set(reported[1]["attributes"]) == {"Bangs", "Eyeglasses"}
    for by_attribute in reported[1]["attributes"].values():
        order = sorted(STRENGTHS, key=lambda name: -by_attribute["strengths"][name]["value"])
        assert order == ["alpha", "beta", "gamma"]
    assert all(pair["p_holm"] < 0.001 for pair in reported[1]["overall"]["pairs"])


def test_the_inattentive_are_left_out_and_counted(reported):
    people = reported[1]["participants"]
    assert people["consented"] == people["answered"] == 80
    assert people["counted"] + people["left_out"] == 80
    # Of 8 expected to answer at random one in 243 passes five controls.
    assert 3 <= people["left_out"] <= 14
    assert reported[1]["overall"]["answers"] == 24 * people["counted"]
    assert reported[1]["repeats"]["answered_twice"] == 3 * people["counted"]


def test_agreement_is_that_of_the_strengths(reported):
    """Of independent choices with the same shares everywhere kappa is 0."""
    assert abs(reported[1]["overall"]["agreement"]["fleiss_kappa"]) < 0.02
    same = reported[1]["repeats"]["same"] / reported[1]["repeats"]["answered_twice"]
    assert same == pytest.approx(sum(share**2 for share in SHARES.values()), abs=0.12)


def test_simulated_answers_are_labelled_everywhere(reported):
    folder, results = reported
    assert results["simulated"] is True
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert page.count(SIMULATED.replace("'", "&#39;")) == 2  # the title, and a warning
    text = (folder / "report" / "answers.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 80 * 32 and {row["simulated"] for row in rows} == {"1"}
    told = json.loads((folder / "report" / "answers.json").read_text())
    assert all(each["simulated"] for each in told["participants"])
    link = link_to_study(folder, folder.parent / "compare")
    assert link.text.startswith(f"{SIMULATED}. Chosen as the best by")
    assert link.address == "../study/report/report.html"
    # Without the mark there is no label.
    key, answers = read_key(folder), collect(read_key(folder), folder)
    participants = {
        number: dataclasses.replace(each, simulated=False)
        for number, each in answers.participants.items()
    }
    real = dataclasses.replace(answers, participants=participants)
    assert study_results(key, real)["simulated"] is False


def test_the_page_and_its_figures(reported):
    folder, results = reported
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    share = results["overall"]["shares"]["alpha"]
    assert f"{100 * share['value']:.1f}" in page
    assert page.count('src="data:image/png;base64,') == 2
    for name in ("shares", "strengths"):
        assert np.asarray(Image.open(folder / "report" / f"{name}.png")).std() > 0
    assert has_report(folder) and not has_report(folder / "report")


def test_intervals_hold_as_often_as_they_say(tmp_path):
    key = write_study(tmp_path / "study", num_questions=10, num_repeats=0, num_controls=0)
    held = []
    for seed in range(200):
        given = list(simulated_answers(key, STRENGTHS, 20, seed=seed).given.values())
        found = strengths(ballots_of(key, given), len(key.systems))
        for estimate, strength in zip(found, STRENGTHS.values(), strict=True):
            held.append(estimate.low < strength < estimate.high)
    # 0.95; the three of a study depend on each other: three standard errors of 200 are 0.046.
    assert 0.904 < np.mean(held) < 0.996


def test_one_failed_control_may_be_allowed(tmp_path):
    key = write_study(tmp_path / "study", num_questions=2, num_repeats=0, num_controls=2)
    answers = simulated_answers(key, STRENGTHS, 2)
    [ann, ben] = answers.participants
    for question in key.of_kind("control")[:1]:
        wrong = next(number for number, made in question.pictures.items() if made == "spoiled")
        place = (ann, question.number)
        answers.given[place] = dataclasses.replace(answers.given[place], ranking=(wrong,))
    strict, lenient = (study_results(key, answers, allowed) for allowed in (0, 1))
    assert (strict["participants"]["left_out"], strict["overall"]["answers"]) == (1, 2)
    assert (lenient["participants"]["left_out"], lenient["overall"]["answers"]) == (0, 4)
    # Who has not come to a control yet counts, and is counted.
    for question in key.of_kind("control"):
        del answers.given[ben, question.number]
    assert study_results(key, answers)["participants"]["without_control"] == 1


def test_without_answers_there_is_no_report(tmp_path):
    write_study(tmp_path / "study", num_questions=2, num_repeats=0)
    with pytest.raises(ValueError, match=r"There are no answers to report\. Participants: 0,"):
        write_study_report(tmp_path / "study")
    with pytest.raises(FileNotFoundError, match="study report"):
        link_to_study(tmp_path / "study", tmp_path)
    (tmp_path / "study" / "report").mkdir()
    (tmp_path / "study" / "report" / "report.json").write_text("{}")
    with pytest.raises(ValueError, match=r"report\.json is damaged"):
        link_to_study(tmp_path / "study", tmp_path)


@pytest.mark.parametrize("given", [{}, {"alpha": 1.0}, {**STRENGTHS, "delta": 1.0}])
def test_every_system_has_a_strength(tmp_path, given):
    key = write_study(tmp_path / "study", num_questions=2, num_repeats=0)
    with pytest.raises(ValueError, match="must have a number for each of alpha, beta, gamma"):
        simulated_answers(key, given, 1)
