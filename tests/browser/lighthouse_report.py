"""Lighthouse, an npm package, run on a page with Debian's Chromium."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

#: Where its package is installed (npm ci).
LIGHTHOUSE = Path(__file__).resolve().parent / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


def report(url: str, categories=CATEGORIES, desktop: bool = False) -> dict:
    """Lighthouse's report of a page, parsed."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "report.json"
        command = [
            str(LIGHTHOUSE / "node_modules" / ".bin" / "lighthouse"),
            url,
            "--quiet",
            "--output=json",
            f"--output-path={path}",
            f"--only-categories={','.join(categories)}",
            f"--chrome-flags={_CHROME}",
            *(("--preset=desktop",) if desktop else ()),
        ]
        environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode or not path.is_file():
            raise RuntimeError(f"Lighthouse failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return json.loads(path.read_text(encoding="utf-8"))


def scores(parsed: dict) -> dict[str, float]:
    """{category: 0 to 100}."""
    return {name: 100 * part["score"] for name, part in parsed["categories"].items()}


def losses(parsed: dict) -> list[str]:
    """The audits that count and did not pass."""
    counted = {
        audit["id"]
        for part in parsed["categories"].values()
        for audit in part["auditRefs"]
        if audit["weight"] > 0
    }
    audits = [parsed["audits"][name] for name in sorted(counted)]
    return [
        f"{audit['id']}: {audit.get('displayValue') or audit['title']}"
        for audit in audits
        if audit["score"] is not None and audit["score"] < 0.9
    ]
