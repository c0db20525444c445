"""The benchmark command runs each part and reports figures; it is not judged how fast."""

import json

import pytest
from warm_commands import run_command


@pytest.mark.parametrize(
    ("part", "figures"),
    [
        ("train", ["iteration_seconds", "images_per_second", "gflop", "percent_of_machine"]),
        pytest.param(
            "train --devices=2", ["iteration_seconds", "images_per_second"], marks=pytest.mark.slow
        ),
        pytest.param("replicas", ["two_devices_iteration_seconds"], marks=pytest.mark.slow),
        pytest.param("machine", ["float32_gflops", "bfloat16_gflops"], marks=pytest.mark.slow),
        pytest.param(
            "pipeline",
            ["images_per_second", "decoded_images_per_second", "percent_of_decoding"],
            marks=pytest.mark.slow,
        ),
        ("generator", ["latency_seconds", "images_per_second"]),
        ("drawing", ["processor_seconds", "images_per_processor_second"]),
        ("drawing --scene=landscapes", ["processor_seconds", "images_per_processor_second"]),
    ],
)
def test_reports_positive_figures(part, figures, tmp_path):
    path = tmp_path / "result.json"
    flags = [*f"--part={part}".split(), "--repeats=1", f"--json_file={path}"]
    flags.append("--critic_steps_per_generator_step=1")  # the graph takes most of the time
    result = run_command("benchmark", "--flagfile=flags/smoke.cfg", *flags)
    assert result.returncode == 0, result.stderr
    measured = json.loads(path.read_text())
    assert measured["part"] == part.split()[0]
    if "scene" in measured:
        assert measured["scene"] == ("landscapes" if "landscapes" in part else "faces")
    if part.startswith("train"):
        assert measured["devices"] == (2 if "devices" in part else 1)
    for name in [*figures, "peak_rss_mib"]:
        assert measured[name] > 0
        assert f"| {name} |" in result.stdout
