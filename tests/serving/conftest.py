"""Toy models, and servers of them that last for the session."""

import pytest
from serving.servers import grpc_server, running
from serving.toy_models import SEASONS_DESCRIPTION, TARGET_DESCRIPTION, write_toy_model


@pytest.fixture(scope="session")
def toy_dir(tmp_path_factory):
    """A folder with version 1 of a toy model."""
    base = tmp_path_factory.mktemp("toy")
    write_toy_model(base / "1")
    return base


@pytest.fixture(scope="session")
def target_dir(tmp_path_factory):
    """The same for a model that needs source attributes."""
    base = tmp_path_factory.mktemp("target")
    write_toy_model(base / "1", TARGET_DESCRIPTION)
    return base


@pytest.fixture(scope="session")
def seasons_dir(tmp_path_factory):
    """The same for a model of domains, which edits whole pictures."""
    base = tmp_path_factory.mktemp("seasons")
    write_toy_model(base / "1", SEASONS_DESCRIPTION)
    return base


@pytest.fixture(scope="session")
def seasons_server(seasons_dir):
    with running(seasons_dir) as found:
        yield found


@pytest.fixture(scope="session")
def seasons_grpc_target(seasons_dir):
    with grpc_server(seasons_dir / "1") as target:
        yield target


@pytest.fixture(scope="session")
def server(toy_dir):
    with running(toy_dir, labels={"stable": 1, "canary": 7}) as found:
        yield found


@pytest.fixture(scope="session")
def target_server(target_dir):
    with running(target_dir) as found:
        yield found


@pytest.fixture(scope="session")
def grpc_target(toy_dir):
    with grpc_server(toy_dir / "1") as target:
        yield target


@pytest.fixture(scope="session")
def target_grpc_target(target_dir):
    with grpc_server(target_dir / "1") as target:
        yield target
