"""The model card: data, recipe, figures and limits, from the run's files. No TensorFlow here."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stgan_tf.config.data import DataConfig
from stgan_tf.config.flags import value_text
from stgan_tf.evaluation.report import aligned_table, results_text
from stgan_tf.evaluation.true_edit_rows import true_edit_tables
from stgan_tf.model_files.arrays import FLOAT16
from stgan_tf.packing.options import PackOptions
from stgan_tf.run_layout import CARD_FILE, CONFIG_FILE
from stgan_tf.systems.run_config import Config

REPORT_PATH = Path("evaluation") / "report.json"
#: Attributes that the limits name as the weakest.
_WEAKEST = 3


def card_of_run(run_dir: Path, options: PackOptions) -> str:
    """The card of an unpacked model, or a new one from a run's config.json and
    evaluation/report.json; without a report, the card says that there are no figures.

    Raises FileNotFoundError if this is not a run folder, ValueError if its files cannot be read.
    """
    if (run_dir / CARD_FILE).is_file():
        return (run_dir / CARD_FILE).read_text(encoding="utf-8")
    return card_text(Config.read(run_dir / CONFIG_FILE), _report(run_dir), options)


def require_current_report(run_dir: Path, step: int, weights: str) -> None:
    """Raises ValueError if the run's report, if it has one, is of another iteration or of other
    weights (average or raw): the figures would not be those of the packed model.
    """
    report = _report(run_dir)
    if report is None:
        return
    found = (report["step"], report["provenance"]["weights"])
    if found != (step, weights):
        raise ValueError(
            f"{run_dir / REPORT_PATH} is of iteration {found[0]:,}, {found[1]} weights, and not of "
            f"iteration {step:,}, {weights} weights, which are packed: evaluate the run again, or "
            "give --card."
        )


def _report(run_dir: Path) -> Mapping[str, Any] | None:
    path = run_dir / REPORT_PATH
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}): evaluate the run again.") from error


def card_text(config: Config, report: Mapping[str, Any] | None, options: PackOptions) -> str:
    """The card in Markdown.

    Args:
        config: The run's configuration.
        report: Its report.json; None: it was not evaluated.
        options: What the packed file is called, and how its weights are stored.
    """
    size = config.data.image_size
    domains = config.data.known_domains
    edits = f"translates between {', '.join(domains)}" if domains else "edits attributes of faces"
    sections = {
        "Use": _use(config, options.name),
        "Data": _data(config, report),
        "Recipe": _recipe(config, report, options),
        "Figures": _figures(report),
        "Limits": _limits(config, report),
        "Licence": f"{options.licence}. Whoever uses the model also has to keep to the terms of "
        "the data that it was trained on.",
    }
    head = f"# {options.name}\n\nThe system {config.system}, which {edits}, at {size} x {size} "
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections.items())
    return f"{head}pixels.\n\n{body}\n"


def _use(config: Config, name: str) -> str:
    if domains := config.data.known_domains:
        flag = f"--to={domains[-1]}"
        listed = "Domains: " + ", ".join(domains)
    else:
        flag = f'--edit="{config.data.attributes[0]}=+1"'
        listed = "Attributes: " + ", ".join(config.data.attributes)
    command = f"python -m stgan_tf.edit --model={name} --input=photo.jpg \\\n    {flag}"
    return f"```\n{command} --output=edited.jpg\n```\n\n{listed}."


def _data(config: Config, report: Mapping[str, Any] | None) -> str:
    data = config.data
    drawn = report and report["provenance"].get("drawn")
    if data.dataset == "synthetic":
        text = f"{data.synthetic_images:,} drawn {data.scene}, made by the package itself"
    elif drawn:
        text = "Drawn images, made by the package itself"
    else:
        text = f"A data set of its own (--dataset={data.dataset}), which is not part of this file"
    if drawn:
        text += f" ({', '.join(f'{key} {value}' for key, value in drawn.items())})"
    return f"{text}. Split: {data.split}."


def _recipe(config: Config, report: Mapping[str, Any] | None, options: PackOptions) -> str:
    lines = [f"--system={config.system}"]
    for part in (config.data, config.settings, config.training):
        lines += _given(part)
    command = " \\\n    ".join(["python -m stgan_tf.train", *lines])
    done = f" Trained for {report['step']:,} iterations." if report else ""
    stored = (
        "Kernels are stored as float16, everything else as float32."
        if options.precision == FLOAT16
        else "Weights are stored as float32."
    )
    return f"All settings that differ from the defaults:\n\n```\n{command}\n```\n\n{stored}{done}"


def _given(part: Any) -> list[str]:
    """The flags of a configuration's part whose values are not the defaults, but for paths."""
    default = DataConfig() if isinstance(part, DataConfig) else type(part)()
    flags = []
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if value == getattr(default, field.name) or field.name in ("data_dir", "cache"):
            continue
        if isinstance(value, bool):
            flags.append(f"--{'' if value else 'no'}{field.name}")
        else:
            flags.append(f"--{field.name}={value_text(value)}")
    return flags


def _figures(report: Mapping[str, Any] | None) -> str:
    if report is None:
        return "None: the run has not been evaluated."
    measured, provenance = report["measurements"], report["provenance"]
    classifier = provenance.get("classifier_validation_accuracy")
    parts = [
        f"On {measured['images']:,} images of the {provenance['split']} split, iteration "
        f"{report['step']:,}, {provenance['weights']} weights"
        + (f"; the classifier is right in {100 * classifier:.1f} %" if classifier else "")
        + ". In percent:",
        results_text(measured),
    ]
    if report.get("true_edits"):
        parts += [aligned_table(*table) for table in true_edit_tables(report["true_edits"])]
    return "\n\n".join(parts)


def _limits(config: Config, report: Mapping[str, Any] | None) -> str:
    size = config.data.image_size
    drawn = config.data.dataset == "synthetic" or (report and report["provenance"].get("drawn"))
    limits = [
        f"It sees {size} x {size} pixels: in a larger picture the change is as coarse as that.",
        "Attributes are what the labels of its data say about a picture, not about a person.",
        "The accuracy is what an attribute classifier recognises, not what people see.",
    ]
    if drawn:
        limits.insert(
            0,
            "It was trained on drawings only and has never seen a photo. Its edits of photos were "
            "not measured: faces in them are found and edited, but the changes may be weak, "
            "misplaced or look drawn. To edit photos, train on photos.",
        )
    if report:
        limits += report["warnings"] + _weakest(report)
    return "\n".join(f"* {limit}" for limit in limits)


def _weakest(report: Mapping[str, Any]) -> list[str]:
    edit = report["measurements"]["edits"][0]
    ranked = sorted(edit["accuracy"].items(), key=lambda item: item[1])[:_WEAKEST]
    listed = ", ".join(f"{name} {100 * value:.0f} %" for name, value in ranked)
    return [f"The weakest edits at intensity {edit['intensity']:g}: {listed}."]
