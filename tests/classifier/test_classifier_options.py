import pytest

from stgan_tf.classifier.options import ClassifierOptions
from stgan_tf.options import ConfigError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("patience", -1),
        ("num_iterations", 0),
        ("batch_size", 0),
        ("width", 0),
        ("hidden_units", 0),
        ("validate_every", 0),
        ("learning_rate", 0.0),
    ],
)
def test_what_cannot_work_names_its_flag(name, value):
    with pytest.raises(ConfigError, match=f"--{name}: must be .*Received: {value}"):
        ClassifierOptions(**{name: value})


def test_the_least_that_works():
    ClassifierOptions(num_iterations=1, batch_size=1, width=1, hidden_units=1, patience=0)
