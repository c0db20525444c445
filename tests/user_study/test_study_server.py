"""The study's server: consent, answers, resuming, export, and what it refuses."""

import csv
import io
import json

import pytest
import requests
from user_study.toy_studies import write_study
from warm_commands import run_command

from stgan_tf.user_study.answer_files import collect

ANN = "000000000001"


def given(question, participant=ANN, **changed):
    """An answer that chooses the first picture."""
    pictures = list(question.pictures)
    answer = {"participant": participant, "question": question.number, "milliseconds": 1200}
    return {**answer, "ranking": pictures[:1], "shown": pictures[::-1], **changed}


@pytest.fixture(scope="module")
def ann(server):
    """A participant who has consented."""
    body = {"participant": ANN, "language": "zh", "consent": True}
    assert server.post("participants", body).status_code == 200
    return ANN


def test_the_page_is_served_with_nothing_from_elsewhere(server, study):
    page = requests.get(server.url, timeout=30)
    assert page.content == (study[0] / "page" / "index.html").read_bytes()
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    again = requests.get(server.url, headers={"If-None-Match": page.headers["ETag"]}, timeout=30)
    assert (again.status_code, again.content) == (304, b"")
    saved = requests.get(f"{server.url}/study.html", timeout=30)
    assert saved.content == page.content
    assert saved.headers["Content-Disposition"] == 'attachment; filename="study.html"'
    told = requests.get(f"{server.url}/api/study", timeout=30).json()
    assert told == {"study": study[1].study}


@pytest.mark.parametrize(
    "path", ["key.json", "../key.json", "%2e%2e/key.json", "page/../key.json", "answers.sqlite"]
)
def test_the_key_and_the_answers_are_not_served(server, path):
    assert requests.get(f"{server.url}/{path}", timeout=30).status_code == 404


def test_an_answer_is_stored_once(server, study, ann):
    question = study[1].questions[0]
    first = server.post("answers", given(question))
    assert (first.status_code, first.json()) == (200, {"answered": 1})
    again = server.post("answers", given(question, milliseconds=9))
    assert (again.status_code, again.json()) == (200, {"answered": 1})
    other = server.post("answers", given(question, ranking=list(question.pictures)[1:2]))
    assert other.status_code == 409 and "the first answer counts" in other.json()["error"]
    assert server.post("progress", {"participant": ann}).json() == {"answered": [question.number]}
    stored = collect(study[1], study[0]).given[ann, question.number]
    assert stored.milliseconds == 1200 and stored.ranking == tuple(question.pictures)[:1]


def test_without_consent_nothing_is_stored(server, study):
    body = given(study[1].questions[0], "000000000002")
    answer = server.post("answers", body)
    assert answer.status_code == 403 and "has not consented" in answer.json()["error"]
    for consent in (None, False, "yes", 1):
        asked = {"participant": "000000000002", "language": "en", "consent": consent}
        assert server.post("participants", asked).status_code == 403
    assert server.post("progress", {"participant": "000000000002"}).status_code == 404
    assert "000000000002" not in collect(study[1], study[0]).participants


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"participant": "1"}, "`participant` must be 12 digits. Received: '1'"),
        ({"participant": "00000000000٣"}, "`participant` must be 12 digits"),
        ({"question": "0"}, "The study has no question '0'"),
        ({"question": None}, "`question` must be a string"),
        ({"ranking": []}, "must name one picture"),
        ({"ranking": ["x"]}, "must name one picture"),
        ({"ranking": "abc"}, "`ranking` must be a list"),
        ({"shown": ["x"]}, "`shown` must list the pictures"),
        ({"milliseconds": -1}, "`milliseconds` must be a whole number"),
        ({"milliseconds": 2.5}, "`milliseconds` must be a whole number"),
        ({"milliseconds": True}, "`milliseconds` must be a whole number"),
        ({"milliseconds": 2**60}, "`milliseconds` must be a whole number"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(server, study, ann, changed, message):
    answer = server.post("answers", {**given(study[1].questions[1]), **changed})
    assert answer.status_code == 400 and message in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b"\xff", 400), (b"1" * 2**17, 413)]
)
def test_a_body_that_is_no_object_is_refused(server, body, status):
    assert requests.post(f"{server.url}/api/answers", body, timeout=30).status_code == status


def test_a_participant_cannot_claim_to_be_simulated_or_of_another_day(server, study):
    body = {"participant": "000000000003", "language": "en", "consent": True}
    server.post("participants", {**body, "simulated": True, "consented_at": "1999-01-01"})
    stored = collect(study[1], study[0]).participants["000000000003"]
    assert not stored.simulated and stored.consented_at > "2026"
    body["language"] = "fr"
    assert "one of en, zh" in server.post("participants", body).json()["error"]


def test_the_answers_are_exported_with_the_token_only(server, study, ann):
    key = study[1]
    server.post("answers", given(key.questions[2]))
    for url in (server.export_url.split("?")[0], f"{server.export_url}x"):
        assert requests.get(url, timeout=30).status_code == 403
    rows = list(csv.DictReader(io.StringIO(requests.get(server.export_url, timeout=30).text)))
    row = next(row for row in rows if row["question"] == key.questions[2].number)
    systems = list(key.questions[2].pictures.values())
    assert row["ranking"] == systems[0] and row["shown"] == " ".join(systems[::-1])
    assert (row["participant"], row["language"], row["simulated"]) == (ANN, "zh", "0")
    told = requests.get(server.export_url.replace(".csv", ".json"), timeout=30).json()
    assert given(key.questions[2]) in told["answers"] and told["study"] == key.study
    assert requests.get(server.export_url.replace(".csv", ".xml"), timeout=30).status_code == 404


def test_the_log_has_no_participants(server, ann):
    assert requests.get(f"{server.url}/api/study?x={ann}", timeout=30).ok
    assert any("POST /api/progress 200" in line for line in server.lines)
    assert not any(ann in line for line in server.lines)


def test_answers_survive_kill_9_and_the_server_stops_quietly(tmp_path, start_server):
    key = write_study(tmp_path / "study", num_questions=2, num_repeats=0, num_controls=1)
    server = start_server(tmp_path / "study")
    body = {"participant": ANN, "language": "en", "consent": True}
    assert server.post("participants", body).ok
    for question in key.questions:
        assert server.post("answers", given(question)).ok
        server.kill()
        server.start()
    answered = server.post("progress", {"participant": ANN}).json()["answered"]
    assert sorted(answered) == sorted(question.number for question in key.questions)
    assert server.stop() == 0
    assert server.lines[-1].endswith("INFO Stopped.")
    assert not any("Traceback" in line for line in server.lines)


def study_command(*flags):
    return run_command("study", *flags, timeout=120)


def test_simulated_and_real_answers_are_not_mixed(tmp_path, server, study, ann):
    strengths = "--strengths=alpha=1,beta=0,gamma=0"
    done = study_command("simulate", f"--study_dir={study[0]}", strengths)
    assert done.returncode == 1 and "has answers already" in done.stderr
    write_study(tmp_path / "study", num_questions=2, num_repeats=0)
    done = study_command("simulate", f"--study_dir={tmp_path / 'study'}", strengths)
    assert done.stdout.startswith("100 SIMULATED participants: ")
    done = study_command("serve", f"--study_dir={tmp_path / 'study'}", "--port=0")
    assert done.returncode == 1 and "has simulated answers, which must not" in done.stderr


def test_a_file_of_answers_counts_once_and_must_fit(tmp_path, server, study, ann):
    folder, key = study
    question = key.questions[3]
    body = {"participant": ANN, "language": "en", "consented_at": "2026-11-27"}
    ben = {**body, "participant": "000000000009"}
    server.post("answers", given(question))
    told = {"study": key.study, "participants": [body, ben]}
    told["answers"] = [given(question), given(question, "000000000009")]
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(told))
    before, after = collect(key, folder), collect(key, folder, [path])
    assert len(after.given) == len(before.given) + 1
    assert after.given["000000000009", question.number].ranking == tuple(question.pictures)[:1]

    for changed, message in (
        ({"study": "x"}, "it belongs to study 'x'"),
        ({"participants": [ben]}, "has answers of 000000000001, who has not consented"),
        ({"answers": [given(question, ranking=["x"])]}, "must name one picture"),
        ({"answers": 1}, "is not a file of this study's answers"),
        ({"answers": [given(question, ranking=list(question.pictures)[1:2])]}, "elsewhere"),
    ):
        path.write_text(json.dumps({**told, **changed}))
        with pytest.raises(ValueError, match=message):
            collect(key, folder, [path])
    with pytest.raises(FileNotFoundError, match="--answers: no file .*missing.json"):
        collect(key, folder, [tmp_path / "missing.json"])
