"""The page, built once a session; models; Chromium. Without npm or Chromium these tests skip."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from browser.lighthouse_report import LIGHTHOUSE
from browser.static_site import StaticSite
from browser.untrained_models import QUICKSTART_NETWORKS, SMALL_NETWORKS, write_models
from made_once import made_once

MOBILE = Path(__file__).resolve().parents[2] / "export" / "mobile"


def _require(program: str, package: str) -> None:
    if shutil.which(program):
        return
    message = f"{program} is not installed (Debian package {package})."
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def _npm(*arguments: str, folder: Path = MOBILE) -> None:
    done = subprocess.run(
        ["npm", *arguments], cwd=folder, capture_output=True, text=True, timeout=540, check=False
    )
    if done.returncode:
        output = f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        pytest.fail(f"npm {' '.join(arguments)} failed:\n{output}")


def _models(tmp_path_factory, name: str, *arguments, **options) -> Path:
    """The folder of models that `write_models` writes."""

    def make(folder):
        write_models(folder / "models", *arguments, **options)
        return folder / "models"

    return made_once(tmp_path_factory, f"page_models_{name}", make)


def _install(tmp_path_factory, folder: Path) -> None:
    """Installs the packages of a folder's lock file."""
    _require("npm", "npm")
    installed, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"

    def install(_):
        if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
            _npm("ci", folder=folder)

    made_once(tmp_path_factory, f"npm_packages_{folder.name}", install)


@pytest.fixture(scope="session")
def npm(tmp_path_factory):
    """Runs npm in export/mobile, its packages installed."""
    _install(tmp_path_factory, MOBILE)
    return _npm


@pytest.fixture(scope="session")
def lighthouse(tmp_path_factory):
    """Lighthouse is installed."""
    _install(tmp_path_factory, LIGHTHOUSE)


@pytest.fixture(scope="session")
def built_page(npm, tmp_path_factory) -> Path:
    """The folder of the built page."""

    def build(_):
        npm("run", "build")
        return MOBILE / "dist"

    return made_once(tmp_path_factory, "built_page", build)


@pytest.fixture(scope="session")
def quickstart_models(tmp_path_factory) -> Path:
    return _models(tmp_path_factory, "quickstart", QUICKSTART_NETWORKS, image_size=64)


@pytest.fixture(scope="session")
def target_models(tmp_path_factory) -> Path:
    return _models(tmp_path_factory, "target", SMALL_NETWORKS, 32, label_mode="target")


@pytest.fixture(scope="session")
def seeing_models(tmp_path_factory) -> Path:
    """Of the difference label, with a classifier."""
    return _models(tmp_path_factory, "seeing", SMALL_NETWORKS, 32, classifier=True)


@pytest.fixture(scope="session")
def season_models(tmp_path_factory) -> Path:
    """Of two domains and the target label; pictures are seen in proportion."""
    options = {"domains": ("summer", "winter"), "resize": "contain"}
    return _models(tmp_path_factory, "seasons", SMALL_NETWORKS, 32, "target", **options)


@pytest.fixture(scope="session")
def year_models(tmp_path_factory) -> Path:
    """Of three domains, one with markup for a name, and a classifier."""
    options = {"domains": ("<b>spring</b>", "summer", "winter"), "resize": "stretch", "seed": 2}
    return _models(tmp_path_factory, "year", SMALL_NETWORKS, 32, classifier=True, **options)


@pytest.fixture(scope="session")
def start_page(tmp_path_factory):
    """Starts a browser of its own: `start_page(*arguments)`."""
    _require("chromium", "chromium")
    _require("chromedriver", "chromium-driver")
    from browser.phone_page import PhonePage, end_driver, start_driver

    with contextlib.ExitStack() as browsers:

        def start(*arguments: str, gpu: bool = False) -> PhonePage:
            driver = start_driver(tmp_path_factory.mktemp("profile"), arguments, gpu)
            browsers.callback(end_driver, driver)
            return PhonePage(driver)

        yield start


@pytest.fixture
def start_site():
    """Serves a page and its models on a port of their own: no browser has anything of it cached."""
    sites = []

    def start(page: Path, models: Path) -> StaticSite:
        sites.append(StaticSite({"/": page, "/models/": models}))
        return sites[-1]

    yield start
    for site in sites:
        site.stop()


@pytest.fixture
def site(start_site, built_page, quickstart_models):
    """The page with the quickstart-size model."""
    return start_site(built_page, quickstart_models)


@pytest.fixture(scope="session")
def shared_page(start_page):
    return start_page()


@pytest.fixture
def page(shared_page):
    """The shared browser. A test that leaves errors in the console fails, unless it expects
    requests to fail: Chromium writes each of those there.
    """
    shared_page.forget_logs()
    shared_page.expects_failed_requests = False
    yield shared_page
    errors = shared_page.console_errors()
    shared_page.open("about:blank")
    assert shared_page.expects_failed_requests or not errors, errors
