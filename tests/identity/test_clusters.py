"""What a cluster may not hold, and how one that holds it is split."""

from hashlib import md5

import numpy as np
import polars as pl
import pytest

from cdp_platform.identity.cluster import clustered, grown
from cdp_platform.identity.contradictions import MARK_SCHEMA
from cdp_platform.identity.rules import EDGE_COLUMNS
from tests.identity.parties import BORN, Runs, company, exception, groups, human, one


def test_a_chain_with_two_tax_ids_is_split_at_its_weakest_edge(run: Runs) -> None:
    left = company("crm:account:1", "Acme", tax_id="123456780", website="acme.com", email="ap@acme.com")
    bridge = company("erp:customer:1", "Acme", website="acme.com", email="ap@acme.com", phone="4155550123")
    right = company("shop:store:1", "Acme", tax_id="987654320", phone="4155550123")
    found = run(left, bridge, right)
    assert groups(found) == {one("crm:account:1", "erp:customer:1"), one("shop:store:1")}
    cut = found.match_edge.filter(found.match_edge["status"] == "vetoed").select("record_a", "record_b", "veto").rows()
    assert cut == [("erp:customer:1", "shop:store:1", "tax_id")]


def test_an_initial_does_not_bridge_two_people(run: Runs) -> None:
    initial = human("crm:lead:1", "J. Smith", email="s@x.com")
    john = human("crm:contact:1", "John Smith", email="s@x.com", phone="4155550123")
    other = human("shop:buyer:1", "Jane Smith", email="s@x.com")
    found = run(initial, john, other)
    assert len(groups(found)) == 2
    assert groups(run(initial, john)) == {one("crm:lead:1", "crm:contact:1")}


def test_two_generations_never_share_a_cluster(run: Runs) -> None:
    plain = human("crm:contact:1", "Bob Smith", email="s@x.com", phone="4155550123")
    junior = human("crm:contact:2", "Bob Smith Jr.", email="s@x.com")
    senior = human("crm:contact:3", "Bob Smith Sr.", phone="4155550123")
    assert groups(run(plain, junior, senior)) == {one("crm:contact:1", "crm:contact:2"), one("crm:contact:3")}


def test_birth_dates_are_kept_apart_beyond_the_pair(run: Runs) -> None:
    plain = human("crm:contact:1", "Bob Smith", email="s@x.com", phone="4155550123")
    old = human("crm:contact:2", "Bob Smith", email="s@x.com", birth_date=BORN)
    young = human("crm:contact:3", "Bob Smith", phone="4155550123", birth_date=BORN.replace(year=2004, month=9))
    assert groups(run(plain, old, young)) == {one("crm:contact:1", "crm:contact:2"), one("crm:contact:3")}


def test_what_people_force_licenses_the_difference_it_spans(run: Runs) -> None:
    old = company("crm:account:1", "Acme", tax_id="123456780", website="acme.com")
    new = company("erp:customer:1", "Zenith", tax_id="987654320", website="zenith.com")
    more = company("shop:store:1", "Zenith", website="zenith.com", tax_id="987654320")
    forced = exception("x1", "force_match", "crm:account:1", "erp:customer:1")
    found = run(old, new, more, decided=(forced,))
    assert groups(found) == {one("crm:account:1", "erp:customer:1", "shop:store:1")}


def test_organisations_and_persons_never_meet(run: Runs) -> None:
    same = {"email": "bob@smith.com", "phone": "4155550123", "tax_id": "123456780"}
    found = run(company("crm:account:1", "Bob Smith", **same), human("crm:contact:1", "Bob Smith", **same))
    assert len(groups(found)) == 2


def _word(number: int) -> str:
    """A name that looks like no other."""
    return (
        md5(str(number).encode(), usedforsecurity=False)
        .hexdigest()
        .translate(str.maketrans("0123456789", "ghijklmnop"))
    )


def test_a_snowball_of_a_thousand_names_falls_apart(run: Runs) -> None:
    chain = [
        human(f"crm:contact:{i}", first_name=f"{_word(i)} {_word(i + 1)}", last_name="Smith", email=f"m{i // 2}@gmx.de")
        | {"phone": f"41555{(i + 1) // 2:05}", "device_id": f"d{(i + 1) // 2}"}
        for i in range(1002)
    ]
    found = run(*chain)
    assert set(found.match_edge["veto"]) == {"first_name"}
    assert len(groups(found)) == len(chain)
    assert groups(run(*chain[:3])) == {one("crm:contact:0", "crm:contact:1"), one("crm:contact:2")}


@pytest.mark.parametrize("seed", range(10))
def test_clusters_that_grow_are_those_of_all_edges_at_once(seed: int) -> None:
    """Edges that come last, in chains through records of two tax ids, which are cut at the weakest edge."""
    chance, size = np.random.default_rng(seed), 60
    pairs = np.sort(chance.integers(0, size, (70, 2)).astype(np.uint32), axis=1)
    edges = pl.DataFrame({"a": pairs[:, 0], "b": pairs[:, 1], "confidence": chance.random(70).round(2)})
    edges = edges.filter(pl.col("a") < pl.col("b")).unique(["a", "b"], maintain_order=True)
    edges = edges.with_columns(rule=pl.lit("organization_tax_id"), evidence=pl.lit("tax_id")).select(
        pl.col(name).cast(dtype)
        if name in ("a", "b", "rule", "confidence", "evidence")
        else pl.lit(None, dtype).alias(name)
        for name, dtype in EDGE_COLUMNS.items()
    )
    marks = pl.DataFrame(
        {"row": range(0, size, 4), "kind": "tax_id", "value": [f"{7 * n + 1}23456" for n in range(15)]}
    )
    marks = marks.cast(MARK_SCHEMA)  # type: ignore[arg-type]
    frequency = pl.DataFrame(schema={"word": pl.String, "records": pl.Int64})
    early, late = edges.head(40), edges.tail(len(edges) - 40)
    labels, cut = clustered(size, early, marks, frequency)
    assert cut["veto"].count() > 0
    expected, wanted = clustered(size, pl.concat([cut, late]), marks, frequency)
    found, judged = grown(labels, cut, late, marks, frequency)
    assert found.to_list() == expected.to_list()
    assert judged.sort("a", "b").equals(wanted.sort("a", "b"))
