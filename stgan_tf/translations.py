"""What "to winter" means: the edit that translates an image from one domain to another.

A model of domain folders (`--dataset=domains`) has domain names as its attributes: with two domains
only one of them, 1 for that domain and 0 for the other; with more, all of them. No TensorFlow here.
"""

import difflib
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from stgan_tf.attributes import likeliest


class Translation(NamedTuple):
    """edits: As `stgan_tf.edits.EditRule.vectors` takes them.
    source: The attributes of the original images: {attribute: 0 or 1}, or, if predicted, float32
        (N, A) of 0 and 1; None: neither given nor implied.
    """

    edits: dict[str, float]
    source: dict[str, int] | np.ndarray | None


def require_fitting_flags(to: str, came_from: str, source: str) -> None:
    """Raises ValueError if --from or --source is combined with the wrong flag."""
    if came_from and not to:
        raise ValueError(
            "--from goes with --to. With --edit, give the faces' attributes with --source."
        )
    if to and source:
        raise ValueError("--source goes with --edit. With --to, give --from=DOMAIN.")


def translation(
    to: str,
    source: str,
    domains: Sequence[str],
    attributes: Sequence[str],
    has_classifier: bool = False,
) -> Translation:
    """The edit that translates to the domain `to`.

    Args:
        to: The target domain.
        source: The domain of the images; empty: with two domains the other one, with more unknown,
            which requires a classifier (`with_source`).
        domains: The model's domains; empty for a model of attributes.
        attributes: The model's attributes.
        has_classifier: Whether the model has a classifier.

    Raises ValueError for a model without domains; for names that are not its domains, are the same,
    or that it was not trained to produce; and for a source that cannot be determined.
    """
    if not domains:
        raise ValueError(
            f"--to={to} is for models of domain folders (--dataset=domains). This model edits "
            f"attributes ({', '.join(attributes)}): give --edit={attributes[0]}=+1."
        )
    _require_domain("--to", to, domains)
    if source:
        _require_domain("--from", source, domains)
    if source == to:
        raise ValueError(f"--from and --to name the same domain: {to}. Change one of them.")
    if to in attributes:
        edits = {to: 1.0}
    elif len(domains) == 2:
        edits = {attributes[0]: -1.0}
    else:
        raise ValueError(
            f"--to={to}: the model was trained with --attributes={','.join(attributes)} alone. "
            f"Choose one of these: {', '.join(attributes)}."
        )
    if len(attributes) == 1:
        return Translation(edits, {attributes[0]: int(to not in attributes)})
    if not source and not has_classifier:
        raise ValueError(_unknown_source(to, domains))
    known = {name: int(name == source) for name in attributes} if source else None
    return Translation(edits, known)


def with_source(found: Translation, classify: Callable[[], np.ndarray]) -> Translation:
    """`found` with the source completed: if it is unknown, the most likely domain of each image
    according to the classifier.

    Args:
        found: What `translation` returned.
        classify: () -> probabilities (N, A) or (A,) of the images' attributes. Called only if its
            answer matters.
    """
    if found.source is not None:
        return found
    return found._replace(source=likeliest(np.atleast_2d(classify())))


def _unknown_source(to: str, domains: Sequence[str]) -> str:
    """The message for several domains and an unknown source."""
    first = next(name for name in domains if name != to)
    return (
        f"The model translates between {', '.join(domains)}, so the domain of the pictures must be "
        f'known. Give it (--from={first}; in Python source="{first}"), or provide a classifier '
        "(--classifier for a run folder, or export the model with one)."
    )


def _require_domain(flag: str, name: str, domains: Sequence[str]) -> None:
    if name in domains:
        return
    near = difflib.get_close_matches(name, domains, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    alone = (
        f" The model was trained before the name of its other domain was recorded: "
        f"--edit={domains[0]}=-1 translates to it, or name both in the run's config.json "
        f'(data, domains: ["{name}", "{domains[0]}"]) and export it again.'
        if len(domains) == 1
        else ""
    )
    raise ValueError(
        f"{flag} must be one of the model's domains: {', '.join(domains)}.{hint} Received: "
        f"{name!r}.{alone}"
    )
