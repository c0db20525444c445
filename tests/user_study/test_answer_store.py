"""The database of answers: transactions, several connections, and files that are none."""

import sqlite3

import pytest

from stgan_tf.user_study.answer_store import (
    Answer,
    AnswerStore,
    DifferentAnswer,
    Participant,
    UnknownParticipant,
)

ANN = Participant("000000000001", "en", "2026-11-27")
BEN = Participant("000000000002", "zh", "2026-11-28", simulated=True)


def answer(question="q", ranking=("x",), participant=ANN):
    return Answer(participant.participant, question, ranking, ("y", "x"), 1500)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.sqlite"


def test_what_one_connection_stores_another_reads(path):
    with AnswerStore(path) as writer, AnswerStore(path) as reader:
        writer.enrol(ANN)
        assert writer.record(answer("a")) == 1
        assert writer.record(answer("b", ("y", "x"))) == 2
        writer.enrol(BEN)
        assert reader.participants() == [ANN, BEN]
        assert reader.answers() == [answer("a"), answer("b", ("y", "x"))]
        assert reader.answered(ANN.participant) == ["a", "b"]
        assert reader.knows(BEN.participant) and not reader.knows("000000000003")


def test_the_first_answer_counts(path):
    with AnswerStore(path) as store:
        store.enrol(ANN)
        assert [store.record(answer()), store.record(answer())] == [1, 1]
        with pytest.raises(DifferentAnswer, match="has been answered with x; .* Received: y"):
            store.record(answer(ranking=("y",)))
        assert store.answers() == [answer()]


def test_what_fails_leaves_nothing_behind(path):
    with AnswerStore(path) as store:
        with pytest.raises(UnknownParticipant, match="'000000000001' has not consented"):
            store.record(answer())
        with pytest.raises(DifferentAnswer):
            store.record_all(ANN, [answer(), answer(ranking=("y",))])
        assert store.participants() == [] and store.answers() == []


def test_every_commit_is_flushed_to_the_log(path):
    with AnswerStore(path) as store:
        settings = [
            store._database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]  # 2: full
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_file_that_is_no_database_is_named(path):
    path.write_bytes(b"not a database, but long enough to be one" * 100)
    with pytest.raises(ValueError, match=r"answers\.sqlite is not a database of answers"):
        AnswerStore(path)
    with pytest.raises(FileNotFoundError, match="No folder"):
        AnswerStore(path.parent / "nowhere" / "answers.sqlite")
