"""Lighthouse's scores of the built mobile page, in Debian's Chromium and without a network.

python tests/browser/lighthouse_page.py [--runs=3] [--desktop]    # from the root

The page must have been built (cd export/mobile && npm ci && npm run build). Lighthouse simulates a
slow phone on a slow network (or, with --desktop, neither); the performance score depends on the
machine all the same, the others do not. Prints the median of each score, and the audits that cost
points.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from static_site import StaticSite

MOBILE = Path(__file__).resolve().parents[2] / "export" / "mobile"
CATEGORIES = ("performance", "accessibility", "best-practices")
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


def report(url: str, categories=CATEGORIES, desktop: bool = False) -> dict:
    """Lighthouse's report of a page, parsed."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "report.json"
        command = [
            str(MOBILE / "node_modules" / ".bin" / "lighthouse"),
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--desktop", action="store_true", help="No slow phone, no slow network.")
    arguments = parser.parse_args()
    if not (MOBILE / "dist" / "index.html").is_file():
        raise SystemExit(f"No built page in {MOBILE / 'dist'}: npm ci && npm run build")
    site = StaticSite({"/": MOBILE / "dist"})
    try:
        reports = [report(site.url, desktop=arguments.desktop) for _ in range(arguments.runs)]
    finally:
        site.stop()
    print(f"Lighthouse {reports[0]['lighthouseVersion']}, {arguments.runs} runs")
    for category in CATEGORIES:
        values = [scores(parsed)[category] for parsed in reports]
        print(
            f"{category}: {statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"
        )
    for loss in sorted({loss for parsed in reports for loss in losses(parsed)}):
        print(f"  {loss}")


if __name__ == "__main__":
    main()
