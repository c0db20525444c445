"""The files of export/: parsed by what reads them, and run where that needs no Docker."""

import ast
import copy
import fnmatch
import http.server
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from stgan_tf.exporting.options import ExportOptions
from stgan_tf.exporting.version_folder import write_batching
from stgan_tf.runtime.model_description import EDITED_BYTES
from stgan_tf.serving.messages import build_messages
from stgan_tf.serving.rest_api import METRICS_PATH

ROOT = Path(__file__).parents[2]
SERVING = ROOT / "export" / "serving"
CONFIGS = ("models.config", "batching_params.pbtxt", "monitoring.config")

# tensorflow-serving-api leaves these two out: monitoring_config.proto, session_bundle_config.proto.
OTHERS = build_messages(
    {
        "google.protobuf": {"Int64Value": {"value": (1, "int64")}},
        "tensorflow.serving": {
            "PrometheusConfig": {"enable": (1, "bool"), "path": (2, "string")},
            "MonitoringConfig": {"prometheus_config": (1, "tensorflow.serving.PrometheusConfig")},
            "BatchingParameters": {
                "max_batch_size": (1, "google.protobuf.Int64Value"),
                "batch_timeout_micros": (2, "google.protobuf.Int64Value"),
                "max_enqueued_batches": (3, "google.protobuf.Int64Value"),
                "num_batch_threads": (4, "google.protobuf.Int64Value"),
                "allowed_batch_sizes": (6, "repeated int64"),
            },
        },
    }
)


def parsed(name, message):
    return text_format.Parse((SERVING / name).read_text(encoding="utf-8"), message)


def compose():
    return yaml.safe_load((SERVING / "docker-compose.yml").read_text(encoding="utf-8"))


def manifest():
    text = (SERVING / "k8s" / "stgan.yaml").read_text(encoding="utf-8")
    return {document["kind"]: document for document in yaml.safe_load_all(text)}


def container():
    (found,) = manifest()["Deployment"]["spec"]["template"]["spec"]["containers"]
    return found


def test_models_config():
    (model,) = parsed(
        "models.config", model_server_config_pb2.ModelServerConfig()
    ).model_config_list.config
    assert (model.name, model.base_path) == ("stgan", "/models/stgan")
    assert model.model_platform == "tensorflow"
    assert model.model_version_policy.latest.num_versions == 1


def test_its_comment_for_older_versions_parses_too():
    text = (SERVING / "models.config").read_text(encoding="utf-8")
    lines = re.findall(r"num_versions: 2|version_labels \{.*\}", text)
    config = text.replace("num_versions: 1 }\n    }", f"num_versions: 2 }}\n    }}\n{lines[1]}")
    (model,) = text_format.Parse(
        config, model_server_config_pb2.ModelServerConfig()
    ).model_config_list.config
    assert dict(model.version_labels) == {"stable": 1700}
    assert model.model_version_policy.latest.num_versions == 2


def test_batching_is_the_exporters(tmp_path):
    found = parsed("batching_params.pbtxt", OTHERS["BatchingParameters"]())
    sizes = list(found.allowed_batch_sizes)
    # TF Serving's own rules.
    assert sizes == sorted(sizes) and sizes[-1] == found.max_batch_size.value
    write_batching(tmp_path, ExportOptions().batch_sizes)
    (written,) = tmp_path.iterdir()
    exported = text_format.Parse(written.read_text(), OTHERS["BatchingParameters"]())
    assert exported == found


def test_monitoring_is_where_the_embedded_servers_is():
    found = parsed("monitoring.config", OTHERS["MonitoringConfig"]())
    assert found.prometheus_config.enable
    assert found.prometheus_config.path == METRICS_PATH
    (job,) = yaml.safe_load((SERVING / "prometheus.yml").read_text())["scrape_configs"]
    assert job["metrics_path"] == METRICS_PATH
    assert job["static_configs"] == [{"targets": ["stgan:8501"]}]


def test_compose_file_against_its_schema():
    path = SERVING / "docker-compose.yml"
    module = "check_jsonschema"
    schema = ("--builtin-schema", "vendor.compose-spec")
    command = [sys.executable, "-m", module, *schema]
    assert subprocess.run([*command, path], capture_output=True).returncode == 0


def test_compose_file_mounts_what_it_names():
    service = compose()["services"]["stgan"]
    targets = {}
    for volume in service["volumes"]:
        if isinstance(volume, str):
            source, target, mode = volume.split(":")
            assert (SERVING / source).is_file() and mode == "ro"
            targets[target] = source
        else:
            assert volume["target"] == "/models/stgan" and volume["read_only"]
            assert "STGAN_SAVED_MODEL:?" in volume["source"]
    named = {flag.partition("=")[2] for flag in service["command"] if "/config/" in flag}
    assert named == set(targets)
    for service in compose()["services"].values():
        assert pinned(service["image"])
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def pinned(image):
    name, _, tag = image.partition(":")
    return bool(re.fullmatch(r"v?\d+\.\d+\.\d+[\w.-]*", tag)) and "latest" not in tag


@pytest.mark.parametrize("version", ["1.27", "1.37"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_manifest_against_kubernetes(version):
    documents = manifest()
    kinds = "ConfigMap Deployment Service HorizontalPodAutoscaler PodDisruptionBudget"
    assert set(documents) == set(kinds.split())
    for document in documents.values():
        kubernetes_validate.validate(document, version, strict=True)
    wrong = copy.deepcopy(documents["Deployment"])
    wrong["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, version, strict=True)


def test_manifest_holds_together():
    documents = manifest()
    deployment, pod = documents["Deployment"], documents["Deployment"]["spec"]["template"]
    labels = deployment["spec"]["selector"]["matchLabels"]
    assert pod["metadata"]["labels"] == labels
    assert documents["Service"]["spec"]["selector"] == labels
    assert documents["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    target = documents["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", deployment["metadata"]["name"])
    assert "replicas" not in deployment["spec"]  # the autoscaler's
    assert pod["metadata"]["annotations"]["prometheus.io/path"] == METRICS_PATH
    ports = {port["name"]: port["containerPort"] for port in container()["ports"]}
    for port in documents["Service"]["spec"]["ports"]:
        assert ports[port["targetPort"]] == port["port"]
    mounts = {mount["name"] for mount in container()["volumeMounts"]}
    assert mounts == {volume["name"] for volume in pod["spec"]["volumes"]}
    assert pod["spec"]["securityContext"]["runAsNonRoot"]
    assert container()["securityContext"]["readOnlyRootFilesystem"]
    assert set(container()["resources"]) == {"requests", "limits"}


def test_both_deployments_run_the_same_server_with_the_same_files():
    service = compose()["services"]["stgan"]
    assert container()["image"] == service["image"]
    own = [flag for flag in container()["args"] if not re.match("--(port|rest_api_port)=", flag)]
    assert own == service["command"]
    for name in CONFIGS:
        text = (SERVING / name).read_text(encoding="utf-8")
        assert manifest()["ConfigMap"]["data"][name] == text


def health_checks():
    yield "compose", compose()["services"]["stgan"]["healthcheck"]["test"][1:]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        yield probe, container()[probe]["exec"]["command"]


def healthy(command, port):
    # The line break of YAML's folded text is a space; the shell reads \r\n in printf's format.
    command = [part.replace("/8501", f"/{port}") for part in command]
    return subprocess.run(command, capture_output=True, timeout=30).returncode == 0


@pytest.mark.parametrize(("name", "command"), [*health_checks()])
def test_health_checks_read_the_models_state(server, name, command):
    assert healthy(command, server.url.rsplit(":")[-1])
    assert not healthy(command, 9)


STATES = [
    ("START", "OK", 200, False),
    ("LOADING", "OK", 200, False),
    ("END", "UNAVAILABLE", 200, False),
    ("AVAILABLE", "OK", 200, True),
]


@pytest.mark.parametrize(("state", "code", "status", "expected"), STATES)
def test_health_checks_of_every_state(state, code, status, expected):
    """Of a server that answers 200 whatever the state, in TF Serving's own layout."""
    row = {"version": "1", "state": state, "status": {"error_code": code, "error_message": ""}}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            assert self.path == "/v1/models/stgan"
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"model_version_status": [row]}, indent=1).encode())

        def log_message(self, *arguments):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as stub:
        thread = threading.Thread(target=stub.serve_forever, args=(0.01,))
        thread.start()
        try:
            for _, command in health_checks():
                assert healthy(command, stub.server_port) == expected
        finally:
            stub.shutdown()
            thread.join()


def instructions(name):
    text = (ROOT / "export" / "docker" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(None, 1)) for line in joined.splitlines()]


def ignored(path):
    """By the rules of .dockerignore: the last one that matches decides."""
    result = False
    for rule in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if rule and not rule.startswith("#") and fnmatch.fnmatch(path, rule.lstrip("!")):
            result = not rule.startswith("!")
    return result


@pytest.mark.parametrize("name", ["Dockerfile.train", "Dockerfile.serve"])
def test_dockerfiles(name):
    found = instructions(name)
    kinds = [kind for kind, _ in found]
    assert kinds[0] == "FROM" and pinned(found[0][1])
    for kind, value in found:
        if kind == "COPY":
            *sources, _ = value.split()
            for source in sources:
                assert (ROOT / source).exists() and not ignored(source), source
    user = next(value for kind, value in found if kind == "USER")
    assert user == "stgan" and kinds.index("USER") > max(
        number for number, kind in enumerate(kinds) if kind == "RUN"
    )
    entry = ast.literal_eval(next(value for kind, value in found if kind == "ENTRYPOINT"))
    assert entry[:2] == ["python", "-m"] and importlib.util.find_spec(entry[2])
    module = (ROOT / (entry[2].replace(".", "/") + ".py")).read_text(encoding="utf-8")
    for flag in entry[3:]:
        assert f'"{flag[2:].partition("=")[0]}"' in module, flag


def test_what_images_do_not_need_is_ignored():
    for path in (".git", ".venv", "tests", "export", "docs", "demo", "stgan_tf/__pycache__"):
        assert ignored(path), path


def test_the_served_images_health_check(server):
    check = next(v for kind, v in instructions("Dockerfile.serve") if kind == "HEALTHCHECK")
    command = check.partition("CMD ")[2]
    python = shlex.quote(sys.executable)

    def run(url):
        client = f"{python} -m stgan_tf.serving.client --url={url}"
        asked = command.replace("python -m stgan_tf.serving.client", client)
        assert asked != command
        return subprocess.run(["sh", "-c", asked], cwd=ROOT, capture_output=True).returncode

    assert run(server.url) == 0
    assert run("http://127.0.0.1:9") != 0


def test_extras_the_dockerfiles_install_exist():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in ("Dockerfile.train", "Dockerfile.serve"):
        docker = (ROOT / "export" / "docker" / name).read_text(encoding="utf-8")
        extras = re.findall(r"\[([a-z,]+)\]\"|EXTRAS=([a-z,]+)", docker)
        assert extras
        for extra in ",".join(a or b for a, b in extras).split(","):
            assert f"\n{extra} = [" in text, extra


def load_test(*flags):
    command = [sys.executable, SERVING / "load_test.py", *map(str, flags)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_load_test_answers_with_a_table(server, tmp_path):
    from serving.toy_models import image_file

    (tmp_path / "face.png").write_bytes(image_file())
    result = load_test(
        f"--url={server.url}",
        f"--image={tmp_path / 'face.png'}",
        "--clients=1,4",
        "--requests=30",
        f"--json={tmp_path / 'figures.json'}",
    )
    assert result.returncode == 0, result.stderr
    rows = json.loads((tmp_path / "figures.json").read_text())
    assert [(row["clients"], row["answered"], row["failed"]) for row in rows] == [
        (1, 30, 0),
        (4, 30, 0),
    ]
    assert len(result.stdout.splitlines()) == 4 and EDITED_BYTES not in result.stdout


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--url=http://192.0.2.1:8501"], "192.0.2.1 is not this machine"),
        (["--url=https://localhost"], "must have the form http://HOST:PORT"),
    ],
)
def test_load_test_refuses(tmp_path, flags, message):
    result = load_test(f"--image={tmp_path}", *flags)
    assert result.returncode == 1 and message in result.stderr


def test_load_test_reports_failures(server, tmp_path):
    (tmp_path / "face.png").write_bytes(b"no image")
    result = load_test(
        f"--url={server.url}", f"--image={tmp_path / 'face.png'}", "--clients=2", "--requests=5"
    )
    assert result.returncode == 1
    assert "cannot be read: it is not one of JPEG" in result.stderr
    assert "| 2 | 0 | 0 | 5 |" in result.stdout
