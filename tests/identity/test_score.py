"""The accuracy of a crosswalk, by hand."""

import polars as pl
import pytest

from cdp_platform.identity import decided_share, pairwise


def scored(truth: str, found: str) -> dict[str, float]:
    """The score of organisations whose entities and customer ids are one letter each."""
    names = [str(i) for i in range(len(truth))]
    crosswalk = pl.DataFrame({"source_record_id": names, "record_type": "organization", "customer_id": list(found)})
    known = pl.DataFrame({"source_record_id": names, "entity_id": list(truth)})
    return pairwise(crosswalk, known).row(0, named=True)


@pytest.mark.parametrize(
    ("truth", "found", "precision", "recall", "duplicate_rate"),
    [
        ("aaabb", "xxxyy", 1.0, 1.0, 0.0),
        ("aaabb", "xxyzz", 1.0, 0.5, 1 / 3),
        ("aaabb", "xxxxx", 0.4, 1.0, 0.0),
        ("abcde", "vwxyz", 1.0, 1.0, 0.0),
        ("aabb", "xyxy", 0.0, 0.0, 0.5),
    ],
)
def test_pairs_are_counted(truth: str, found: str, precision: float, recall: float, duplicate_rate: float) -> None:
    score = scored(truth, found)
    assert score["precision"] == pytest.approx(precision)
    assert score["recall"] == pytest.approx(recall)
    assert score["duplicate_rate"] == pytest.approx(duplicate_rate)


def test_counts_add_up() -> None:
    score = scored("aaaabb", "xxyyzz")
    assert (score["records"], score["true_entities"], score["customer_ids"]) == (6, 2, 3)
    assert (score["true_pairs"], score["found_pairs"], score["correct_pairs"]) == (7, 3, 3)
    assert (score["missed_pairs"], score["surplus_ids"]) == (4, 1)
    assert score["f1"] == pytest.approx(0.6)


def test_records_without_a_truth_do_not_count() -> None:
    crosswalk = pl.DataFrame({"source_record_id": ["1", "2"], "record_type": "person", "customer_id": "x"})
    truth = pl.DataFrame({"source_record_id": ["1"], "entity_id": ["a"]})
    assert pairwise(crosswalk, truth).row(0, named=True)["records"] == 1


def test_a_pair_is_undecided_if_nothing_decided_it() -> None:
    rows = [
        ("1", "2", "accepted"),
        ("1", "3", "undecided"),
        ("1", "3", "vetoed"),
        ("2", "3", "undecided"),
        ("3", "4", "vetoed"),
    ]
    edges = pl.DataFrame(rows, schema=["record_a", "record_b", "status"], orient="row").with_columns(
        record_type=pl.lit("person")
    )
    found = decided_share(edges).row(0, named=True)
    assert found == {"record_type": "person", "candidate_pairs": 4, "undecided_pairs": 1, "decided_share": 0.75}
