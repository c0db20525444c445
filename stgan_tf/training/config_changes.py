"""Continuing a run with other settings: what may change freely, what with --force, what never."""

import dataclasses
import json
import time
from pathlib import Path

from stgan_tf.files import append_line
from stgan_tf.options import ConfigError
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config

#: One line for each time a run was continued with --force.
CHANGES_FILE = "changes.jsonl"

#: How long the run goes on, where its data lie, and what it writes: not what it computes.
_FREE = {
    "data": {"data_dir", "labels_file", "image_dir", "cache"},
    "training": {
        "num_epochs",
        "num_iterations",
        "log_every",
        "sample_every",
        "checkpoint_every",
        "keep_checkpoints",
    },
}

#: Other values than these give another run, but one that the networks, the optimisers' state and
#: the counts in the checkpoint fit. Left out, because nothing that was learnt so far fits
#: another value: the system and most of its settings (`System.forceable` are the others), the
#: attributes, size and crop of the images; and the splits and the data set, because test images
#: must not have been trained on.
_FORCEABLE = {
    "data": {"skip_bad_images", "horizontal_flip", "balance_attributes"},
    "training": {
        "batch_size",
        "accumulation_steps",
        "learning_rate",
        "decay_after_epochs",
        "decay_after_iterations",
        "adam_beta_1",
        "adam_beta_2",
        "clip_gradient_norm",
        "ema_decay",
        "resolve_target_conflicts",
        "seed",
        "precision",
        "jit_compile",
        "deterministic",
    },
}


@dataclasses.dataclass(frozen=True)
class Change:
    """A field whose value differs from the run's."""

    section: str
    field: str
    old: object
    new: object
    forceable: bool


def changes_that_matter(old: Config, new: Config) -> list[Change]:
    """What differs and changes what the run computes, in the order of the configuration."""
    if old.system != new.system:
        return [Change("", "system", old.system, new.system, forceable=False)]
    forceable = _FORCEABLE | {"settings": find_system(new.system).forceable}
    changes = []
    for section in ("data", "settings", "training"):
        old_part, new_part = getattr(old, section), getattr(new, section)
        for field in dataclasses.fields(old_part):
            before, now = getattr(old_part, field.name), getattr(new_part, field.name)
            # A frame that an earlier version did not record is no other one.
            unknown = field.name == "crop_frame" and not before
            if before != now and not unknown and field.name not in _FREE.get(section, ()):
                allowed = field.name in forceable.get(section, ())
                changes.append(Change(section, field.name, before, now, allowed))
    return changes


def require_same_run(changes: list[Change], run_dir: Path, force: bool) -> None:
    """Raises ConfigError, listing every change with its old and new value, unless there are none
    or all of them are forceable and `force` is set.
    """
    refused = [change for change in changes if not (force and change.forceable)]
    if not refused:
        return
    listed = "; ".join(
        f"--{change.field}: {change.old!r} -> {change.new!r}"
        + ("" if change.forceable else " (never)")
        for change in changes
    )
    advice = (
        "Leave them out to go on as before, add --force to go on with the new values, or start "
        "another --run_dir."
        if all(change.forceable for change in changes)
        else "What is marked (never) does not fit what was learnt so far, even with --force: start "
        "another --run_dir."
    )
    first = refused[0]
    raise ConfigError(
        first.field,
        f"is {first.new!r}, but the run in {run_dir} was started with {first.old!r}. "
        f"All differences: {listed}. {advice}",
    )


def record_changes(changes: list[Change], run_dir: Path, checkpoint: str) -> None:
    """Appends a line to changes.jsonl; `checkpoint` is the one that the run goes on from."""
    entry = {
        "checkpoint": checkpoint,
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "changes": {change.field: [change.old, change.new] for change in changes},
    }
    append_line(run_dir / CHANGES_FILE, json.dumps(entry))
