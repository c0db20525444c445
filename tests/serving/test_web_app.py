"""The mobile page as files: types, caching, and nothing from outside its folders."""

import http.client

import pytest
import requests
from serving.servers import running


@pytest.fixture(scope="module")
def web(toy_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    app, models = folder / "dist", folder / "litert"
    for name in ("index.html", "sw.js", "manifest.webmanifest", "wasm/lite.wasm", "assets/a-1.js"):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_text(f"this is {name}")
    models.mkdir()
    (models / "edit_float32.tflite").write_bytes(b"TFL3")
    (models / "model.json").write_text("{}")
    (folder / "secret.txt").write_text("hidden words")
    (app / "link.txt").symlink_to(folder / "secret.txt")
    with running(toy_dir, web=(app, models)) as server:
        yield server


@pytest.mark.parametrize(
    ("path", "kind", "caching"),
    [
        ("/mobile/", "text/html; charset=utf-8", "no-cache"),
        ("/mobile/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/mobile/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/mobile/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/mobile/wasm/lite.wasm", "application/wasm", "no-cache"),
        (
            "/mobile/assets/a-1.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        ("/mobile/models/edit_float32.tflite", "application/octet-stream", "no-cache"),
        ("/mobile/models/model.json", "application/json", "no-cache"),
    ],
)
def test_types_and_caching(web, path, kind, caching):
    answer = requests.get(web.url + path, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == caching
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = requests.get(
        web.url + path, headers={"If-None-Match": answer.headers["ETag"]}, timeout=30
    )
    assert (again.status_code, again.content) == (304, b"")


def test_the_service_worker_may_serve_the_whole_app(web):
    answer = requests.get(f"{web.url}/mobile/sw.js", timeout=30)
    assert answer.headers["Service-Worker-Allowed"] == "/mobile/"


def test_the_path_without_a_slash_leads_to_the_app(web):
    answer = requests.get(f"{web.url}/mobile", timeout=30)
    assert answer.url == f"{web.url}/mobile/" and answer.text == "this is index.html"


@pytest.mark.parametrize(
    "path",
    [
        "/mobile/../secret.txt",
        "/mobile/%2e%2e/secret.txt",
        "/mobile/..%2fsecret.txt",
        "/mobile/models/..%2f..%2fsecret.txt",
        "/mobile/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
        "/mobile//etc/passwd",
        "/mobile/link.txt",
        "/mobile/models/",
        "/mobile/nothing",
        "/mobile/%00",
    ],
)
def test_nothing_from_outside(web, path):
    # http.client sends the path as it is; requests would resolve it first.
    connection = http.client.HTTPConnection("127.0.0.1", int(web.url.rsplit(":")[-1]), timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 404, body
    assert b"hidden" not in body and b"root:" not in body


def test_files_cannot_be_written(web):
    assert requests.put(f"{web.url}/mobile/x", data=b"x", timeout=30).status_code == 405


def test_the_api_is_still_there(web):
    assert requests.get(f"{web.url}/v1/models/stgan", timeout=30).status_code == 200


def test_folders_that_are_not_there(toy_dir, tmp_path):
    for folders, message in (((tmp_path, None), "index.html"), ((None, tmp_path / "x"), "LiteRT")):
        with pytest.raises(FileNotFoundError, match=message), running(toy_dir, web=folders):
            pass
