"""Somebody else's records: the first Febrl data set, 500 persons and a duplicate of each."""

from tests.accuracy.measure import ours
from tests.accuracy.sample import febrl


def test_the_first_febrl_set_is_resolved() -> None:
    [row] = ours(febrl(1))[0]
    assert (row["records"], row["true_pairs"]) == (1000, 500)
    assert row["precision"] >= 0.995
    assert row["f1"] >= 0.92
    assert row["largest_cluster"] <= 2 * row["largest_entity"]
