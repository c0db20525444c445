"""Lighthouse's accessibility and best practices, and what browsers ask before they install a page.

Lighthouse's performance score depends on how busy the machine is: lighthouse_page.py measures it.
"""

import io
import json

import pytest
from browser.lighthouse_report import losses, report, scores
from PIL import Image

pytestmark = pytest.mark.slow


def test_lighthouse_finds_the_page_accessible_and_well_made(site, lighthouse):
    parsed = report(site.url, ("accessibility", "best-practices"))
    assert min(scores(parsed).values()) >= 95, losses(parsed)


def test_the_page_can_be_installed(page, site):
    """Lighthouse no longer checks this: the criteria of Chromium and of web.dev, by hand."""
    page.open_ready(site.url)
    manifest = json.loads(site.content("/manifest.webmanifest"))
    assert manifest["name"] and manifest["short_name"]
    assert manifest["display"] == "standalone"
    assert manifest["start_url"] == manifest["scope"] == "./"
    assert manifest["background_color"] and manifest["theme_color"]
    purposes = set()
    sizes = set()
    for icon in manifest["icons"]:
        with Image.open(io.BytesIO(site.content(f"/{icon['src']}"))) as image:
            assert "{}x{}".format(*image.size) == icon["sizes"]
        sizes.add(icon["sizes"])
        purposes.add(icon.get("purpose", "any"))
    assert {"192x192", "512x512"} <= sizes and "maskable" in purposes
    errors = page.cdp("Page.getInstallabilityErrors")["installabilityErrors"]
    # Automated browsers are private windows to Chromium.
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
    assert page.driver.execute_script("return !!navigator.serviceWorker.controller")
    assert page.element("meta[name='viewport']") and page.element("link[rel='apple-touch-icon']")
    site.stop()
    page.expects_failed_requests = True  # model.json is asked for before the cache answers
    page.open_ready(site.url)
