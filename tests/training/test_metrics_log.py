import json

import pytest
from disk_journal import DiskJournal

from stgan_tf.training.metrics_log import MetricsLog, training_minutes


def test_lines_after_the_restored_iteration_are_dropped(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text("".join(json.dumps({"iteration": i}) + "\n" for i in (10, 20, 30)) + '{"it')
    log = MetricsLog(tmp_path, start_iteration=20)
    log.write(25, {"loss": 0.5})
    log.close()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == [{"iteration": 10}, {"iteration": 20}, {"iteration": 25, "loss": 0.5}]


def test_what_was_logged_before_a_checkpoint_is_on_the_disk(tmp_path, monkeypatch):
    log = MetricsLog(tmp_path, start_iteration=0)
    log.write(5, {"loss": 0.5})
    journal = DiskJournal(monkeypatch)
    log.sync()
    path = tmp_path / "metrics.jsonl"
    assert path.read_text() == '{"iteration": 5, "loss": 0.5}\n'
    assert journal.events[:1] == [("sync", path)]
    log.close()


def test_damaged_lines_are_dropped_and_told(tmp_path, caplog):
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(
        b'{"iteration": 1}\n\x00\x00\xff\n[3]\n{"iteration": 2}\n{"iteration": 3}\n{"ite'
    )
    log = MetricsLog(tmp_path, start_iteration=2)
    log.close()
    assert path.read_text() == '{"iteration": 1}\n{"iteration": 2}\n'
    assert caplog.text.count("dropped an invalid line") == 2


def test_tensorboard_has_what_was_logged_before_a_checkpoint(tmp_path):
    log = MetricsLog(tmp_path, start_iteration=0)
    [events] = (tmp_path / "events").glob("events.*")
    before = events.stat().st_size
    log.write(5, {"loss": 0.5})
    log.sync()
    assert events.stat().st_size > before
    log.close()


def test_minutes_are_those_of_the_iterations_logged(tmp_path):
    # 10 iterations of 6 s, 10 of 3 s; a broken line in between counts as if it had not been logged.
    lines = [
        '{"iteration": 10, "iterations_per_second": 0.16666666666666666}\n',
        '{"iteration": 15, "itera\n',
        '{"iteration": 20, "iterations_per_second": 0.3333333333333333}\n',
        '{"iteration": 40, "iterations_per_second": 0.1}\n',
    ]
    (tmp_path / "metrics.jsonl").write_text("".join(lines))
    assert training_minutes(tmp_path, [5, 10, 16, 20]) == pytest.approx([0.5, 1.0, 1.3, 1.5])
    assert training_minutes(tmp_path, [40]) == pytest.approx([1.5 + 200 / 60])


def test_without_a_log_no_minutes_are_known(tmp_path):
    assert training_minutes(tmp_path, [10]) is None
    (tmp_path / "metrics.jsonl").write_text("")
    assert training_minutes(tmp_path, [10]) is None
    (tmp_path / "metrics.jsonl").write_text('{"iteration": 10, "critic_loss": 0.5}\n')
    assert training_minutes(tmp_path, [10]) is None
