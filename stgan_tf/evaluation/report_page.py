"""report.html: one self-contained page, no external assets, light and dark, any screen width."""

import base64
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from stgan_tf.evaluation.true_edit_rows import true_edit_rows

_STYLE = """
:root { --paper: #fbfaf8; --card: #ffffff; --ink: #22262b; --soft: #646b74; --line: #e2e0db;
  --accent: #2f6f73; --bar: #d5e6e5; --base: #a9632a; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181b; --card: #1f2226; --ink: #e8e6e2;
  --soft: #a0a6ad; --line: #353a40; --accent: #7fc4c4; --bar: #27474a; --base: #e0a36c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
p, figcaption { max-width: 44rem; } .soft, figcaption, dt { color: var(--soft); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem;
  margin: 1.5rem 0 0; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .8rem 1rem; }
dt { font-size: .85rem; } dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.warning { border-left: 3px solid var(--base); padding-left: .8rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem .8rem; text-align: right; border-bottom: 1px solid var(--line); }
th { font-weight: 600; font-size: .85rem; vertical-align: bottom; }
th:first-child { text-align: left; } tbody th { font-weight: 400; font-size: 1rem; }
tfoot td, tfoot th { font-weight: 600; border-bottom: 0; font-size: 1rem; }
td.bar { min-width: 7rem; background: linear-gradient(to right, var(--bar) var(--share),
  transparent var(--share)); }
figure { margin: 0 0 1.5rem; } figcaption { font-size: .9rem; margin-top: .4rem; }
figure img { display: block; min-width: 60rem; width: 100%; background: #fff; }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); padding: 1rem;
  border-radius: .6rem; font-size: .85rem; } summary { cursor: pointer; color: var(--accent); }
"""


def render_page(report: Mapping, pictures: Sequence[tuple[str, Path]]) -> str:
    """The page's HTML: headline figures, accuracy table, pictures inlined, method, provenance.

    Args:
        report: As `write_report` takes it.
        pictures: (caption, PNG file) in the order shown.
    """
    measurements = report["measurements"]
    provenance = report["provenance"]
    details = {key: value for key, value in report.items() if key != "measurements"}
    title = f"Evaluation of {provenance['run_dir']}"
    warnings = "".join(f'<p class="warning">{escape(text)}</p>' for text in report["warnings"])
    figures = "".join(_figure(caption, path) for caption, path in pictures)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p class="soft">Step {report["step"]:,}, {provenance["weights"]} weights &middot;
{measurements["images"]:,} images of the {escape(provenance["split"])} split of
{escape(provenance["data_dir"])}</p>
{warnings}
{_headline(measurements)}
<h2>Attribute generation accuracy</h2>
<p>Each attribute is flipped on its own in every image, and a separately trained classifier is
asked whether it sees the flip. The baseline is what returning the input unchanged would score.</p>
<p>The paper's protocol knows from the labels what a face has that the edit must take away (other
hair colours). An edit as shipped asks a classifier, here the one that judges.</p>
<div class="scroll">{_table(measurements)}</div>
{_true_edits(report.get("true_edits"))}
<h2>Pictures</h2>
{figures}
<h2>How this was measured</h2>
<p>The protocol of the STGAN paper (arXiv 1904.09709): 8-bit images, PSNR and SSIM with
scikit-image's defaults, reconstruction with nothing to change. Intensity 1 is the trained range;
the paper's published figures use 1.5. The preservation error is how often one of the other
attributes is seen unlike it should be.</p>
<details><summary>Configuration, versions and provenance</summary>
<pre>{escape(json.dumps(details, indent=2))}</pre></details>
</main>
</body>
</html>
"""


def _headline(measurements):
    reconstruction = measurements["reconstruction"]
    psnr = reconstruction["psnr"]
    tiles = [
        ("Reconstruction PSNR", "infinite" if psnr is None else f"{psnr:.2f} dB"),
        ("Reconstruction SSIM", f"{reconstruction['ssim']:.3f}"),
    ]
    for edit, shipped in _edits_in_pairs(measurements):
        name = f"Mean accuracy, intensity {edit['intensity']:g}"
        tiles.append((name, f"{100 * edit['mean_accuracy']:.1f} %"))
        name = f"As shipped, intensity {edit['intensity']:g}"
        tiles.append((name, f"{100 * shipped['mean_accuracy']:.1f} %"))
    baseline = measurements["baseline"]["mean_accuracy"]
    tiles.append(("Do-nothing baseline", f"{100 * baseline:.1f} %"))
    cells = (f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in tiles)
    return f"<dl>{''.join(cells)}</dl>"


def _edits_in_pairs(measurements):
    """[(the protocol's summary, the shipped one's)], by intensity."""
    return list(zip(measurements["edits"], measurements["shipped_edits"], strict=True))


def _table(measurements):
    pairs, baseline = _edits_in_pairs(measurements), measurements["baseline"]
    own = measurements["classifier"]
    heads = ["Attribute"]
    for edit, _ in pairs:
        heads += [f"Intensity {edit['intensity']:g}", "As shipped"]
    heads += ["Do nothing", "Classifier on unedited"]
    edits = [edit for pair in pairs for edit in pair]
    body = ""
    for name in measurements["attributes"]:
        cells = "".join(_bar(edit["accuracy"][name]) for edit in edits)
        cells += _cell(baseline["accuracy"][name]) + _cell(own["accuracy"][name])
        body += f'<tr><th scope="row">{escape(name.replace("_", " "))}</th>{cells}</tr>'
    means = "".join(_cell(item["mean_accuracy"]) for item in (*edits, baseline, own))
    errors = "".join(_cell(item["mean_preservation_error"]) for item in (*edits, baseline))
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody><tfoot>"
        f'<tr><th scope="row">Mean</th>{means}</tr>'
        f'<tr><th scope="row">Preservation error</th>{errors}<td></td></tr></tfoot></table>'
    )


def _true_edits(true_edits):
    if not true_edits:
        return ""
    header, rows = true_edit_rows(true_edits)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in header)
    body = "".join(
        f'<tr><th scope="row">{escape(title)}</th>'
        + "".join(f"<td>{value}</td>" for value in values)
        + "</tr>"
        for title, *values in rows
    )
    return (
        "<h2>Against the true edits</h2><p>The data are drawn, so the right answer is known: the "
        "same person drawn with the attribute flipped. Leakage is how far the pixels moved that "
        "should have stayed.</p>"
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _bar(share):
    return f'<td class="bar" style="--share: {100 * share:.1f}%">{100 * share:.1f} %</td>'


def _cell(share):
    return f"<td>{100 * share:.1f} %</td>"


def _figure(caption, path):
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return (
        f'<figure><div class="scroll"><img alt="{escape(caption)}" '
        f'src="data:image/png;base64,{data}"></div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
