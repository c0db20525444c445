"""Continuing a run with other settings: which may change freely, only with --force, or never."""

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

#: How long the run lasts, where its data are, what it writes and how much memory it takes, but
#: nothing that it computes.
_FREE = {
    "data": {"data_dir", "labels_file", "image_dir", "cache"},
    "training": {
        "num_epochs",
        "num_iterations",
        "recompute",
        "log_every",
        "sample_every",
        "checkpoint_every",
        "keep_checkpoints",
    },
}

#: Changing these changes what the run computes, but the networks, the optimisers' state and the
#: counts in the checkpoint still fit. Not listed, because what was learnt so far does not fit a
#: different value: the system and most of its settings (all but `System.forceable`), the
#: attributes, and the size and crop of the images; nor the splits and the data set, because test
#: images must not have been trained on.
_FORCEABLE = {
    "data": {"skip_bad_images", "load_size", "horizontal_flip", "balance_attributes"},
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
    """The differences that change what the run computes, in the order of the configuration."""
    if old.system != new.system:
        return [Change("", "system", old.system, new.system, forceable=False)]
    forceable = _FORCEABLE | {"settings": find_system(new.system).forceable}
    changes = []
    for section in ("data", "settings", "training"):
        old_part, new_part = getattr(old, section), getattr(new, section)
        for field in dataclasses.fields(old_part):
            before, now = getattr(old_part, field.name), getattr(new_part, field.name)
            # A value that an earlier version did not record is not a difference.
            unknown = field.name in ("crop_frame", "domains") and not before
            if before != now and not unknown and field.name not in _FREE.get(section, ()):
                allowed = field.name in forceable.get(section, ())
                changes.append(Change(section, field.name, before, now, allowed))
    return changes


def require_same_run(changes: list[Change], run_dir: Path, force: bool) -> None:
    """Refuses changes to a run, except forceable ones if `force` is set.

    Raises:
        ConfigError: Some are refused; the message lists all changes with old and new values.
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
        "Leave these flags out to continue as before, add --force to continue with the new values, "
        "or start a new run with another --run_dir."
        if all(change.forceable for change in changes)
        else "Changes marked (never) do not fit what was learnt so far, even with --force: start a "
        "new run with another --run_dir."
    )
    first = refused[0]
    raise ConfigError(
        first.field,
        f"is {first.new!r}, but the run in {run_dir} was started with {first.old!r}. "
        f"All differences: {listed}. {advice}",
    )


def record_changes(changes: list[Change], run_dir: Path, checkpoint: str) -> None:
    """Appends a line to changes.jsonl; `checkpoint` is the one that the run continues from."""
    entry = {
        "checkpoint": checkpoint,
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "changes": {change.field: [change.old, change.new] for change in changes},
    }
    append_line(run_dir / CHANGES_FILE, json.dumps(entry))
