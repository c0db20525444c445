"""A study of three systems, and its server."""

import contextlib

import pytest
from user_study.study_servers import StudyServer
from user_study.toy_studies import write_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """(folder, key) of 24 comparisons, 3 repeats and 3 controls."""
    folder = tmp_path_factory.mktemp("toys") / "study"
    return folder, write_study(folder, contact="study@example.org")


@pytest.fixture(scope="module")
def start_server():
    """start_server(folder) -> StudyServer, stopped at the end."""
    with contextlib.ExitStack() as servers:

        def start(folder):
            server = StudyServer(folder)
            servers.callback(lambda: server.process.poll() is None and server.stop())
            return server

        yield start


@pytest.fixture(scope="module")
def server(study, start_server):
    return start_server(study[0])
