"""Many participants at once, and processes that are killed: no answer is lost or doubled."""

import concurrent.futures
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import requests
from user_study.answer_sender import Sender, choice_of
from user_study.toy_studies import write_study

from stgan_tf.user_study.answer_files import collect
from stgan_tf.user_study.simulation import simulated_answers
from stgan_tf.user_study.study_results import study_results

SENDER = Path(__file__).with_name("answer_sender.py")
STRENGTHS = {"alpha": 0.6, "beta": 0.0, "gamma": -0.6}


@pytest.fixture
def folder():
    """In memory where possible, where flushing takes no time: only processes are killed here."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="stgan_tf-study-", dir=place) as folder:
        yield Path(folder)


@pytest.mark.slow
def test_200_participants_at_once(folder, start_server):
    key = write_study(folder / "study", num_questions=8, num_repeats=1, num_controls=1)
    server = start_server(folder / "study")
    planned = simulated_answers(key, STRENGTHS, num_participants=200)
    together = threading.Barrier(200)

    def take_part(number):
        sender = Sender(server.url)
        together.wait()
        assert requests.get(server.url, timeout=60).ok
        body = {"participant": number, "language": "en", "consent": True}
        assert sender.post("participants", body)[0] == 200
        for question in key.questions:
            answer = planned.given[number, question.number]
            body = {"participant": number, "question": question.number, "milliseconds": 5}
            body |= {"ranking": answer.ranking, "shown": answer.shown}
            assert sender.post("answers", body)[0] == 200
        sender.close()

    with concurrent.futures.ThreadPoolExecutor(200) as pool:
        list(pool.map(take_part, planned.participants))
    stored = collect(key, folder / "study")
    assert {place: answer.ranking for place, answer in stored.given.items()} == {
        place: answer.ranking for place, answer in planned.given.items()
    }
    assert len(stored.given) == 2000
    results = study_results(key, stored)
    assert results["participants"]["counted"] == 200
    for system, strength in STRENGTHS.items():
        found = results["overall"]["strengths"][system]
        assert found["low"] < strength < found["high"]


@pytest.mark.slow
def test_10_000_answers_of_50_processes_with_kills_between(folder, start_server):
    key = write_study(folder / "study", num_questions=36, num_repeats=10, num_controls=4)
    questions = {question.number: sorted(question.pictures) for question in key.questions}
    (folder / "questions.json").write_text(json.dumps(questions))
    participants = [f"{number:012d}" for number in range(200)]
    server = start_server(folder / "study")

    def start_sender(i):
        command = [sys.executable, "-I", "-S", SENDER, server.url, folder / "questions.json"]
        return subprocess.Popen([*command, folder / f"{i}.journal", *participants[i::50]])

    def acknowledged():
        lines = [path.read_text().splitlines() for path in folder.glob("*.journal")]
        return {tuple(line.split()) for part in lines for line in part}

    def stored():
        return collect(key, folder / "study").given

    rng = random.Random(0)
    senders = [start_sender(i) for i in range(50)]
    try:
        for least in (1500, 4000, 7000):
            while len(acknowledged()) < least:
                time.sleep(0.05)
            victims = rng.sample(range(50), 10)
            for i in victims:
                senders[i].kill()
                senders[i].wait()
            server.kill()
            lost = acknowledged() - set(stored())
            assert not lost, f"{len(lost)} lost, such as {sorted(lost)[0]}"
            server.start()
            for i in victims:
                senders[i] = start_sender(i)
        assert [sender.wait(300) for sender in senders] == [0] * 50
    finally:
        for sender in senders:
            sender.kill()
            sender.wait()
    answers = stored()
    expected = {(who, question) for who in participants for question in questions}
    assert len(answers) == 10_000 and set(answers) == expected
    for (who, question), answer in answers.items():
        assert answer.ranking == (choice_of(who, questions[question]),)
