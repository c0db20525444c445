"""Threads, where the host isolates the page."""

import pytest
from browser.python_edits import edited, largest_difference
from browser.static_site import ISOLATION

pytestmark = pytest.mark.slow


def test_an_isolated_page_runs_on_threads(page, site, quickstart_models):
    site.headers.update(ISOLATION)
    page.open_ready(site.url)
    assert page.driver.execute_script("return crossOriginIsolated")
    builds = {path for path in site.requests if path.endswith(".wasm")}
    assert builds == {"/litert-2.5.3/litert_wasm_threaded_internal.wasm"}
    page.choose_precision("float32").move_slider("Eyeglasses", 1)
    expected = edited(quickstart_models, "float32", 1, {"Eyeglasses": 1.0})
    assert largest_difference(page.picture(), expected) <= 2
    # On several threads or, where that is not faster, on one.
    assert page.element("#status-text").text == "WebAssembly"
    site.stop()
    page.expects_failed_requests = True
    page.driver.refresh()
    page.until_edited().choose_face(2)


def test_without_threads_the_isolated_page_still_works(page, site):
    page.expects_failed_requests = True
    site.headers.update(ISOLATION)
    site.replaced["/litert-2.5.3/litert_wasm_threaded_internal.wasm"] = b"no WebAssembly"
    page.open_ready(site.url).move_slider("Bald", 1)
    assert "/litert-2.5.3/litert_wasm_internal.wasm" in site.requests
