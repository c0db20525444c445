"""WebGPU, on SwiftShader: a graphics processor in software, so slow that "automatic" leaves it."""

import os

import pytest
from browser.python_edits import edited, largest_difference

pytestmark = pytest.mark.slow

#: Chromium's flags for WebGPU without a graphics card.
SOFTWARE_GPU = (
    "--enable-unsafe-webgpu",
    "--enable-unsafe-swiftshader",
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    "--use-angle=swiftshader",
)
_ADAPTER = """
const done = arguments[0];
const asked = navigator.gpu ? navigator.gpu.requestAdapter() : Promise.resolve(null);
asked.then((adapter) => done(adapter ? adapter.info.architecture : ''));
"""


def test_webgpu_gives_the_same_picture(start_page, start_site, built_page, quickstart_models):
    page = start_page(*SOFTWARE_GPU, gpu=True)
    site = start_site(built_page, quickstart_models)
    page.open_ready(site.url)
    if not page.driver.execute_async_script(_ADAPTER):
        message = "This Chromium has no software WebGPU adapter (SwiftShader)."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    assert page.element("#status-text").text.startswith("WebAssembly")
    page.click("#status")
    assert "WebAssembly is faster than WebGPU" in page.element("#facts").text
    page.click("input[name='accelerator'][value='webgpu']")
    page.click("#settings-close")
    page.wait(lambda: page.element("#status-text").text.startswith("WebGPU"), "WebGPU is not used")
    page.until_edited().move_slider("Male", 1)
    expected = edited(quickstart_models, "float32", 1, {"Male": 1.0})
    assert largest_difference(page.picture(), expected) <= 2
    assert not page.console_errors()
