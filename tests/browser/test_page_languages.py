"""Languages, and writing from right to left."""

import pytest
from browser.phone_page import PHONE

pytestmark = pytest.mark.slow

#: What is outside the window, or cut off inside a control.
_OUTSIDE = """
const width = document.documentElement.clientWidth;
const found = [];
if (document.documentElement.scrollWidth > width) found.push('The page scrolls sideways');
for (const element of document.querySelectorAll('body *')) {
  // Strips scroll by themselves.
  const elsewhere = element.closest('.strip, .presets, .visually-hidden, svg');
  if (!element.checkVisibility() || elsewhere) continue;
  const {left, right} = element.getBoundingClientRect();
  const words = element.matches('button, label, h1, h2, p');
  const cut = words && element.scrollWidth > element.clientWidth + 1;
  if (left < -1 || right > width + 1 || (cut && element.clientWidth > 0)) {
    found.push(`${element.tagName} ${element.id}: ${element.textContent.trim().slice(0, 40)}`);
  }
}
return found;
"""
_LABELS = """
return [...document.querySelectorAll('[aria-label]')].map((e) => e.getAttribute('aria-label'));
"""


def test_the_page_speaks_chinese(page, site):
    page.open_ready(site.url)
    assert page.element("html").get_attribute("lang") == "en"
    page.click("#status")
    page.click("input[name='language'][value='zh-Hans']")
    page.wait(lambda: page.driver.title == "照片编辑", "The page does not speak Chinese")
    page.until_edited()
    assert page.element("html").get_attribute("lang") == "zh-Hans"
    assert page.element("label[for^='attribute-']").text == "秃头"
    page.move_slider("Eyeglasses", 1)
    assert page.slider("Eyeglasses").get_attribute("aria-valuetext") == "添加，强度 1.00"
    english = [label for label in page.driver.execute_script(_LABELS) if label.isascii()]
    assert english == []
    for size in (PHONE, (320, 568)):
        page.resize(size)
        assert page.driver.execute_script(_OUTSIDE) == []
    page.resize(PHONE)
    # The choice is kept; without one, the browser's languages decide.
    page.driver.refresh()
    page.until_edited()
    assert page.element("#save").text == "保存"
    agent = page.driver.execute_script("return navigator.userAgent")
    try:
        page.driver.execute_script("localStorage.clear()")
        page.cdp("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage="fr,zh-CN,en")
        page.driver.refresh()
        page.until_edited()
        assert page.element("#save").text == "保存"
    finally:
        page.cdp("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage="en-US,en")


@pytest.mark.parametrize("size", [PHONE, (320, 568), (844, 390), (1280, 860)], ids=str)
def test_nothing_overflows_from_right_to_left(page, site, size):
    page.resize(size)
    page.open_ready(site.url).move_slider("Eyeglasses", 1)
    page.driver.execute_script("document.documentElement.dir = 'rtl'")
    assert page.driver.execute_script(_OUTSIDE) == []
    page.click("#status")
    assert page.driver.execute_script(_OUTSIDE) == []
    page.resize(PHONE)
