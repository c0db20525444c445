import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.attributes import PAPER_ATTRIBUTES, resolve_conflicts
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.sampling import IterationSampler, balancing_weights


def make_sampler(attributes, names=None, batches=1, batch_size=8, rows=None, **options):
    attributes = np.asarray(attributes, np.uint8)
    names = names or tuple(f"attribute_{i}" for i in range(attributes.shape[1]))
    table = ImageTable(np.array([f"{i}.jpg" for i in range(len(attributes))]), attributes, names)
    defaults = {"seed": 0, "balance": False, "flip": False, "resolve_conflicts": False}
    return IterationSampler(
        table,
        batches_per_iteration=batches,
        batch_size=batch_size,
        rows_per_replica=rows or batch_size,
        **{**defaults, **options},
    )


def stream(sampler, iterations, start=0):
    """The image indices of `iterations` iterations in order."""
    draw = tf.function(lambda iteration: sampler.draw(iteration, tf.constant(0, tf.int64))[0])
    indices = [draw(tf.constant(start + i, tf.int64)).numpy().ravel() for i in range(iterations)]
    return np.concatenate(indices)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 100])
def test_each_image_once_per_pass(count):
    sampler = make_sampler(np.zeros((count, 1)), batches=2, batch_size=5)
    passes = 6
    indices = stream(sampler, -(-passes * count // 10))[: passes * count].reshape(passes, count)
    assert (np.sort(indices, axis=1) == np.arange(count)).all()
    if count > 10:
        assert len({tuple(row) for row in indices}) == passes


def test_passes_are_well_shuffled_and_independent():
    # With fewer rounds of the index cipher the orders of successive passes correlate at 0.69.
    count = 20_000
    sampler = make_sampler(np.zeros((count, 1)), batch_size=count)
    orders = stream(sampler, 6).reshape(6, count).astype(float)
    limit = 4.5 / np.sqrt(count)
    for i in range(6):
        assert abs(np.corrcoef(orders[i], np.arange(count))[0, 1]) < limit
        assert abs(np.corrcoef(orders[i][:-1], orders[i][1:])[0, 1]) < limit
        for j in range(i):
            assert abs(np.corrcoef(orders[i], orders[j])[0, 1]) < limit
    neighbours = np.mean(np.abs(np.diff(orders, axis=1)) == 1) * count
    assert 1.2 < neighbours < 2.8  # 2 are expected


def test_every_position_of_a_small_pass_is_equally_likely():
    # A key that merely counts the passes fails this by far.
    orders = stream(make_sampler(np.zeros((100, 1)), batch_size=100 * 500), 1).reshape(500, 100)
    statistics = [
        ((np.bincount(orders[:, slot], minlength=100) - 5) ** 2 / 5).sum() / 99
        for slot in range(100)
    ]  # chi squared by its expectation
    assert 0.9 < np.mean(statistics) < 1.1 and max(statistics) < 1.8


def test_seeds_differ():
    orders = [stream(make_sampler(np.zeros((50, 1)), seed=seed), 5) for seed in (0, 1, 2**40)]
    assert len({tuple(order) for order in orders}) == 3


def test_corners_are_equally_likely_and_a_function_of_seed_and_iteration():
    """With 3 spare pixels each of 4 rows and each of 4 columns begins a quarter of the crops."""
    zero = tf.constant(0, tf.int64)
    sampler = make_sampler(np.zeros((5, 1)), batches=2, batch_size=4000, spare=3)
    corners = sampler.draw_corners(zero, zero).numpy()
    assert corners.shape == (2, 4000, 2) and corners.dtype == np.int32
    pairs = np.bincount((4 * corners[..., 0] + corners[..., 1]).ravel(), minlength=16)
    assert len(pairs) == 16 and np.abs(pairs - 500).max() < 100  # 4.6 standard deviations
    other = make_sampler(np.zeros((5, 1)), batches=2, batch_size=4000, spare=3, seed=1)
    assert (other.draw_corners(zero, zero).numpy() != corners).any()
    assert (sampler.draw_corners(zero + 1, zero).numpy() != corners).any()
    # A replica's rows are those of the global batch.
    own = make_sampler(np.zeros((5, 1)), batches=2, batch_size=4000, rows=7, spare=3)
    np.testing.assert_array_equal(own.draw_corners(zero, zero + 14), corners[:, 14:21])
    none = make_sampler(np.zeros((5, 1)), batches=2, batch_size=3)
    assert not none.draw_corners(zero, zero).numpy().any()


def test_targets_are_the_shuffled_sources_of_the_sub_batch():
    attributes = np.unpackbits(np.arange(64, dtype=np.uint8)[:, None], axis=1)  # all rows distinct
    sampler = make_sampler(attributes, batches=3, batch_size=16)
    zero = tf.constant(0, tf.int64)
    indices, _ = sampler.draw(zero, zero)
    source, target = (values.numpy() for values in sampler.draw_attributes(zero, zero))
    np.testing.assert_array_equal(source, attributes[indices.numpy()])
    orders = []
    for batch in range(3):
        rows = {tuple(row) for row in source[batch]}
        assert rows == {tuple(row) for row in target[batch]} and len(rows) == 16
        lookup = [tuple(row) for row in source[batch]]
        orders.append(tuple(lookup.index(tuple(row)) for row in target[batch]))
    assert len(set(orders)) == 3 and tuple(range(16)) not in orders


def test_conflict_rule_equals_the_numpy_rule():
    rng = np.random.default_rng(0)
    attributes = rng.integers(0, 2, (64, 13))
    zero = tf.constant(0, tf.int64)
    plain = make_sampler(attributes, PAPER_ATTRIBUTES, batch_size=64)
    source, target = (values.numpy()[0] for values in plain.draw_attributes(zero, zero))
    ruled = make_sampler(attributes, PAPER_ATTRIBUTES, batch_size=64, resolve_conflicts=True)
    same_source, resolved = (values.numpy()[0] for values in ruled.draw_attributes(zero, zero))
    np.testing.assert_array_equal(source, same_source)
    changed = 0
    for before, wanted, after in zip(source, target, resolved, strict=True):
        new = (before == 0) & (wanted == 1)
        on = [name for name, is_new in zip(PAPER_ATTRIBUTES, new, strict=True) if is_new]
        expected = np.where(new, wanted, resolve_conflicts(wanted, PAPER_ATTRIBUTES, on))
        np.testing.assert_array_equal(after, expected)
        changed += (after != wanted).any()
    assert changed > 10


def test_single_edits_change_one_attribute_and_what_it_contradicts():
    attributes = np.random.default_rng(0).integers(0, 2, (64, 13))
    one = tf.constant(1, tf.int64)
    sampler = make_sampler(attributes, PAPER_ATTRIBUTES, 2, batch_size=4096, single_edits=1.0)
    source, target = (values.numpy() for values in sampler.draw_attributes(one, one * 0))
    edited = []
    for before, after in zip(source.reshape(-1, 13), target.reshape(-1, 13), strict=True):
        new = [name for name, now in zip(PAPER_ATTRIBUTES, after > before, strict=True) if now]
        if new:  # what is added, without what it excludes
            (name,) = new
            wanted = before.copy()
            wanted[PAPER_ATTRIBUTES.index(name)] = 1
            np.testing.assert_array_equal(
                after, resolve_conflicts(wanted[None], PAPER_ATTRIBUTES, [name])[0]
            )
            edited.append(PAPER_ATTRIBUTES.index(name))
        else:
            edited.extend(np.flatnonzero(before != after))
    assert len(edited) == len(source.reshape(-1, 13))
    counts = np.bincount(edited, minlength=13)
    assert abs(counts - 8192 / 13).max() < 4.5 * np.sqrt(8192 / 13)


def test_a_share_of_edits_is_single_and_the_others_stay():
    attributes = np.random.default_rng(0).integers(0, 2, (500, 12))
    zero = tf.constant(0, tf.int64)
    plain = make_sampler(attributes, batch_size=2000)
    mixed = make_sampler(attributes, batch_size=2000, single_edits=0.25)
    source, shuffled = (values.numpy()[0] for values in plain.draw_attributes(zero, zero))
    same, target = (values.numpy()[0] for values in mixed.draw_attributes(zero, zero))
    np.testing.assert_array_equal(source, same)
    kept = (target == shuffled).all(axis=1)
    single = np.abs(target - source).sum(axis=1) == 1
    assert (kept | single).all()
    assert abs((single & ~kept).mean() - 0.25) < 0.05
    halves = make_sampler(attributes, batch_size=2000, rows=1000, single_edits=0.25)
    parts = [halves.draw_attributes(zero, tf.constant(row, tf.int64))[1][0] for row in (0, 1000)]
    np.testing.assert_array_equal(np.concatenate(parts), target)


def test_flips_are_half_and_repeatable():
    sampler = make_sampler(np.zeros((1000, 1)), batch_size=4000, flip=True)
    zero, one = tf.constant(0, tf.int64), tf.constant(1, tf.int64)
    first, second = (sampler.draw(i, zero)[1].numpy() for i in (zero, one))
    assert 0.45 < first.mean() < 0.55 and (first != second).any()
    np.testing.assert_array_equal(sampler.draw(zero, zero)[1], first)
    assert not make_sampler(np.zeros((4, 1))).draw(zero, zero)[1].numpy().any()


def test_balancing_weights_worked_values():
    # Shares .25 and .5, the third column never varies: 1/(2f) = 2 or 2/3, 1 or 1, 1.
    attributes = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]], np.uint8)
    weights = balancing_weights(attributes)
    np.testing.assert_allclose(weights, [4 / 3, *[(2 / 3 + 2) / 3] * 3])
    assert weights.mean() == pytest.approx(1)


def test_balance_raises_rare_values():
    rng = np.random.default_rng(0)
    shares = np.array([0.01, 0.03, 0.3, 0.98])
    attributes = (rng.random((5000, 4)) < shares).astype(np.uint8)
    sampler = make_sampler(attributes, batch_size=20_000, balance=True)
    drawn = attributes[stream(sampler, 1)].mean(axis=0)
    weights = balancing_weights(attributes)
    expected = (weights[:, None] * attributes).mean(axis=0)
    np.testing.assert_allclose(drawn, expected, atol=0.015)
    assert drawn[0] > 0.12 and drawn[1] > 0.12 and drawn[3] < 0.88


#: Images 0 and 3 have the first attribute; the second does not matter.
TWO_DOMAINS = [[1, 0], [0, 1], [0, 0], [1, 1], [0, 0], [0, 1], [0, 1]]


def batches_of(sampler, iterations, start=0):
    """(iterations, K, B) image indices."""
    indices = stream(sampler, iterations, start)
    return indices.reshape(iterations, *sampler._shape)


@pytest.mark.parametrize("balance", [False, True])
def test_batches_have_their_required_value(balance):
    sampler = make_sampler(
        TWO_DOMAINS, batches=3, batch_size=4, required_values=(0, 1, 0), balance=balance
    )
    drawn = np.asarray(TWO_DOMAINS)[batches_of(sampler, 20)][..., 0]
    assert (drawn == np.array([0, 1, 0])[:, None]).all()
    zero = tf.constant(0, tf.int64)
    source, target = sampler.draw_attributes(zero, zero)
    np.testing.assert_array_equal(source[..., 0], drawn[0])
    np.testing.assert_array_equal(target[..., 0], drawn[0])


def test_each_image_of_a_required_value_once_per_pass():
    """Five images without the attribute, two with it: batch k's passes are over these alone."""
    sampler = make_sampler(TWO_DOMAINS, batches=3, batch_size=5, required_values=(0, 1, 0))
    drawn = batches_of(sampler, 40)
    passes = drawn[:, 0].reshape(40, 5)
    assert (np.sort(passes, axis=1) == [1, 2, 4, 5, 6]).all()
    assert len({tuple(row) for row in passes}) > 20  # each a fresh shuffle
    assert (drawn[:, 0] != drawn[:, 2]).any()  # of two batches with the same value: not the same
    other = drawn[:, 1].reshape(100, 2)
    assert (np.sort(other, axis=1) == [0, 3]).all()
    assert 25 < (other[:, 0] == 0).sum() < 75


@pytest.mark.parametrize("balance", [False, True])
def test_required_values_are_a_function_of_seed_and_iteration(balance):
    options = {"batches": 2, "batch_size": 3, "required_values": (0, 1), "balance": balance}
    whole = batches_of(make_sampler(TWO_DOMAINS, **options), 12)
    rest = batches_of(make_sampler(TWO_DOMAINS, **options), 5, start=7)
    np.testing.assert_array_equal(whole[7:], rest)
    assert (whole != batches_of(make_sampler(TWO_DOMAINS, seed=1, **options), 12)).any()
    # A replica's rows are those of the global batch.
    sampler = make_sampler(TWO_DOMAINS, rows=1, **options)
    own = sampler.draw(tf.constant(7, tf.int64), tf.constant(2, tf.int64))[0]
    np.testing.assert_array_equal(own, whole[7][:, 2:])


def test_balance_within_a_required_value():
    """Of the images without the first attribute one in a hundred has the second, which weighs it
    more: its share is that of its weight among them.
    """
    attributes = np.zeros((200, 2), np.uint8)
    attributes[100:, 0] = 1
    attributes[0, 1] = 1
    sampler = make_sampler(
        attributes, batches=1, batch_size=20_000, balance=True, required_values=(0,)
    )
    # The first column's share is 1/2: weight 1. The second's is 1/200: 100 for it, else 100/199.
    rare, other = (1 + 100) / 2, (1 + 100 / 199) / 2
    share = (stream(sampler, 1) == 0).mean()
    assert share == pytest.approx(rare / (rare + 99 * other), abs=0.015)


def test_a_required_value_that_no_image_has():
    with pytest.raises(ValueError, match="images with Male = 1 .*Received: 3 images"):
        make_sampler(np.zeros((3, 1)), ("Male",), batches=2, required_values=(0, 1))
    with pytest.raises(ValueError, match=r"each of the 3 batches.*Received: \(0, 1\)"):
        make_sampler(TWO_DOMAINS, batches=3, required_values=(0, 1))
