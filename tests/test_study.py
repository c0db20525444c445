"""The command: its actions, and what is said of wrong flags."""

import json

import numpy as np
import pytest
from small_data import write_images
from small_runs import NAMES, SIZE, write_run
from user_study.toy_studies import write_study
from warm_commands import run_command

from stgan_tf.data.image_table import ImageTable
from stgan_tf.sources.attribute_files import write_attribute_file


def study(*arguments):
    return run_command("study", *arguments)


@pytest.mark.slow
def test_a_study_is_made_answered_and_reported(tmp_path):
    names = write_images(tmp_path / "data" / "img_align_celeba", 20, (SIZE, SIZE))
    labels = np.random.default_rng(0).integers(0, 2, (20, len(NAMES)), dtype=np.uint8)
    table = ImageTable(np.array(names), labels, NAMES)
    write_attribute_file(tmp_path / "data" / "list_attr_celeba.txt", table)
    data = {"crop": "none", "split": "fractions", "split_fractions": (0.2, 0.2, 0.6)}
    for name, model in (("a", "stgan"), ("b", "stargan")):
        write_run(tmp_path / name, model, **data)
    folder = f"--study_dir={tmp_path / 'study'}"
    runs = f"--runs=a={tmp_path / 'a'},b={tmp_path / 'b'}"
    flags = (
        f"--data_dir={tmp_path / 'data'}",
        "--num_questions=6",
        "--attributes=Bangs,Eyeglasses",
    )
    done = study("make", runs, folder, *flags)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"12 questions about 2 systems: {tmp_path}/study/page/index.html")
    done = study("simulate", folder, "--strengths=a=1,b=0", "--num_participants=30")
    assert done.returncode == 0, done.stderr
    done = study("report", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("SIMULATED ANSWERS, not people's. Chosen as the best by 30")
    assert (tmp_path / "study" / "report" / "report.html").is_file()


@pytest.mark.slow
def test_domains_are_asked_for_by_direction(tmp_path):
    for split in ("train", "test"):
        for domain in ("summer", "winter"):
            write_images(tmp_path / "data" / split / domain, 6, (SIZE, SIZE))
    data = {"dataset": "domains", "attributes": ("winter",), "domains": ("summer", "winter")}
    for name, model in (("a", "stgan"), ("b", "stargan")):
        write_run(tmp_path / name, model, data_dir=str(tmp_path / "data"), **data)
    folder = tmp_path / "study"
    done = study(
        "make",
        f"--runs=a={tmp_path / 'a'},b={tmp_path / 'b'}",
        f"--study_dir={folder}",
        "--num_questions=6",
    )
    assert done.returncode == 0, done.stderr
    questions = json.loads((folder / "key.json").read_text())["questions"]
    assert {question["change"] for question in questions} == {
        "summer to winter",
        "winter to summer",
    }
    page = (folder / "page" / "index.html").read_text()
    assert "Change from winter to summer" in page and "Consider all three" in page
    assert "everything else stays the same" in page and "the person and" not in page
    for action in (["simulate", "--strengths=a=3,b=0", "--num_participants=9"], ["report"]):
        done = study(*action, f"--study_dir={folder}")
        assert done.returncode == 0, done.stderr
    report = json.loads((folder / "report" / "report.json").read_text())
    assert report["overall"]["shares"]["a"]["value"] > 0.5


def test_plan_prints_the_participants():
    done = study("plan", "--shares=a=0.6,b=0.4", "--num_questions=10", "--correlation=0")
    assert done.returncode == 0, done.stderr
    assert "21 participants with 10 questions each tell all pairs apart." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "Takes one of make, serve, report, simulate, plan. Received: none."),
        (["mak"], 2, "Received: mak."),
        (["make"], 2, "--study_dir: is required. Received: an empty value."),
        (["plan", "--port=1"], 2, "--port is not for plan, but for serve."),
        (["serve", "--study_dir=/nowhere"], 1, "No /nowhere/key.json: create a study with"),
        (["make", "--study_dir=x", "--runs=a"], 1, "--runs needs distinct pairs NAME=RUN_DIR"),
        (["make", "--study_dir=x", "--runs=a=1,a=2"], 1, "one run for each system"),
        (["plan", "--shares=a=x"], 1, "--shares needs distinct pairs NAME=NUMBER. Received: 'a=x'"),
    ],
)
def test_wrong_flags_are_one_line(arguments, status, message):
    done = study(*arguments)
    assert done.returncode == status
    assert message in done.stderr and "Traceback" not in done.stderr


def test_a_folder_in_use_is_told_before_the_runs_are_loaded(tmp_path):
    write_study(tmp_path / "study", num_questions=2, num_repeats=0)
    done = study("make", f"--study_dir={tmp_path / 'study'}", "--runs=a=/nowhere,b=/nowhere")
    assert done.returncode == 1 and "study is not empty. Choose another" in done.stderr
