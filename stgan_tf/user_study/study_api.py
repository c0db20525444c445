"""The study server's paths: the page, the participants' answers, and their export. No TensorFlow
here.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi import Request, Response

from stgan_tf.serving.api_error import ApiError, invalid
from stgan_tf.serving.app import answer, new_app
from stgan_tf.serving.metrics import Metrics
from stgan_tf.serving.request_body import BodyReader
from stgan_tf.user_study.answer_files import (
    as_csv,
    as_json,
    checked_answer,
    checked_participant,
    collect,
)
from stgan_tf.user_study.answer_store import (
    ANSWERS_FILE,
    AnswerStore,
    DifferentAnswer,
    UnknownParticipant,
    today,
)
from stgan_tf.user_study.study_key import StudyKey
from stgan_tf.user_study.study_page import PAGE_FILE

#: {suffix: (the answers as text, MIME type)}
_EXPORTS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}
#: The page has no parts elsewhere, and no other page may embed it.
_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class StudyApi:
    """The routes of one study.

    Args:
        folder: The study's folder.
        key: Its key.
        bodies: Reads the requests' bodies.
        metrics: Counts the requests.

    Attributes:
        app: The application.
    """

    def __init__(self, folder: Path, key: StudyKey, bodies: BodyReader, metrics: Metrics):
        self._folder, self._key, self._bodies = folder, key, bodies
        self._page = (folder / PAGE_FILE).read_bytes()
        self._tag = f'"{hashlib.sha256(self._page).hexdigest()[:32]}"'
        self._store = AnswerStore(folder / ANSWERS_FILE)
        # SQLite writes one transaction at a time anyway; flushes must not hold up the event loop.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="answers")
        self.app = new_app(metrics)
        for path in ("/", "/index.html"):
            self.app.add_api_route(path, self._get_page, methods=["GET", "HEAD"])
        self.app.add_api_route("/study.html", self._download, methods=["GET"])
        self.app.add_api_route("/api/study", self._get_study, methods=["GET"])
        self.app.add_api_route("/api/participants", self._posted(self._enrol), methods=["POST"])
        self.app.add_api_route("/api/progress", self._posted(self._progress), methods=["POST"])
        self.app.add_api_route("/api/answers", self._posted(self._record), methods=["POST"])
        self.app.add_api_route("/export/answers.{suffix}", self._export, methods=["GET"])

    def close(self) -> None:
        """Waits for answers being stored, and closes the database."""
        self._writer.shutdown()
        self._store.close()

    async def _get_page(self, request: Request) -> Response:
        headers = {**_PAGE_HEADERS, "ETag": self._tag}
        if request.headers.get("If-None-Match") == self._tag:
            return Response(status_code=304, headers=headers)
        return Response(self._page, headers=headers, media_type="text/html; charset=utf-8")

    async def _download(self) -> Response:
        headers = {**_PAGE_HEADERS, "Content-Disposition": 'attachment; filename="study.html"'}
        return Response(self._page, headers=headers, media_type="text/html; charset=utf-8")

    async def _get_study(self) -> Response:
        return answer({"study": self._key.study}, headers={"Cache-Control": "no-store"})

    def _posted(self, handle: Callable[[dict], dict]) -> Callable[[Request], Awaitable[Response]]:
        """A route that passes the request's JSON object to `handle`, on the writer's thread."""

        async def route(request: Request) -> Response:
            async with self._bodies.body(request) as body:
                try:
                    told = json.loads(body)
                except ValueError as error:
                    raise invalid(f"The request's body is not JSON: {error}.") from error
            if not isinstance(told, dict):
                raise invalid(f"The request's body must be a JSON object. Received: {told!r:.80}.")
            loop = asyncio.get_running_loop()
            return answer(await loop.run_in_executor(self._writer, handle, told))

        return route

    def _enrol(self, told: dict) -> dict:
        if told.get("consent") is not True:
            raise ApiError(403, "Answers are stored of participants who have consented only.")
        try:
            # What a request says of the day, or of being simulated, does not count.
            participant = checked_participant({**told, "consented_at": today(), "simulated": False})
        except ValueError as error:
            raise invalid(str(error)) from error
        self._store.enrol(participant)
        return {"participant": participant.participant}

    def _progress(self, told: dict) -> dict:
        number = told.get("participant")
        if not isinstance(number, str) or not self._store.knows(number):
            raise ApiError(404, "There is no participant with this number.")
        return {"answered": self._store.answered(number)}

    def _record(self, told: dict) -> dict:
        try:
            return {"answered": self._store.record(checked_answer(self._key, told))}
        except UnknownParticipant as error:
            raise ApiError(403, str(error)) from error
        except DifferentAnswer as error:
            raise ApiError(409, str(error)) from error
        except ValueError as error:
            raise invalid(str(error)) from error

    async def _export(self, request: Request, suffix: str) -> Response:
        if suffix not in _EXPORTS:
            raise ApiError(404, f"Answers are exported as csv and json. Received: {suffix!r:.40}.")
        token = request.query_params.get("token", "")
        if not secrets.compare_digest(token.encode(), self._key.export_token.encode()):
            raise ApiError(403, "The token is wrong: the server's log has the complete address.")
        write, kind = _EXPORTS[suffix]
        loop = asyncio.get_running_loop()
        # A connection of its own, so that participants do not wait for it.
        text = await loop.run_in_executor(
            None, lambda: write(self._key, collect(self._key, self._folder))
        )
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="answers.{suffix}"',
        }
        return Response(text, headers=headers, media_type=f"{kind}; charset=utf-8")
