"""`cdp identity preview` and `undo`: what would change, and ending a decision; the warehouse is only read."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from cdp_platform.assets.exceptions_file import read_exceptions
from cdp_platform.assets.identity import write
from cdp_platform.environment import Settings
from cdp_platform.identity import ALIAS_SCHEMA, EXCEPTION_SCHEMA, LEDGER_SCHEMA, resolve
from cdp_platform.identity.frames import empty
from cdp_platform.identity.model import shipped
from cdp_platform.landing.upgrade import prepare
from cdp_platform.warehouse.duckdb import Connection
from tests.cli.conftest import Said
from tests.identity.parties import DAY, company, exceptions, frame

HEADER = ",".join(EXCEPTION_SCHEMA)
ONE, TWO, THREE = "crm:account:1", "erp:customer:2", "erp:customer:3"
FORCED = "x1,force_match,crm,account:1,erp,customer:3,,ann,bea,,,"
SPLIT = "x2,never_match,crm,account:1,erp,customer:2,,ann,bea,,,"


@pytest.fixture
def ids(settings: Settings, warehouse: Connection) -> dict[str, str]:
    """Acme with two records and Zenith with one, resolved into the home's warehouse, with revenue."""
    acme = {"website": "acme.com"}
    records = frame([company(ONE, "Acme", **acme), company(TWO, "Acme", **acme), company(THREE, "Zenith")])
    found = resolve(
        records,
        ledger=empty(LEDGER_SCHEMA),
        aliases=empty(ALIAS_SCHEMA),
        exceptions=exceptions(),
        as_of=DAY,
        run_id="r",
    )
    write(warehouse, found, exceptions(), {})
    warehouse.register("records", records.to_arrow())
    warehouse.execute("CREATE TABLE customer_master.int_customer__record AS FROM records")
    warehouse.execute(
        "CREATE TABLE gold.fact_revenue AS SELECT * FROM (VALUES (?, 'billed', 10.50), (?, 'billed', 7.25), "
        "(?, 'booked', 99.00), (?, 'billed', 3.00), (NULL, 'billed', 5.00)) "
        "AS t (party_source_record_id, revenue_type, reporting_amount)",
        [ONE, THREE, THREE, THREE],
    )
    warehouse.close()
    return dict(found.crosswalk.select("source_record_id", "customer_id").iter_rows())


def decide(settings: Settings, *rows: str) -> None:
    settings.exceptions_file.write_text("\n".join([HEADER, *rows]) + "\n")


def test_nothing_would_change(cdp: Callable[..., Said], ids: dict[str, str], settings: Settings) -> None:
    before = hashlib.sha256(settings.warehouse_file.read_bytes()).hexdigest()
    assert cdp("identity", "preview").out == "nothing would change\n"
    assert json.loads(cdp("identity", "preview", "--format", "json").out)["changes"] == []
    assert hashlib.sha256(settings.warehouse_file.read_bytes()).hexdigest() == before


def test_a_warehouse_from_before_ids_were_remembered(
    cdp: Callable[..., Said], ids: dict[str, str], settings: Settings
) -> None:
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        for column in ("since_change", "is_provisional", "earlier"):
            connection.execute(f"ALTER TABLE customer_master.customer_id_ledger DROP COLUMN {column}")
        connection.execute("ALTER TABLE customer_master.customer_id_alias DROP COLUMN successor_customer_id")
    assert cdp("identity", "preview").out == "nothing would change\n"
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("UPDATE ops.schema_version SET version = 2")
        prepare(connection)
        counts = "SELECT count(*), count(earlier) FROM customer_master.customer_id_ledger"
        assert connection.execute(counts).fetchall() == [(3, 0)]
    assert cdp("identity", "preview").out == "nothing would change\n"


def test_a_merge_is_told_with_its_revenue(cdp: Callable[..., Said], ids: dict[str, str], settings: Settings) -> None:
    before = settings.warehouse_file.read_bytes()
    decide(settings, FORCED)
    told = json.loads(cdp("identity", "preview", "--format", "json").out)
    change = {"customer_id": ids[THREE], "change": "merge", "becomes": ids[ONE], "records": 1, "revenue": 10.25}
    assert told == {
        "clusters_touched": 2, "merged": 1, "split": 0, "created": 0, "retired": 1,
        "records_moved": 1, "revenue_moved": 10.25, "changes": [change | {"cause": "exception x1"}],
        "rules": [{"rule": "exception", "gained": 1, "lost": 0}],
    }  # fmt: skip
    shown = cdp("identity", "preview").out
    assert "the biggest of 1 changes" in shown
    assert "exception x1" in shown
    assert cdp("identity", "preview", "--format", "csv").out.splitlines()[0] == ",".join(told["changes"][0])
    assert settings.warehouse_file.read_bytes() == before


def test_a_split_is_told_from_a_file_that_is_only_proposed(
    cdp: Callable[..., Said], ids: dict[str, str], tmp_path: Path
) -> None:
    proposed = tmp_path / "proposed.csv"
    proposed.write_text(f"{HEADER}\n{SPLIT}\n")
    told = json.loads(cdp("identity", "preview", "--exceptions", str(proposed), "--format", "json").out)
    assert (told["split"], told["created"], told["records_moved"], told["clusters_touched"]) == (1, 1, 1, 1)
    assert [(row["change"], row["cause"]) for row in told["changes"]] == [("split", "never_match x2")]
    assert told["rules"] == [{"rule": "organization_domain_name", "gained": 0, "lost": 1}]


def test_models_that_accept_less_are_told(cdp: Callable[..., Said], ids: dict[str, str], tmp_path: Path) -> None:
    model = shipped("organization")
    file = tmp_path / "organization.json"
    file.write_text(model.to_json())
    assert cdp("identity", "preview", "--models", str(tmp_path)).out == "nothing would change\n"
    facts = json.loads(model.to_json())
    facts["accept"] = dict.fromkeys(facts["accept"], 1000.0)
    file.write_text(json.dumps(facts))
    told = json.loads(cdp("identity", "preview", "--models", str(tmp_path), "--format", "json").out)
    assert told["split"] == 1
    assert told["rules"] == [{"rule": "organization_domain_name", "gained": 0, "lost": 1}]


def test_what_cannot_be_previewed_is_one_sentence(
    cdp: Callable[..., Said], settings: Settings, warehouse: Connection, tmp_path: Path
) -> None:
    warehouse.close()
    for words, said in {
        (): "customers were never resolved in this home",
        ("--models", str(tmp_path)): "has no organization.json and no person.json",
    }.items():
        told = cdp("identity", "preview", *words)
        assert (told.code, said in told.err, "Traceback" in told.err) == (2, True, False), told.err
    (tmp_path / "person.json").write_text('{"matches": 1}')
    told = cdp("identity", "preview", "--models", str(tmp_path))
    assert told.code == 2
    assert "person.json is no model as `cdp identity train` writes it" in told.err
    settings.warehouse_file.unlink()
    told = cdp("identity", "preview")
    assert (told.code, "nothing has been refreshed in" in told.err) == (2, True)
    decide(settings, "x1,marry,crm,1")
    assert cdp("identity", "preview").code == 2


def test_a_conflicting_proposal_is_refused(cdp: Callable[..., Said], ids: dict[str, str], settings: Settings) -> None:
    decide(settings, FORCED, FORCED.replace("x1,force", "x3,never"))
    told = cdp("identity", "preview")
    assert told.code == 2
    assert "exceptions x1, x3: never_match forbids" in told.err


def test_undo_ends_the_decision_and_says_what_is_next(cdp: Callable[..., Said], settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    decide(settings, FORCED, SPLIT)
    told = cdp("identity", "undo", "x1", "--rationale", "no longer so")
    assert told.code == 0
    assert "`cdp identity preview`" in told.err
    assert "`cdp refresh`" in told.err
    read = read_exceptions(settings.exceptions_file)
    assert read.select("valid_to", "rationale").rows() == [
        (datetime.now(UTC).date(), "ended: no longer so"), (None, None)
    ]  # fmt: skip
    again = cdp("identity", "undo", "x1")
    assert (again.code, "exception x1 has ended already" in again.err) == (2, True)
    unknown = cdp("identity", "undo", "x7")
    assert (unknown.code, "has no exception x7; there are: x1, x2" in unknown.err) == (2, True)
    assert "Traceback" not in again.err + unknown.err
