"""The answers of a study in SQLite, written by any number of processes. No TensorFlow here.

Each answer is a transaction of its own, on disk before `record` returns (write-ahead log, flushed
at each commit): neither a killed process nor a power cut loses one that was acknowledged. The
primary key is the participant and the question, so sending an answer again does not double it.
"""

import contextlib
import dataclasses
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

ANSWERS_FILE = "answers.sqlite"
#: Seconds to wait while other processes write.
_PATIENCE_SECONDS = 60
_TABLES = """
CREATE TABLE IF NOT EXISTS participants (
    participant TEXT PRIMARY KEY,
    language TEXT NOT NULL,
    consented_at TEXT NOT NULL,
    simulated INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    participant TEXT NOT NULL REFERENCES participants (participant),
    question TEXT NOT NULL,
    ranking TEXT NOT NULL,
    shown TEXT NOT NULL,
    milliseconds INTEGER NOT NULL,
    PRIMARY KEY (participant, question)
) WITHOUT ROWID;
"""


@dataclasses.dataclass(frozen=True)
class Participant:
    """A participant who has consented.

    Attributes:
        participant: A random number of 12 digits, as text.
        language: Of the page: en or zh.
        consented_at: The day in UTC: 2026-11-27. No time of day, which could be matched with a log.
        simulated: Whether the participant is a simulated one.
    """

    participant: str
    language: str
    consented_at: str
    simulated: bool = False


@dataclasses.dataclass(frozen=True)
class Answer:
    """An answer; `question`, `ranking` and `shown` as in `StudyKey.require_valid`, `milliseconds`
    from the question's display to the answer.
    """

    participant: str
    question: str
    ranking: tuple[str, ...]
    shown: tuple[str, ...]
    milliseconds: int


class UnknownParticipant(ValueError):
    """An answer by someone who has not consented."""


class DifferentAnswer(ValueError):
    """The question has been answered otherwise: the first answer counts."""


def today() -> str:
    """The day in UTC, as in `Participant.consented_at`."""
    return time.strftime("%Y-%m-%d", time.gmtime())


class AnswerStore:
    """The answers in a file, which is created if needed. For one thread at a time; every process
    opens its own.

    Args:
        path: The SQLite file.

    Raises ValueError if the file is not a database of answers, OSError if it cannot be opened.
    """

    def __init__(self, path: Path):
        if not path.parent.is_dir():
            raise FileNotFoundError(f"No folder {path.parent} for {path.name}.")
        self._path = path
        try:
            # Transactions begin and end explicitly.
            self._database = sqlite3.connect(
                path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError as error:
            raise OSError(f"{path} cannot be opened: {error}.") from error
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("PRAGMA foreign_keys = ON")
            self._database.executescript(_TABLES)
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise ValueError(f"{path} is not a database of answers: {error}.") from error

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> "AnswerStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def enrol(self, participant: Participant) -> None:
        """Adds a participant; nothing happens if the number is known."""
        with self._transaction():
            self._enrol(participant)

    def record(self, answer: Answer) -> int:
        """Stores an answer, durably when this returns; the same answer again changes nothing.
        Returns how many the participant has given.

        Raises UnknownParticipant without consent, DifferentAnswer if the question has been answered
        otherwise.
        """
        with self._transaction():
            return self._record(answer)

    def record_all(self, participant: Participant, answers: list[Answer]) -> None:
        """Enrols a participant and stores all of their answers in one transaction."""
        with self._transaction():
            self._enrol(participant)
            for answer in answers:
                self._record(answer)

    def knows(self, participant: str) -> bool:
        """Whether this participant has consented."""
        row = self._database.execute(
            "SELECT 1 FROM participants WHERE participant = ?", (participant,)
        )
        return row.fetchone() is not None

    def answered(self, participant: str) -> list[str]:
        """The numbers of the questions that a participant has answered."""
        rows = self._database.execute(
            "SELECT question FROM answers WHERE participant = ?", (participant,)
        )
        return [question for (question,) in rows]

    def participants(self) -> list[Participant]:
        """All participants, by number."""
        rows = self._database.execute(
            "SELECT participant, language, consented_at, simulated FROM participants "
            "ORDER BY participant"
        )
        return [Participant(*row[:3], bool(row[3])) for row in rows]

    def answers(self) -> list[Answer]:
        """All answers, by participant and question."""
        rows = self._database.execute(
            "SELECT participant, question, ranking, shown, milliseconds FROM answers "
            "ORDER BY participant, question"
        )
        return [
            Answer(participant, question, tuple(ranking.split()), tuple(shown.split()), taken)
            for participant, question, ranking, shown, taken in rows
        ]

    def _enrol(self, participant: Participant) -> None:
        self._database.execute(
            "INSERT INTO participants VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            dataclasses.astuple(participant),
        )

    def _record(self, answer: Answer) -> int:
        place = (answer.participant, answer.question)
        if not self.knows(answer.participant):
            raise UnknownParticipant(f"Participant {answer.participant!r} has not consented.")
        found = self._database.execute(
            "SELECT ranking FROM answers WHERE participant = ? AND question = ?", place
        ).fetchone()
        ranking = " ".join(answer.ranking)
        if found is None:
            values = (*place, ranking, " ".join(answer.shown), answer.milliseconds)
            self._database.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", values)
        elif found[0] != ranking:
            raise DifferentAnswer(
                f"Question {answer.question} has been answered with {found[0]}; the first answer "
                f"counts. Received: {ranking}."
            )
        count = self._database.execute(
            "SELECT count(*) FROM answers WHERE participant = ?", (answer.participant,)
        )
        return count.fetchone()[0]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
