"""Which connection goes when there are too many."""

import pytest

from stgan_tf.serving.connection_limits import ConnectionLimits
from stgan_tf.serving.metrics import Metrics


class Fake:
    def __init__(self, waiting_since):
        self.waiting_since = waiting_since
        self.aborted = False

    def abort(self):
        self.aborted = True


@pytest.fixture
def make():
    return lambda most, per_address: ConnectionLimits(most, per_address, 30.0, Metrics())


def added(limits, *connections):
    """Whether each may stay; connections are (address, waiting since)."""
    fakes = [Fake(since) for _, since in connections]
    stays = [limits.add(f, host) for f, (host, _) in zip(fakes, connections, strict=True)]
    return stays, [fake.aborted for fake in fakes]


def test_the_longest_waiting_one_of_the_same_address_goes(make):
    stays, aborted = added(make(9, 2), ("::2", 0), ("::1", 5), ("::1", 4), ("::1", 6))
    assert stays == [True] * 4
    # All four are of one /64 network: the two that waited longest have gone.
    assert aborted == [True, False, True, False]


def test_other_addresses_are_left_alone(make):
    stays, aborted = added(
        make(9, 2), ("10.0.0.2", 0), ("10.0.0.1", 5), ("10.0.0.1", 4), ("10.0.0.1", 6)
    )
    assert stays == [True] * 4 and aborted == [False, False, True, False]


def test_none_that_is_worked_for_goes(make):
    stays, aborted = added(make(9, 2), ("1.1.1.1", None), ("1.1.1.1", None), ("1.1.1.1", 1))
    assert stays == [True, True, False] and aborted == [False] * 3


def test_in_all_the_address_with_the_most_connections_pays(make):
    stays, aborted = added(
        make(4, 9), ("1.1.1.1", 0), ("2.2.2.2", 2), ("2.2.2.2", 1), ("3.3.3.3", 0), ("4.4.4.4", 9)
    )
    assert stays == [True] * 5 and aborted == [False, False, True, False, False]


def test_those_that_are_closed_do_not_count(make):
    limits = make(1, 1)
    for _ in range(5):
        fake = Fake(0.0)
        assert limits.add(fake, "1.1.1.1")
        limits.remove(fake)
        assert not fake.aborted


def test_zero_is_no_limit(make):
    stays, aborted = added(make(0, 0), *[("1.1.1.1", None)] * 2000)
    assert all(stays) and not any(aborted)


def test_an_ipv4_address_in_ipv6_counts_as_itself(make):
    stays, aborted = added(make(9, 1), ("::ffff:1.2.3.4", 0), ("::ffff:1.2.3.5", 0), ("1.2.3.4", 1))
    assert stays == [True] * 3 and aborted == [True, False, False]


def test_a_link_local_address_with_its_zone(make):
    assert added(make(9, 1), ("fe80::1%eth0", 0))[0] == [True]
