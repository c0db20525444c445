"""Lighthouse's scores of the built mobile page, in Debian's Chromium and without a network.

python tests/browser/lighthouse_page.py [--runs=3] [--desktop]    # from the root

The page must have been built (npm ci && npm run build in export/mobile) and Lighthouse installed
(npm ci in tests/browser/lighthouse). It simulates a slow phone on a slow network (or, with
--desktop, neither); the performance score depends on the machine all the same, the others do not.
Prints the median of each score, and the audits that cost points.
"""

import argparse
import statistics
from pathlib import Path

from lighthouse_report import CATEGORIES, losses, report, scores
from static_site import StaticSite

MOBILE = Path(__file__).resolve().parents[2] / "export" / "mobile"


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
