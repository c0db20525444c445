"""Packed models on the Hugging Face Hub, through its own client. No TensorFlow here.

hf://USER/REPO              the only packed model of a repository
hf://USER/REPO@REVISION     the same at a branch, tag or commit
hf://USER/REPO/FILE.stgan   one of several

The client's settings apply: HF_TOKEN for private and gated repositories, HF_ENDPOINT for another
server, HF_HOME for its cache.
"""

import logging
import re
from pathlib import Path
from typing import NamedTuple

from stgan_tf.extras import require
from stgan_tf.model_files.packed_file import SUFFIX

# One slash: pathlib has removed the other.
_ADDRESS = re.compile(r"hf:/+([\w.-]+/[\w.-]+)(?:@([^/]+))?(?:/(.+))?")


class _Address(NamedTuple):
    repository: str
    revision: str | None
    file: str | None


def is_address(text: str) -> bool:
    """Whether the text is meant as an address on the Hub."""
    return text.startswith("hf:/")


def download(address: str) -> Path:
    """Downloads the packed model at `address`, unless the client has it already; returns the file
    in the client's cache.

    Raises ValueError for an address that is not valid or names no packed model, OSError if the
    server refuses or cannot be reached, ModuleNotFoundError without huggingface_hub.
    """
    wanted = _parsed(address)
    require("huggingface_hub")
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    api = HfApi()
    for library in ("httpx", "httpx2"):  # which of them depends on the client's version
        logging.getLogger(library).setLevel(logging.WARNING)  # they log every request
    try:
        file = wanted.file or _only_model(
            address, api.list_repo_files(wanted.repository, revision=wanted.revision)
        )
        return Path(api.hf_hub_download(wanted.repository, file, revision=wanted.revision))
    except HFValidationError as error:
        raise ValueError(f"{address} is not valid: {error}") from error
    except GatedRepoError as error:
        raise OSError(
            f"{address} is gated: accept its terms on the repository's page, then set HF_TOKEN or "
            "run `hf auth login`."
        ) from error
    except RepositoryNotFoundError as error:
        raise OSError(
            f"{address}: no such repository, or a private one, which needs HF_TOKEN or `hf auth "
            "login`."
        ) from error
    except LocalEntryNotFoundError as error:  # an EntryNotFoundError, too
        raise OSError(f"{address}: the server cannot be reached. {error}") from error
    except (EntryNotFoundError, RevisionNotFoundError) as error:
        raise OSError(f"{address}: no such file or revision.") from error
    except Exception as error:
        if not type(error).__module__.startswith("httpx"):
            raise
        # The client lets them through, and which library's they are depends on its version.
        raise OSError(f"{address}: the server cannot be reached. {error}") from error


def _parsed(address: str) -> _Address:
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(
            "A model on the Hugging Face Hub is given as hf://USER/REPO, hf://USER/REPO@REVISION "
            f"or hf://USER/REPO/FILE{SUFFIX}. Received: {address!r}."
        )
    return _Address(*found.groups())


def _only_model(address: str, files: list[str]) -> str:
    models = [file for file in files if file.endswith(SUFFIX)]
    if len(models) != 1:
        names = ", ".join(models) or "none"
        raise ValueError(
            f"{address} must have one packed model ({SUFFIX}), or name one of several: "
            f"{address}/FILE{SUFFIX}. Found: {names}."
        )
    return models[0]
