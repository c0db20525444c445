"""A small static host: folders under paths, every request logged, faults on demand."""

import http.server
import threading
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

#: Makes a page cross-origin isolated, so that it may use threads.
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}


class StaticSite:
    """Serves `folders` ({"/": dist, "/models/": models}, the longest prefix wins) on loopback.

    requests: paths that were asked for, in order.
    replaced: {path: bytes, or None for 404}, answered instead of the file.
    headers: {name: value}, sent with each answer.
    """

    def __init__(self, folders: dict[str, Path]):
        self.folders = dict(sorted(folders.items(), key=lambda item: -len(item[0])))
        self.requests: list[str] = []
        self.replaced: dict[str, bytes | None] = {}
        self.headers: dict[str, str] = {}
        self.port = 0
        self._server: http.server.ThreadingHTTPServer | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/"

    def start(self) -> None:
        """Starts, on the earlier port where there was one."""
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = unquote(urlsplit(self.path).path)
                site.requests.append(path)
                body = site.content(path)
                self.send_response(404 if body is None else 200)
                suffix = PurePosixPath(path).suffix or ".html"
                self.send_header("Content-Type", TYPES.get(suffix, "application/octet-stream"))
                self.send_header("Content-Length", str(len(body or b"")))
                for name, value in site.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                """The log is `requests`."""

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request, client_address):
                """Browsers close connections that they no longer need."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def content(self, path: str) -> bytes | None:
        if path in self.replaced:
            return self.replaced[path]
        for prefix, folder in self.folders.items():
            if path.startswith(prefix):
                name = path[len(prefix) :] or "index.html"
                file = (folder / name).resolve()
                inside = folder.resolve() in file.parents
                return file.read_bytes() if inside and file.is_file() else None
        return None

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
