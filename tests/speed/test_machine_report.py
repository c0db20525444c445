"""Which settings a machine is measured in, what happens to those that fail, and the report."""

import json

import pytest
from warm_commands import run_command

from stgan_tf.speed.machine_report import (
    Row,
    machine_report,
    measure_settings,
    settings_on,
    write_report,
)

MACHINE = {
    "device": "NVIDIA H100",
    "gpus": 4,
    "cpus": 16,
    "tensorflow": "2.21.0",
    "tf32_gflops": 400_000.0,
    "float32_gflops": 50_000.0,
    "bfloat16_gflops": 700_000.4,
}


def kinds(settings):
    return [(each.devices, each.precision, each.xla, each.batch_size) for each in settings]


def test_without_gpus_neither_tf32_nor_xla():
    assert kinds(settings_on(0, [8, 16], 1)) == [
        (1, "float32", False, 8),
        (1, "float32", False, 16),
        (1, "bfloat16", False, 8),
        (1, "bfloat16", False, 16),
    ]


def test_on_gpus_everything_on_one_then_powers_of_two_and_all():
    settings = settings_on(6, [8, 16], 6)
    single, several = kinds(settings[:12]), kinds(settings[12:])
    assert len(set(single)) == 12 and {devices for devices, *_ in single} == {1}
    assert {(precision, xla) for _, precision, xla, _ in single} == {
        (precision, xla) for precision in ("float32", "TF32", "bfloat16") for xla in (False, True)
    }
    assert several == [
        (devices, precision, False, 8)
        for devices in (2, 4, 6)
        for precision in ("float32", "TF32", "bfloat16")
    ]
    assert [devices for devices, *_ in kinds(settings_on(2, [8], 2))[-3:]] == [2, 2, 2]


def test_flags_hold_the_batch_of_all_devices_and_what_float32_means():
    settings = settings_on(2, [8], 2)
    assert settings[0].arguments() == [
        "--precision=float32",
        "--notensor_float_32",
        "--nojit_compile",
        "--batch_size=8",
        "--devices=1",
    ]
    assert settings[3].arguments()[1:3] == ["--tensor_float_32", "--jit_compile"]
    assert settings[-1].arguments()[-2:] == ["--batch_size=16", "--devices=2"]


def test_larger_batches_than_one_that_failed_are_not_tried():
    tried = []

    def measure(flags):
        tried.append(flags[-2])
        if "--precision=float32" in flags and flags[-2] != "--batch_size=2":
            raise RuntimeError("status 1: out of memory")
        return {"iteration_seconds": 1.0, "images_per_second": 2.0}

    rows = measure_settings(settings_on(0, [2, 4, 8], 1), measure)
    assert tried == [f"--batch_size={size}" for size in (2, 4, 2, 4, 8)]
    assert [row.failure for row in rows] == ["", "status 1: out of memory", "", "", ""]
    assert rows[1].figures is None


def test_the_report(tmp_path):
    settings = settings_on(4, [8], 4)
    figures = {"iteration_seconds": 0.5, "images_per_second": 96.0}
    fast = {**figures, "gflops": 2000.0, "percent_of_machine": 4.0, "peak_gpu_mib": 900.0}
    four = {"iteration_seconds": 0.625, "images_per_second": 307.2}
    rows = [Row(settings[0], fast), Row(settings[1], None, "status 1: a|b")]
    rows += [each for each in map(lambda s: Row(s, four), settings) if each.setting.devices == 4]
    text = machine_report(MACHINE, rows, {"images_per_second": 300.0})
    lines = text.splitlines()
    assert lines[0] == "# Training on NVIDIA H100"
    assert "400,000 GFLOP/s in TF32, 50,000 GFLOP/s in float32, 700,000 GFLOP/s in bf" in lines[2]
    assert lines[6] == "| 1 | float32 | off | 8 | 0.5 | 96 | 2,000 | 4 | 900 |  |"
    assert lines[7] == "| 1 | float32 | on | 8 | status 1: a/b | | | | | |"
    # 307.2 images a second on four devices are 76.8 each, 80 % of 96.
    assert lines[8] == "| 4 | float32 | off | 8 | 0.625 | 307.2 |  |  |  | 80 |"
    assert lines[-1].endswith("trains on 307. The pipeline does not keep up.")
    assert "keeps up" in machine_report(MACHINE, rows, {"images_per_second": 308.0})
    markdown, data = write_report(tmp_path / "new", MACHINE, rows, {"images_per_second": 300.0})
    assert markdown.read_text() == text
    assert json.loads(data.read_text())["train"][1]["failure"] == "status 1: a|b"


@pytest.mark.slow
def test_the_command_measures_this_machine(tmp_path):
    done = run_command(
        "benchmark",
        "--flagfile=flags/smoke.cfg",
        f"--report={tmp_path}",
        "--repeats=1",
        "--batch_sizes=2",
        "--critic_steps_per_generator_step=1",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "report.json").read_text())
    precisions = [row["setting"]["precision"] for row in told["train"]]
    assert precisions == ["float32", "bfloat16"]
    for row in told["train"]:
        assert row["figures"]["precision"] == row["setting"]["precision"]
        assert row["figures"]["batch_size"] == 2
        assert row["figures"]["images_per_second"] > 0
    assert told["machine"]["float32_gflops"] > 0
    assert "| 1 | bfloat16 | off | 2 | " in (tmp_path / "report.md").read_text()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--part=train"], "--report: goes without --against and with --part=all."),
        (["--batch_sizes=8,x"], "--batch_sizes: must be positive integers. Received: '8,x'."),
    ],
)
def test_wrong_flags_are_one_line(tmp_path, flags, message):
    done = run_command(
        "benchmark", "--flagfile=flags/smoke.cfg", f"--report={tmp_path / 'x'}", *flags
    )
    assert done.returncode in (1, 2) and message in done.stderr
    assert not (tmp_path / "x").exists()
