"""After one visit the page needs no server; it asks nobody else for anything."""

import re

import pytest
from browser.python_edits import edited, largest_difference

pytestmark = pytest.mark.slow


def test_reload_without_a_server(page, site, quickstart_models):
    page.open_ready(site.url)
    site.stop()
    page.expects_failed_requests = True  # model.json is asked for anew before the cache answers
    page.driver.refresh()
    page.until_edited().choose_face(4).move_slider("Bushy_Eyebrows", 1)
    expected = edited(quickstart_models, "float32", 4, {"Bushy_Eyebrows": 1.0})
    assert largest_difference(page.picture(), expected) <= 2


def test_a_model_that_changed_is_taken_at_the_next_visit(page, site, quickstart_models):
    page.open_ready(site.url)
    changed = (quickstart_models / "model.json").read_text(encoding="utf-8")
    site.replaced["/models/model.json"] = changed.replace("runs/untrained", "runs/second").encode()
    page.driver.refresh()
    page.until_edited()
    page.click("#status")
    assert "Run\nsecond" in page.element("#facts").text


def test_each_large_file_is_asked_for_once(page, site):
    page.open_ready(site.url)
    page.driver.refresh()
    page.until_edited()
    for path in ("/litert-2.5.3/litert_wasm_internal.wasm", "/models/edit_float32.tflite"):
        assert site.requests.count(path) == 1, site.requests
    assert not [path for path in site.requests if "compat" in path]


def test_a_new_version_is_offered_and_taken(page, site):
    page.open_ready(site.url)
    worker = site.content("/service-worker.js").decode()
    version = re.search(r'"version":"(\w+)"', worker)[1]
    site.replaced["/service-worker.js"] = worker.replace(version, "f" * 16).encode()
    page.driver.refresh()
    page.wait(lambda: page.element("#note").is_displayed(), "No update is offered")
    assert "new version" in page.element("#note-text").text
    page.click("#note-action")
    page.wait(
        lambda: (
            page.driver.execute_script("return caches.keys().then((names) => names.join())").count(
                "shell"
            )
            == 1
        ),
        "The old version's files are still there",
    )
    names = page.driver.execute_script("return caches.keys()")
    assert [name for name in names if name.endswith("shell " + "f" * 16)]
    page.until_edited()


def test_no_request_to_another_origin(page, site):
    page.open_ready(site.url).choose_face(2).choose_precision("dynamic_int8")
    page.read_logs()
    assert f"{site.url}models/model.json" in page.urls
    foreign = [url for url in page.urls if not url.startswith((site.url, "blob:", "data:"))]
    assert foreign == []
