"""export/training: the files parse, and start the command as it is."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "export" / "training"


@pytest.fixture(scope="module")
def job():
    return yaml.safe_load((FOLDER / "tfjob.yaml").read_text())


def check_flags(names):
    sources = (ROOT / "stgan_tf" / "train.py").read_text()
    sources += "".join(path.read_text() for path in (ROOT / "stgan_tf" / "config").glob("*.py"))
    settings = (ROOT / "stgan_tf" / "systems").rglob("*settings.py")
    sources += "".join(path.read_text() for path in settings)
    for name in names - {"flagfile"}:
        assert re.search(rf'"{name}"|^    {name}: ', sources, re.MULTILINE), name


def test_job_is_one_chief_and_workers_that_run_the_same(job):
    assert (job["apiVersion"], job["kind"]) == ("kubeflow.org/v1", "TFJob")
    replicas = job["spec"]["tfReplicaSpecs"]
    assert set(replicas) == {"Chief", "Worker"}
    assert replicas["Chief"]["replicas"] == 1
    assert replicas["Chief"]["template"] == replicas["Worker"]["template"]
    assert {spec["restartPolicy"] for spec in replicas.values()} == {"OnFailure"}


def test_job_starts_the_command(job):
    pod = job["spec"]["tfReplicaSpecs"]["Worker"]["template"]["spec"]
    [container] = pod["containers"]
    assert container["name"] == "tensorflow"
    assert container["command"][:3] == ["python", "-m", "stgan_tf.train"]
    flags = dict(part[2:].split("=", 1) for part in container["command"][3:])
    check_flags(set(flags))
    assert (ROOT / flags["flagfile"]).is_file()
    # An exit status of 0 would end the job when it is preempted.
    assert int(flags["stopped_exit_code"]) > 0
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert set(mounts) == {volume["name"] for volume in pod["volumes"]}
    for name in ("data_dir", "run_dir"):
        assert any(flags[name].startswith(f"{path}/") for path in mounts.values())


def test_job_batch_fits_its_workers(job):
    replicas = job["spec"]["tfReplicaSpecs"]
    number = sum(spec["replicas"] for spec in replicas.values())
    text = (ROOT / "flags" / "celeba.cfg").read_text()
    batch = int(re.search(r"^--batch_size=(\d+)", text, re.MULTILINE)[1])
    assert batch % number == 0


def test_slurm_script_is_bash_and_starts_the_command():
    path = FOLDER / "slurm.sbatch"
    subprocess.run(["bash", "-n", path], check=True)
    text = path.read_text()
    options = dict(re.findall(r"^#SBATCH --([a-z-]+)(?:=(\S+))?$", text, re.MULTILINE))
    assert int(options["nodes"]) * int(options["ntasks-per-node"]) > 1
    assert options["distribution"] == "block"
    assert options["signal"].startswith("TERM@")
    assert "requeue" in options
    started = text[text.index("srun") : text.index("status=$?")]
    check_flags(set(re.findall(r" --([a-z_]+)=", started.replace("--kill-on-bad-exit=1", ""))))
    code = re.search(r"--stopped_exit_code=(\d+)", text)[1]
    assert f'"$status" -eq {code}' in text


@pytest.mark.parametrize(("status", "queued"), [(0, False), (1, False), (143, True)])
def test_slurm_script_queues_again_only_what_was_stopped(tmp_path, status, queued):
    """With srun and scontrol played by scripts."""
    for name, body in (("srun", f"exit {status}"), ("scontrol", 'echo "scontrol $*"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["bash", FOLDER / "slurm.sbatch"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": "/", "SLURM_JOB_ID": "9"},
        capture_output=True,
        text=True,
    )
    assert ("scontrol requeue 9" in done.stdout) == queued
    assert done.returncode == (0 if queued else status)


def test_image_copies_what_is_there():
    for source in re.findall(r"^COPY (.+) \S+$", (FOLDER / "Dockerfile").read_text(), re.M):
        for name in source.split():
            assert (ROOT / name).exists(), name
