"""What the page says and still can do when something is wrong."""

import json

import pytest
from browser.untrained_models import renamed

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.runtime.model_description import FILE_NAME, ModelDescription

pytestmark = pytest.mark.slow


@pytest.fixture
def description(quickstart_models):
    return ModelDescription.read(quickstart_models / FILE_NAME)


def test_missing_model_json_is_named_and_tried_again(page, site):
    page.expects_failed_requests = True
    site.replaced["/models/model.json"] = None
    problem = page.open(site.url).until_problem()
    assert "models/model.json is missing" in problem
    assert "python -m stgan_tf.export" in problem
    assert page.element("#status-text").text == "No model"
    site.replaced.clear()
    page.click("#problem-retry")
    page.until_edited()
    assert not page.element("#problem").is_displayed()


@pytest.mark.parametrize(
    "text, message",
    [
        ("<html>not found</html>", "It is not JSON"),
        (json.dumps({"name": "mobilenet", "files": []}), "not written by stgan_tf.export"),
    ],
)
def test_a_foreign_model_json_is_refused(page, site, text, message):
    site.replaced["/models/model.json"] = text.encode()
    problem = page.open(site.url).until_problem()
    assert "does not describe a model for this page" in problem
    assert message in problem


def test_a_missing_file_is_named(page, site):
    page.expects_failed_requests = True
    site.replaced["/models/edit_float32.tflite"] = None
    assert "models/edit_float32.tflite is missing" in page.open(site.url).until_problem()


def test_a_damaged_file_is_refused_by_its_digest(page, site, quickstart_models, description):
    content = bytearray((quickstart_models / "edit_float32.tflite").read_bytes())
    content[len(content) // 2] ^= 1
    site.replaced["/models/edit_float32.tflite"] = bytes(content)
    problem = page.open(site.url).until_problem()
    assert "edit_float32.tflite is damaged" in problem
    assert description.file("edit", "float32").sha256[:16] in problem
    site.replaced.clear()
    page.click("#problem-retry")
    page.until_edited()


def test_a_file_of_other_attributes_is_refused(page, site, description):
    fewer = renamed(description, attributes=PAPER_ATTRIBUTES[:12])
    site.replaced["/models/model.json"] = fewer.encode()
    problem = page.open(site.url).until_problem()
    assert "cannot be used with this model.json" in problem
    assert "(1, 13), but model.json says (1, 12)" in problem


def test_a_file_of_another_size_is_refused(page, site, description):
    site.replaced["/models/model.json"] = renamed(description, image_size=128).encode()
    assert (
        "(1, 64, 64, 3), but model.json says (1, 128, 128, 3)"
        in page.open(site.url).until_problem()
    )


def test_a_file_that_is_no_model_is_refused(page, site, description):
    import dataclasses
    import hashlib

    page.expects_failed_requests = True  # LiteRT logs what it could not read
    junk = b"not a flatbuffer" * 64
    file = dataclasses.replace(
        description.files[0], bytes=len(junk), sha256=hashlib.sha256(junk).hexdigest()
    )
    site.replaced["/models/edit_float32.tflite"] = junk
    site.replaced["/models/model.json"] = renamed(description, files=(file,)).encode()
    assert "edit_float32.tflite cannot be used" in page.open(site.url).until_problem()


def test_what_worked_stays_when_another_precision_fails(page, site):
    page.expects_failed_requests = True
    site.replaced["/models/edit_dynamic_int8.tflite"] = None
    page.open_ready(site.url).move_slider("Bald", 1)
    page.click("#status")
    page.click("input[name='precision'][value='dynamic_int8']")
    page.click("#settings-close")
    assert "edit_dynamic_int8.tflite is missing" in page.until_problem()
    page.move_slider("Bald", -1)
    page.click("#status")
    assert page.element("input[name='precision'][value='float32']").is_selected()


@pytest.mark.parametrize("part", ["litert_wasm_internal.wasm", "litert_wasm_internal.js"])
def test_a_runtime_that_is_not_there_is_named_and_tried_again(page, site, part):
    page.expects_failed_requests = True
    site.replaced[f"/litert-2.5.3/{part}"] = None
    assert "LiteRT runtime could not be started" in page.open(site.url).until_problem()
    site.replaced.clear()
    page.click("#problem-retry")
    page.until_edited()


def test_a_worker_that_is_not_there_is_told(page, site, built_page):
    page.expects_failed_requests = True
    (worker,) = (built_page / "assets").glob("worker-*.js")
    site.replaced[f"/assets/{worker.name}"] = None
    assert "LiteRT runtime could not be started" in page.open(site.url).until_problem()


def test_webgpu_that_is_not_there_falls_back_and_says_so(page, site):
    page.open_ready(site.url)
    page.click("#status")
    page.click("input[name='accelerator'][value='webgpu']")
    page.click("#settings-close")
    page.wait(lambda: page.element("#note").is_displayed(), "No note")
    assert "no WebGPU device, so WebAssembly is used" in page.element("#note-text").text
    page.until_edited().move_slider("Male", 1)
    assert page.element("#status-text").text.startswith("WebAssembly")


def test_camera_denied_leaves_the_picker(start_page, site):
    page = start_page("--use-fake-device-for-media-stream")
    page.cdp(
        "Browser.setPermission",
        permission={"name": "camera"},
        setting="denied",
        origin=site.url.rstrip("/"),
    )
    page.open_ready(site.url)
    assert "does not allow this page to use the camera" in camera_problem(page)
    page.click("#camera-cancel")
    page.choose_face(2)
    assert not page.console_errors()


def test_without_a_camera_the_picker_is_offered(page, site):
    page.open_ready(site.url)
    assert "no camera that the browser can use" in camera_problem(page)
    page.click("#camera-cancel")
    page.choose_face(2)


def camera_problem(page) -> str:
    """Asks for the camera, which must fail and leave the picker."""
    page.click("#camera-open")
    page.wait(lambda: page.element("#camera-problem").is_displayed(), "No message")
    assert page.element("#camera-pick").is_enabled()
    assert not page.element("#camera-take").is_displayed()
    return page.element("#camera-problem-text").text


def test_camera_picture_is_framed_and_edited(start_page, site):
    """Chromium's fake camera shows a test pattern."""
    page = start_page("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    page.open_ready(site.url)
    page.click("#camera-open")
    page.wait(lambda: page.element("#camera-take").is_enabled(), "No picture from the camera")
    page.click("#camera-take")
    page.wait(lambda: page.element("#framing").is_displayed(), "No framing")
    live = page.driver.execute_script("return document.getElementById('camera-video').srcObject")
    assert live is None  # the camera is off
    page.click("#framing-done")
    page.wait(lambda: page.label().startswith("Your picture"), "The picture is not shown")
    page.until_edited().move_slider("Bangs", 1)
    assert page.picture().std() > 10
    assert not page.console_errors()


def test_over_plain_http_the_page_works_and_says_what_it_cannot(start_page, site):
    page = start_page("--host-resolver-rules=MAP phone.test 127.0.0.1")
    page.open_ready(f"http://phone.test:{site.port}/").move_slider("Male", 1)
    page.click("#status")
    facts = page.element("#facts").text
    assert "not checked: needs https or localhost" in facts
    assert "No: needs https or localhost" in facts
    page.click("#settings-close")
    assert "https or from localhost" in camera_problem(page)
    assert not page.console_errors()
