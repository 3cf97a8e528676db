"""A row of gold is followed to the line of the file it came from, each step with its reason, personal data masked."""

import json
from pathlib import Path

import duckdb
import pytest

from cdp_platform.environment import Settings, load_settings
from cdp_platform.landing.current import fate_sql
from cdp_platform.serving.masking import masked, personal_columns
from cdp_platform.serving.trace import NothingToTrace, Trace, trace
from cdp_platform.warehouse.lock import writer_lock
from tests.serving.traced import ACCOUNT, CUSTOMER, DAY, MANIFEST, START, build, raw_id, stream_of


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("traced"))})
    build(made)
    return made


def _trace(settings: Settings, table: str, key: str, **options: bool | int) -> Trace:
    return trace(settings, table, key, manifest=MANIFEST, **options)  # type: ignore[arg-type]


def _tables(found: Trace) -> list[str]:
    return list(dict.fromkeys(step.table for step in found.steps))


def test_a_record_is_followed_through_every_layer_to_every_version(settings: Settings) -> None:
    found = _trace(settings, "domain.party", ACCOUNT)
    assert _tables(found) == ["domain.party", "staging.stg_salesforce__account", "raw.salesforce__account"]
    raw = [step for step in found.steps if step.layer == "raw"]
    assert [(step.fate, step.file, step.line) for step in raw] == [
        ("held", "salesforce/Account/6.jsonl", 1),
        ("rejected", "salesforce/Account/4.jsonl", 1),
        ("current", "salesforce/Account/3.jsonl", 1),
        ("duplicate", "salesforce/Account/2.jsonl", 1),
        ("superseded", "salesforce/Account/1.jsonl", 1),
    ]
    assert raw[1].why == "Type must be one of a, b (open)"
    assert raw[2].record == raw_id(3, 1)
    assert raw[2].at == START + 3 * DAY


@pytest.mark.parametrize(("system", "table"), [("salesforce", "account"), ("bamboohr", "employees")])
def test_a_records_fates_are_those_of_the_whole_stream(settings: Settings, system: str, table: str) -> None:
    source, stream = stream_of(system, table)
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as connection:
        sql = fate_sql(source, stream, mark_table="ops.model_mark")
        rows = connection.execute(f"SELECT CAST(id AS VARCHAR), _airbyte_raw_id, fate FROM ({sql})").fetchall()
    told = set()
    for key in {key for key, _, _ in rows}:
        steps = _follow(settings, f"{system}:{stream.object}:{key}")
        told |= {(key, step.record, step.fate) for step in steps.steps if step.layer == "raw"}
    assert told == set(rows)
    assert {fate for _, _, fate in rows} >= {"current", "deleted"}


def _follow(settings: Settings, record: str) -> Trace:
    """By way of a row that names the record."""
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("CREATE OR REPLACE TABLE domain.pointer AS SELECT ? AS source_record_id", [record])
    return _trace(settings, "domain.pointer", record)


def test_a_customer_is_told_with_who_was_joined_why_and_who_won(settings: Settings) -> None:
    found = _trace(settings, "dim_customer", "cus_1")
    assert found.steps[0].record == "v2"
    assert found.matches == 2
    members = {step.record: step.why for step in found.steps if step.table.endswith("membership")}
    assert members == {
        ACCOUNT: f"cus_1 by tax_id (0.99); tax_id 0.99 with {CUSTOMER}; "
        "not salesforce:account:A9, for all its name: Two tax ids, more than one slip of the hand apart",
        CUSTOMER: f"cus_1 though the record is gone; tax_id 0.99 with {ACCOUNT}",
    }
    winners = {step.record: step for step in found.steps if step.table.endswith("customer_attribute")}
    assert winners["industry"].why == f"source_priority: {ACCOUNT} before {CUSTOMER}"
    assert winners["industry"].values == {"value": "Software", "runner_up_value": "IT"}
    assert winners["company_name"].values == {"value": "***", "runner_up_value": "***"}
    assert "raw.salesforce__account" in _tables(found)
    assert f"{CUSTOMER}: no layer has this record any more" in found.notes


def test_a_retired_id_leads_to_the_one_that_stands_for_it(settings: Settings) -> None:
    found = _trace(settings, "dim_customer", "customer_id=cus_0")
    assert "cus_0 was retired on 2026-11-03; cus_1 stands for it" in found.notes
    assert ACCOUNT in {step.record for step in found.steps}


def test_a_fact_leads_to_its_record_and_its_party(settings: Settings) -> None:
    found = _trace(settings, "fact_revenue", "billed:netsuite:invoice_line:1")
    assert _tables(found)[0] == "gold.fact_revenue"
    assert "customer_master.int_customer__membership" in _tables(found)
    assert "raw.salesforce__account" in _tables(found)


def test_active_lives_are_told_by_the_events_of_ninety_days(settings: Settings) -> None:
    found = _trace(settings, "fact_active_lives", "cus_1,2026-11-01")
    assert [step.record for step in found.steps if step.why == "counted in it"] == [
        "platform:leave_event:0",
        "platform:leave_event:40",
        "platform:leave_event:80",
    ]
    assert found.steps[1].file == "salesforce/account/3.jsonl"
    assert found.steps[1].line == 2
    assert "3 rows of domain.leave_event counted" in found.notes


def test_an_aggregate_is_told_by_the_facts_of_its_words_and_its_month(settings: Settings) -> None:
    found = _trace(settings, "agg_revenue_segment_month", "revenue_type=billed,month_start_date=2026-11-01", limit=2)
    counted = [step.record for step in found.steps if step.why == "counted in it"]
    assert counted == ["billed:netsuite:invoice_line:1", "billed:netsuite:invoice_line:2"]
    assert "3 rows of gold.fact_revenue counted, 2 shown" in found.notes


def test_what_is_only_computed_says_so(settings: Settings) -> None:
    assert _trace(settings, "dim_time", "2026-11-01").notes == [
        "gold.dim_time is computed, not delivered: `cdp where dim_time` names what it is built from"
    ]
    assert "unknown member" in _trace(settings, "dim_customer", "unknown").notes[0]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("dim_customer", "cus_1"),
        ("fact_revenue", "billed:netsuite:invoice_line:1"),
        ("domain.party", ACCOUNT),
        ("customer_master.match_edge", ACCOUNT),
        ("customer_attribute", "cus_1"),
    ],
)
def test_personal_data_is_masked_unless_asked_for(settings: Settings, table: str, key: str) -> None:
    safe = json.dumps([dict(step.values) for step in _trace(settings, table, key).steps], default=str)
    open_ = json.dumps([dict(step.values) for step in _trace(settings, table, key, unmasked=True).steps], default=str)
    assert "Secret" not in safe
    assert "DE123" not in safe
    assert "Secret" in open_


def test_who_may_not_see_a_value_may_not_ask_for_it(settings: Settings) -> None:
    with pytest.raises(NothingToTrace):
        _trace(settings, "dim_customer", "Secret A1")
    assert _trace(settings, "dim_customer", "Secret A1", unmasked=True).steps[0].record == "v2"


def test_what_nobody_declared_is_masked() -> None:
    personal = personal_columns(MANIFEST)
    assert masked("raw.salesforce__account", {"industry": "IT", "new__c": "x"}, personal) == {
        "industry": "IT",
        "new__c": "***",
    }
    assert masked("gold.taken_away", {"name": "x", "amount": 1}, personal) == {"name": "***", "amount": 1}


@pytest.mark.parametrize(
    ("table", "key", "said"),
    [
        ("nope", "1", "there is no table 'nope' to trace; gold has: agg_revenue_segment_month, dim_customer"),
        ("raw.salesforce__account", "A1", "there is no table"),
        ("fact_revenue", "nope", "give a value of revenue_id, customer_id"),
        ("fact_revenue", "transaction_date=not-a-date", "has no row"),
        ("fact_revenue", "", "has no row"),
    ],
)
def test_a_row_that_is_not_there_is_one_sentence_with_the_remedy(
    settings: Settings, table: str, key: str, said: str
) -> None:
    with pytest.raises(NothingToTrace) as missing:
        _trace(settings, table, key)
    assert said in str(missing.value)
    assert "\n" not in str(missing.value)


def test_an_empty_home_says_what_to_do_and_stays_empty(tmp_path: Path) -> None:
    with pytest.raises(NothingToTrace, match="cdp refresh"):
        _trace(load_settings({"CDP_HOME": str(tmp_path / "home")}), "fact_revenue", "1")
    assert not (tmp_path / "home").exists()


def test_a_trace_takes_the_writers_lock_and_changes_nothing(settings: Settings) -> None:
    before = settings.warehouse_file.stat().st_mtime_ns
    with writer_lock(settings.lock_file, "this test"):
        pass
    _trace(settings, "dim_customer", "cus_1")
    assert settings.warehouse_file.stat().st_mtime_ns == before
