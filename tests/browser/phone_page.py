"""The mobile page in headless Chromium, driven as a person would."""

import base64
import json
import os
import shutil
import signal
import threading
from pathlib import Path

import numpy as np
from selenium import webdriver
from selenium.common.exceptions import ElementNotInteractableException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PHONE = (412, 915)
DESKTOP = (1280, 860)
#: Loading 9 MB of WebAssembly on two busy cores takes seconds; nothing waits this long in vain.
PATIENCE_S = 60

_READ_CANVAS = """
const canvas = document.getElementById('picture');
const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
return [canvas.width, canvas.height, Array.from(data)];
"""
# What a finger does: the browser tells the page of each new value.
_MOVE_SLIDER = """
const [slider, value] = arguments;
slider.value = value;
slider.dispatchEvent(new Event('input', {bubbles: true}));
"""


def start_driver(profile: Path, extra_arguments=(), gpu: bool = False) -> webdriver.Chrome:
    """Debian's Chromium with a profile of its own and no services that call home."""
    options = Options()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-default-apps",
        "--disable-extensions",
        "--no-first-run",
        f"--user-data-dir={profile}",
        *(() if gpu else ("--disable-gpu",)),
        *extra_arguments,
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = Service(shutil.which("chromedriver"), popen_kw={"start_new_session": True})
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_script_timeout(PATIENCE_S)
    return driver


def end_driver(driver: webdriver.Chrome) -> None:
    """Ends Chromium; kills it where it does not end: `quit` would wait for it for ever."""
    process = driver.service.process
    quitting = threading.Thread(target=driver.quit, daemon=True)
    quitting.start()
    quitting.join(PATIENCE_S)
    if quitting.is_alive():
        os.killpg(process.pid, signal.SIGKILL)
        quitting.join(PATIENCE_S)


class PhonePage:
    """What can be seen and done on the page.

    urls: addresses the browser asked for since the driver started.
    """

    def __init__(self, driver: webdriver.Chrome):
        self.driver = driver
        self.urls: list[str] = []
        self.console: list[dict] = []
        self.expects_failed_requests = False
        self.resize(PHONE)

    def resize(self, size: tuple[int, int], scale: float = 2.0, dark: bool = False) -> None:
        """Viewport in CSS pixels; below 600 of them it is a phone, with touch."""
        width, height = size
        phone = width < 600
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=phone,
        )
        self.cdp("Emulation.setTouchEmulationEnabled", enabled=phone)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.cdp("Emulation.setEmulatedMedia", features=features)

    def cdp(self, command: str, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def open(self, url: str) -> "PhonePage":
        self.driver.get(url)
        return self

    def open_ready(self, url: str) -> "PhonePage":
        return self.open(url).until_edited()

    def wait(self, condition, message: str, ignored=()):
        waiting = WebDriverWait(self.driver, PATIENCE_S, 0.05, ignored_exceptions=ignored)
        try:
            return waiting.until(lambda _: condition())
        except Exception as error:
            seen = self.element("body").text
            raise AssertionError(f"{message}. The page shows:\n{seen}") from error

    def element(self, selector: str):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def elements(self, selector: str):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def click(self, selector: str) -> None:
        """Waits for it and scrolls, as a person does: what opens takes a moment, and the picture
        stays at the top and covers what is there.
        """
        element = self.element(selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'end'})", element)
        self.wait(
            lambda: element.click() is None,
            f"{selector} cannot be clicked",
            ignored=[ElementNotInteractableException],
        )

    def until_edited(self) -> "PhonePage":
        """Waits until a model is loaded and has edited the face as the sliders say."""
        self.wait(
            lambda: (
                self.element("#save").is_enabled()
                and self.element("#stage").get_attribute("aria-busy") == "false"
            ),
            "No edit came",
        )
        return self

    def until_problem(self) -> str:
        self.wait(lambda: self.element("#problem").is_displayed(), "No failure is shown")
        return self.element("#problem").text

    def choose_face(self, number: int) -> "PhonePage":
        self.click(f"[aria-label='Drawn face {number}']")
        self.wait(
            lambda: self.label().startswith(f"Drawn face {number},"), f"Face {number} is not shown"
        )
        return self.until_edited()

    def choose_landscape(self, number: int) -> "PhonePage":
        self.click(f"[aria-label='Drawn landscape {number}']")
        start = f"Drawn landscape {number},"
        self.wait(lambda: self.label().startswith(start), f"Landscape {number} is not shown")
        return self.until_edited()

    def open_framing(self, path: Path) -> "PhonePage":
        """Of a photo: found faces are left aside, and the dialog starts over."""
        self.element("#file").send_keys(str(path))
        dialog = self.element("#framing")
        self.wait(
            lambda: dialog.is_displayed() or self.label().startswith("Your photo"),
            "The photo is neither shown nor framed",
        )
        if not dialog.is_displayed():
            self.until_edited()
            self.click("#reframe")
            self.wait(dialog.is_displayed, "No framing")
        self.click("#framing-reset")
        return self

    def choose_photo(self, path: Path) -> "PhonePage":
        """Of a model that sees whole pictures: nothing is framed."""
        self.element("#file").send_keys(str(path))
        self.wait(lambda: self.label().startswith("Your photo"), "The photo is not shown")
        return self.until_edited()

    def translate(self, domain: str, intensity: float | None = None) -> "PhonePage":
        self.click(f"input[name='domain-target'][data-domain='{domain}']")
        if intensity is not None:
            self.driver.execute_script(_MOVE_SLIDER, self.element("#intensity"), str(intensity))
        return self.until_edited()

    def slider(self, attribute: str):
        return self.element(f"input[data-attribute='{attribute}']")

    def move_slider(self, attribute: str, value: float) -> "PhonePage":
        self.driver.execute_script(_MOVE_SLIDER, self.slider(attribute), str(value))
        return self.until_edited()

    def slider_value(self, attribute: str) -> float:
        return float(self.slider(attribute).get_property("value"))

    def choose_precision(self, precision: str) -> "PhonePage":
        self.click("#status")
        self.click(f"input[name='precision'][value='{precision}']")
        self.click("#settings-close")
        self.wait(
            lambda: self.element("#loading").get_attribute("hidden") is not None,
            "The other file is not loaded",
        )
        return self.until_edited()

    def save(self, kind: str = "image/png", quality: int | None = None) -> None:
        """Asks for a file of that type; it comes when it is written."""
        self.click("#save")
        self.click(f"input[name='format'][value='{kind}']")
        if quality is not None:
            self.driver.execute_script(_MOVE_SLIDER, self.element("#quality"), str(quality))
        self.click("#saving-done")

    def label(self) -> str:
        return self.element("#picture").get_attribute("aria-label")

    def picture(self) -> np.ndarray:
        """uint8 (S, S, 3): the pixels of the canvas."""
        width, height, values = self.driver.execute_script(_READ_CANVAS)
        return np.array(values, np.uint8).reshape(height, width, 4)[..., :3]

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        shot = self.cdp("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    def read_logs(self) -> None:
        """Chromium hands out each entry once: they are collected in `console` and `urls`."""
        self.console += self.driver.get_log("browser")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.urls.append(message["params"]["request"]["url"])

    def forget_logs(self) -> None:
        self.read_logs()
        self.console.clear()
        self.urls.clear()

    def console_errors(self) -> list[str]:
        self.read_logs()
        return [entry["message"] for entry in self.console if entry["level"] == "SEVERE"]
