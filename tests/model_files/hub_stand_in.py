"""A server that answers as the Hugging Face Hub does, for what its client asks of a repository."""

import contextlib
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextlib.contextmanager
def hub_with(files, revisions=("main",), gated=False):
    """Yields (address, asked): the repository lab/faces with {path: content}, and the list of
    requests, which grows.
    """
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):  # noqa: N802
            self._answer(send_body=False)

        def do_GET(self):  # noqa: N802
            self._answer(send_body=True)

        def _answer(self, send_body):
            asked.append((self.command, self.path))
            status, headers, body = self._found(self.path.partition("?")[0])
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if send_body:
                self.wfile.write(body)

        def _found(self, path):
            if gated:
                return 403, {"X-Error-Code": "GatedRepo"}, b""
            revision = path.removeprefix("/api/models/lab/faces/tree/")
            if revision != path:
                if revision not in revisions:
                    return 404, {"X-Error-Code": "RevisionNotFound"}, b""
                told = [
                    {"type": "file", "path": name, "size": len(content), "oid": COMMIT}
                    for name, content in files.items()
                ]
                return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()
            for revision in (*revisions, COMMIT):
                name = path.removeprefix(f"/lab/faces/resolve/{revision}/")
                if name != path and name in files:
                    etag = hashlib.sha256(files[name]).hexdigest()
                    return 200, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT}, files[name]
                if name != path:
                    return 404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, b""
            return 404, {"X-Error-Code": "RepoNotFound"}, b""

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
