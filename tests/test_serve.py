"""The commands, as processes: an exported run is served, edited by the client, and stopped."""

import base64
import concurrent.futures
import io
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image
from slow_parameters import quick_first
from small_runs import SIZE, write_run
from warm_commands import run_command

from stgan_tf.editing.editor import Editor
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def exported(run_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    options = ExportOptions(
        formats=("saved_model",), version=3, batch_sizes=(1, 2), comparison_images=2
    )
    export_run(run_dir, folder, options=options)
    return folder / "saved_model"


@pytest.fixture(scope="module")
def server(exported):
    """.url and .lines, what it logs, of a running server."""
    flags = [f"--model_dir={exported}", "--version_labels=stable=3", "--intra_op_threads=1"]
    command = [sys.executable, "-m", "stgan_tf.serve", "--port=0", *flags]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    process.lines, ready = [], threading.Event()

    def read():
        for line in process.stderr:
            process.lines.append(line.rstrip())
            if found := re.search(r"Serving stgan at (http://127.0.0.1:\d+)", line):
                process.url = found[1]
                ready.set()
        ready.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert ready.wait(120) and process.poll() is None, "\n".join(process.lines)
    process.reader = reader
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    reader.join()
    process.stderr.close()


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    pixels = np.random.default_rng(0).integers(0, 256, (218, 178, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def client(*flags):
    command = [sys.executable, "-m", "stgan_tf.serving.client", *map(str, flags)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_an_exported_run_edits_as_the_run_itself(server, run_dir, photo, tmp_path):
    result = client(
        f"--url={server.url}",
        photo,
        "--edit=Eyeglasses=+1,Bangs=-1",
        "--intensity=1.5",
        f"--output={tmp_path / 'edited.png'}",
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{tmp_path / 'edited.png'}\n"
    edited = np.asarray(Image.open(tmp_path / "edited.png"))
    source = np.asarray(Image.open(photo))
    expected = Editor(run_dir).edit(source, {"Eyeglasses": 1, "Bangs": -1}, 1.5)
    assert edited.shape == (SIZE, SIZE, 3)
    # Cutting the fraction off can turn a difference of 1e-6 into one grey level.
    difference = np.abs(edited.astype(int) - expected)
    assert difference.max() <= 1 and (difference > 0).mean() < 0.01


def test_without_photos_the_client_tells_the_state(server):
    result = client(f"--url={server.url}")
    assert result.stdout == "stgan version 3: AVAILABLE\n"


def test_several_photos_go_into_a_folder(server, photo, tmp_path):
    other = tmp_path / "other.jpg"
    Image.new("RGB", (SIZE, SIZE)).save(other)
    result = client(
        f"--url={server.url}", photo, other, "--edit=Bangs=1", f"--output={tmp_path / 'out'}"
    )
    assert result.returncode == 0, result.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"photo.png", "other.png"}


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--edit=Glasses=1"], "Unknown attribute: 'Glasses'. Nearest: Eyeglasses"),
        (["--edit=Bangs=1", "--model_name=other"], "Servable not found for request: Latest(other)"),
        (["--edit=Bangs=1", "--model_version=9"], "Specific(stgan, 9)"),
        (
            ["--edit=Bangs=1", "--url=localhost"],
            "read http://HOST:PORT. Received: 'localhost'",
        ),
        (["--edit=Bangs=1", "--description=/nowhere.json"], "No /nowhere.json"),
        (["--edit=Bangs=1", "--grpc=127.0.0.1:9", "--attempts=1"], "do not describe their model"),
        ([], "To edit, give photos, one of --edit and --to, and --output."),
    ],
)
def test_what_cannot_be_edited_is_one_line(server, photo, tmp_path, flags, message):
    result = client(f"--url={server.url}", photo, f"--output={tmp_path / 'x.png'}", *flags)
    assert result.returncode != 0
    assert message in result.stderr + result.stdout and "Traceback" not in result.stderr
    assert not (tmp_path / "x.png").exists()


CLIENT_WITHOUT_TENSORFLOW = """
import sys
import stgan_tf.serving.client, stgan_tf.serving.grpc_client, stgan_tf.serving.edit_client
from stgan_tf.serving.rest_client import RestClient
client = stgan_tf.serving.edit_client.EditClient(RestClient(sys.argv[1], "stgan"))
png, = client.edit(open(sys.argv[2], "rb").read(), {"Bangs": 1})
sys.stdout.buffer.write(png)
wrong = [name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras", "fastapi")]
sys.exit(f"imported: {wrong[:3]}" if wrong else 0)
"""


def test_the_client_never_imports_tensorflow(server, photo):
    command = [sys.executable, "-c", CLIENT_WITHOUT_TENSORFLOW, server.url, str(photo)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120)
    assert result.returncode == 0, result.stderr
    assert Image.open(io.BytesIO(result.stdout)).size == (SIZE, SIZE)


PATH = "/v1/models/stgan:predict"


def request_body(photo, number):
    row = {
        "image_bytes": {"b64": base64.b64encode(photo).decode()},
        "attribute_difference": [0, 0, 0, 1],
    }
    return json.dumps({"instances": [row] * number})


def in_flight(server):
    page = requests.get(f"{server.url}/monitoring/prometheus/metrics", timeout=30).text
    return "stgan_requests_in_flight 1.0" in page


def test_its_log_is_plain_lines_and_sigterm_finishes_what_runs(server, photo):
    answer = requests.get(f"{server.url}/v1/models/stgan/labels/stable", timeout=30)
    assert answer.json()["model_version_status"][0]["version"] == "3"
    body = request_body(photo.read_bytes(), 64)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answers = [pool.submit(requests.post, f"{server.url}{PATH}", body, timeout=60)]
        while not in_flight(server) and not answers[0].done():
            pass
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
        assert answers[0].result().status_code == 200
        assert len(answers[0].result().json()["predictions"]) == 64
    server.reader.join()
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO "
    assert any(
        re.fullmatch(stamp + r"GET /v1/models/stgan/labels/stable 200 \d+\.\d ms", line)
        for line in server.lines
    )
    assert re.fullmatch(stamp + "Stopped.", server.lines[-1])
    assert not any("Traceback" in line for line in server.lines)


@pytest.mark.parametrize(
    ("flags", "message"),
    quick_first(
        [
            (["--model_dir=/nowhere"], "No model in /nowhere"),
            (["--model_dir={exported}", "--version_labels=x"], "--version_labels must read NAME="),
            (["--model_dir={exported}", "--max_held_bytes=9"], "`max_held_bytes` must be at least"),
            (["--model_dir={exported}", "--host=192.0.2.1"], "Cannot listen on 192.0.2.1 port 0"),
        ],
        count=1,
    ),
)
def test_what_it_cannot_start_with_is_one_line(exported, flags, message):
    done = run_command("serve", "--port=0", *(flag.format(exported=exported) for flag in flags))
    assert done.returncode == 1
    assert f"stgan_tf.serve: {message}" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_damaged_export_is_not_served(exported, tmp_path):
    """Every byte of the weights is there, one is another."""
    shutil.copytree(exported / "3", tmp_path / "3")
    (weights,) = (tmp_path / "3" / "variables").glob("*.data*")
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    done = run_command("serve", "--port=0", f"--model_dir={tmp_path}")
    assert done.returncode == 1 and "stgan_tf.serve: No version in" in done.stderr
    assert weights.name in done.stderr
