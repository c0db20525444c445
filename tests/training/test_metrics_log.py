import json

from stgan_tf.training.metrics_log import MetricsLog


def test_lines_after_the_restored_iteration_are_dropped(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text("".join(json.dumps({"iteration": i}) + "\n" for i in (10, 20, 30)) + '{"it')
    log = MetricsLog(tmp_path, start_iteration=20)
    log.write(25, {"loss": 0.5})
    log.close()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == [{"iteration": 10}, {"iteration": 20}, {"iteration": 25, "loss": 0.5}]
