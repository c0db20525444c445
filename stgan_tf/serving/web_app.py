"""Serves the mobile page and its models as static files, to try it without another web server."""

import mimetypes
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PREFIX = "/mobile"
#: MIME types that Python's table lacks or, on some systems, has wrong.
_TYPES = {
    ".wasm": "application/wasm",
    ".tflite": "application/octet-stream",
    ".webmanifest": "application/manifest+json",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
#: Folder of files with content hashes in their names, as written by bundlers.
_HASHED = "assets/"
_WORKERS = ("sw.js", "service-worker.js", "serviceworker.js")


def add_web_app(app: FastAPI, app_dir: Path | None, models_dir: Path | None) -> None:
    """Serves `app_dir` at /mobile/ and `models_dir` at /mobile/models/.

    Raises FileNotFoundError if a folder, or the app's index.html, does not exist.
    """
    for kind, suffix in ((kind, suffix) for suffix, kind in _TYPES.items()):
        mimetypes.add_type(kind, suffix)
    if models_dir is not None:
        if not models_dir.is_dir():
            raise FileNotFoundError(f"No folder of LiteRT models: {models_dir}.")
        app.mount(f"{PREFIX}/models", _Files(directory=models_dir), "models")
    if app_dir is None:
        return
    if not (app_dir / "index.html").is_file():
        raise FileNotFoundError(f"No {app_dir / 'index.html'}: build the web app first.")
    app.add_api_route(
        PREFIX, lambda: RedirectResponse(f"{PREFIX}/", 308), methods=["GET"], response_model=None
    )
    app.mount(PREFIX, _Files(directory=app_dir, html=True), "mobile")


class _Files(StaticFiles):
    """Static files with caching headers; a path that leaves the folder gives 404 (StaticFiles)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        hashed = path.startswith(_HASHED) and response.status_code in (200, 206, 304)
        # Other files are revalidated each time by their ETag (304).
        caching = "public, max-age=31536000, immutable" if hashed else "no-cache"
        response.headers["Cache-Control"] = caching
        if path in _WORKERS:
            response.headers["Service-Worker-Allowed"] = f"{PREFIX}/"
        return response
