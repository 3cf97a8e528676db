"""Ids that stay, and the history of those that do not."""

import polars as pl
import pytest

from cdp_platform.identity import ALIAS_SCHEMA, resolve
from cdp_platform.identity.frames import UnusableRecords
from cdp_platform.identity.history import known_ids
from cdp_platform.identity.ids import assigned
from tests.identity.parties import DAY, Runs, company, events, exception, exceptions, frame, groups, human, ids, one

A, B, C, D = "crm:account:1", "erp:customer:1", "shop:store:1", "web:form:1"


def acme(name: str, **values: str) -> dict[str, object]:
    return company(name, "Acme", **{"website": "acme.com", **values})


def zenith(name: str, **values: str) -> dict[str, object]:
    return company(name, "Zenith", **{"website": "zenith.com", **values})


def test_unchanged_records_keep_their_ids_and_make_no_history(run: Runs) -> None:
    records = [acme(A), acme(B), zenith(C), human("crm:contact:1", "Bob Smith")]
    first, again = run(*records), run(*reversed(records))
    assert again.crosswalk.equals(first.crosswalk)
    assert again.ledger.equals(first.ledger)
    assert again.id_history.is_empty()


def test_a_retry_mints_the_same_ids(run: Runs) -> None:
    records = frame([acme(A), acme(B), zenith(C)])  # type: ignore[list-item]
    tries = [
        resolve(records, ledger=run.ledger, exceptions=exceptions(), aliases=run.aliases, as_of=DAY, run_id=run_id)
        for run_id in ("one", "two")
    ]
    assert tries[0].crosswalk.equals(tries[1].crosswalk)
    assert tries[0].crosswalk["customer_id"].str.contains("^cus_[0-9a-f]{16}$").all()


def test_a_new_id_is_created(run: Runs) -> None:
    run(acme(A))
    found = run(acme(A), acme(B), zenith(C))
    assert events(found) == [("create", ids(found)[C], None, "new records")]
    assert found.id_history.select("record_count", "run_id", "as_of").row(0)[:2] == (1, "run 2")


def test_a_merge_retires_the_smaller_and_leaves_an_alias(run: Runs) -> None:
    before = ids(run(acme(A), acme(B), zenith(C, tax_id="123456780")))
    found = run(acme(A, tax_id="123456780"), acme(B), zenith(C, tax_id="123456780"))
    assert set(ids(found).values()) == {before[A]}
    assert events(found) == [
        ("merge", before[A], before[C], "organization_tax_id"),
        ("retire", before[C], before[A], "merged"),
    ]
    assert found.id_alias.row(0)[:2] == (before[C], before[A])


def test_between_equals_the_smaller_id_survives(run: Runs) -> None:
    before = ids(run(acme(A), zenith(C)))
    found = run(acme(A, tax_id="123456780"), zenith(C, tax_id="123456780"))
    assert set(ids(found).values()) == {min(before.values())}


def test_a_split_leaves_the_id_with_most_records(run: Runs) -> None:
    before = ids(run(acme(A), acme(B), acme(C)))
    found = run(acme(A), acme(B), zenith(C))
    after = ids(found)
    assert after[A] == after[B] == before[A] != after[C]
    assert events(found) == [
        ("create", after[C], before[A], "split"),
        ("split", before[A], after[C], "evidence lost"),
    ]


def test_a_split_by_people_names_the_exception(run: Runs) -> None:
    before = ids(run(acme(A), acme(B)))
    found = run(acme(A), acme(B), decided=(exception("x1", "never_match", A, B),))
    assert ("split", before[A], ids(found)[B], "never_match x1") in events(found)


def test_a_split_off_that_would_mint_its_old_id_gets_another(run: Runs) -> None:
    before = ids(run(acme(A), acme(B), acme(C)))
    after = ids(run(zenith(A), acme(B), acme(C)))
    assert after[B] == after[C] == before[A]
    assert after[A] not in before.values()


def test_a_record_moves_between_ids(run: Runs) -> None:
    before = ids(run(acme(A), acme(B), acme(D), zenith(C)))
    found = run(acme(A), acme(B), zenith(D), zenith(C))
    assert events(found) == [("move", before[A], before[C], "organization_domain_name")]
    assert ids(found) == {**before, D: before[C]}


def test_ids_are_merged_by_people(run: Runs) -> None:
    before = ids(run(acme(A), zenith(C)))
    found = run(acme(A), zenith(C), decided=(exception("x1", "force_match", A, C),))
    kept, lost = sorted(before.values())
    assert ("merge", kept, lost, "exception x1") in events(found)


def test_aliases_lead_to_the_survivor_however_long_the_chain(run: Runs) -> None:
    first = ids(run(acme(A), zenith(C), company(D, "Umbra", website="umbra.com")))
    one_tax, all_tax = {"tax_id": "123456780"}, {"tax_id": "987654320"}
    run(acme(A, **one_tax), zenith(C, **one_tax), company(D, "Umbra", website="umbra.com"))
    last = company(D, "Umbra", website="umbra.com", **all_tax)
    found = run(acme(A, **all_tax), zenith(C, **all_tax), last)
    survivor = ids(found)[A]
    aliases = dict(found.id_alias.select("retired_customer_id", "customer_id").iter_rows())
    assert aliases == {customer_id: survivor for customer_id in first.values() if customer_id != survivor}


def test_a_deleted_record_stays_in_the_ledger_and_returns_to_its_id(run: Runs) -> None:
    before = ids(run(acme(A), zenith(C)))
    gone = run(acme(A))
    assert gone.ledger["source_record_id"].to_list() == [A, C]
    assert gone.id_history.is_empty()
    found = run(acme(A), zenith(C))
    assert ids(found) == before
    assert found.id_history.is_empty()


def test_a_deleted_record_follows_its_id_into_a_merge(run: Runs) -> None:
    before = ids(run(acme(A), acme(B), zenith(C), zenith(D)))
    run(acme(A), acme(B), zenith(C))
    found = run(acme(A, tax_id="123456780"), acme(B), zenith(C, tax_id="123456780"))
    assert dict(found.ledger.select("source_record_id", "customer_id").iter_rows()) == dict.fromkeys(before, before[A])


def test_an_id_goes_to_one_cluster_only_the_strongest_claim_first() -> None:
    names = ["a", "b", "c", "d", "e", "f"]
    kind = ["organization"] * 6
    members = pl.DataFrame({"source_record_id": names, "record_type": kind, "cluster": ["a", "a", "a", "d", "d", "f"]})
    owned = ["id1", "id1", "id2", "id1", "id2", "id2"]
    aliases = pl.DataFrame(schema=dict(ALIAS_SCHEMA))
    known = known_ids(pl.DataFrame({"source_record_id": names, "record_type": kind, "customer_id": owned}), aliases)
    none = pl.DataFrame(schema={"cluster": pl.String, "customer_id": pl.String})
    found = assigned(members, known, none, aliases, known.clear())
    claimed = dict(found.filter(pl.col("origin") == "claimed").select("cluster", "customer_id").iter_rows())
    assert claimed == {"a": "id1", "f": "id2"}
    assert found.filter(pl.col("origin") == "minted")["cluster"].to_list() == ["d"]


def test_nothing_at_all_resolves_to_nothing(run: Runs) -> None:
    found = run()
    assert found.crosswalk.is_empty()
    assert found.match_edge.is_empty()
    assert groups(run(acme(A))) == {one(A)}
    assert run().ledger.height == 1


@pytest.mark.parametrize(
    "records", [[acme(A), acme(A)], [{**acme(A), "source_record_id": None}], [{**acme(A), "record_type": "pet"}]]
)
def test_records_that_cannot_be_told_apart_are_refused(run: Runs, records: list[dict[str, object]]) -> None:
    with pytest.raises(UnusableRecords):
        run(*records)
