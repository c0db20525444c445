import numpy as np
import pytest

from stgan_tf.attributes import Exclusion, conflicts_of
from stgan_tf.evaluation.attribute_accuracy import AccuracyTally
from stgan_tf.evaluation.directions import Directions

SEASONS = ("autumn", "summer", "winter")


def test_one_attribute_of_two_domains_leads_both_ways():
    directions = Directions(["winter"], ["summer", "winter"])
    assert directions.of("winter", np.array([0])) == "summer to winter"
    assert directions.of("winter", np.array([1])) == "winter to summer"


def test_several_domains_lead_to_the_one_switched_on():
    directions = Directions(SEASONS, SEASONS)
    assert directions.of("winter", np.array([0, 1, 0])) == "summer to winter"
    assert directions.of("autumn", np.array([0, 1, 0])) == "summer to autumn"
    assert directions.of("summer", np.array([0, 1, 0])) is None  # it is there already


@pytest.mark.parametrize("domains", [(*SEASONS, "spring"), (*SEASONS, "spring", "thaw")])
def test_an_image_of_no_edited_domain_is_of_the_only_other(domains):
    direction = Directions(SEASONS, domains).of("winter", np.zeros(3))
    assert direction == ("spring to winter" if len(domains) == 4 else None)


def test_accuracy_is_counted_by_direction():
    """Of two summers one is seen as winter, of three winters all but one as summer."""
    tally = AccuracyTally(["winter"], directions=Directions(["winter"], ["summer", "winter"]))
    tally.add("winter", source=[[0], [0], [1]], predicted=[[1], [0], [0]])
    tally.add("winter", source=[[1], [1]], predicted=[[0], [1]])
    summary = tally.summary()
    assert summary["directions"] == {
        "summer to winter": {"images": 2, "accuracy": 0.5},
        "winter to summer": {"images": 3, "accuracy": pytest.approx(2 / 3)},
    }
    assert summary["mean_accuracy"] == pytest.approx(3 / 5)


def test_of_one_hot_domains_an_image_is_not_led_to_its_own():
    exclusion = Exclusion(conflicts_of(SEASONS, exclusive=True), one_hot=True)
    tally = AccuracyTally(SEASONS, exclusion, Directions(SEASONS, SEASONS))
    summers = [[0, 1, 0], [0, 1, 0]]
    tally.add("winter", summers, [[0, 0, 1], [0, 1, 0]])
    tally.add("summer", summers, summers)
    assert tally.summary()["directions"] == {"summer to winter": {"images": 2, "accuracy": 0.5}}


def test_images_of_domains_that_are_not_edited_are_in_no_direction():
    """Four domains, two of them edited: of an image of the others nothing says where it is from."""
    directions = Directions(["summer", "winter"], [*SEASONS, "spring"])
    tally = AccuracyTally(["summer", "winter"], directions=directions)
    tally.add("winter", source=[[0, 0], [1, 0], [0, 1]], predicted=[[0, 1], [0, 1], [0, 0]])
    assert tally.summary()["directions"] == {"summer to winter": {"images": 1, "accuracy": 1.0}}


def test_attributes_have_no_directions():
    tally = AccuracyTally(["Male"])
    tally.add("Male", [[0]], [[1]])
    assert "directions" not in tally.summary()
