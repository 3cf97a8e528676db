"""The extract of a source that has a database: it reads, lands, judges, and says what went wrong; by hand as well."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from asset_checks.contract import contract_results
from cdp_platform.accounts import NotAChoice
from cdp_platform.assets import extracts
from cdp_platform.assets.pulling import UnknownDatabase
from cdp_platform.cli import main
from cdp_platform.environment import Settings, TwoWays, load_settings
from cdp_platform.landing import judge
from cdp_platform.landing.current import fate_sql
from cdp_platform.pulling import pull as pulling
from cdp_platform.pulling import sync as syncing
from cdp_platform.pulling.position import PREFIX
from cdp_platform.serving.deliveries import delivery_findings
from cdp_platform.serving.findings import Section
from cdp_platform.serving.run_history import OWN_WORDS
from cdp_platform.simulator import simulate
from cdp_platform.sources.platform import PLATFORM
from cdp_platform.warehouse import open_warehouse
from tests.landing.shop import Home
from tests.pulling.shelf import NOW, PG_TYPE, Shelf


@pytest.fixture
def product(make_shelf: Callable[..., Shelf]) -> Shelf:
    """The product's database, with tables as they are declared."""
    return make_shelf(PLATFORM)


def materialize(settings: Settings) -> dg.ExecuteInProcessResult:
    extract = next(e for e in extracts.build_extracts(settings) if e.op.name == "extract_platform")
    with dg.DagsterInstance.ephemeral() as instance:
        resources = {"warehouse": open_warehouse(settings)}
        return dg.materialize([extract], instance=instance, resources=resources, raise_on_error=False)


def put_users(shelf: Shelf, *ids: str) -> None:
    for id in ids:
        shelf.run(f"INSERT INTO users (id, created_at, updated_at) VALUES ('{id}', {NOW}, {NOW})")


def failure(done: dg.ExecuteInProcessResult) -> str:
    [failed] = [event.step_failure_data for event in done.all_events if event.is_step_failure]
    assert failed.user_failure_data is not None
    return str(failed.user_failure_data.description)


def retries(done: dg.ExecuteInProcessResult) -> int:
    return sum(event.event_type is dg.DagsterEventType.STEP_UP_FOR_RETRY for event in done.all_events)


def test_a_company_read_from_its_database_is_the_company_of_its_files(product: Shelf, tmp_path: Path) -> None:
    files = load_settings({"CDP_HOME": str(tmp_path / "files")})
    simulate(files.landing, files.truth, scale=0.001, seed=1, end=date(2026, 3, 1))
    delivered = Home(files, PLATFORM)
    delivered.land()
    queries = {
        stream: f"SELECT {', '.join(c.raw_name for c in stream.columns)} FROM ({fate_sql(PLATFORM, stream)}) "
        "WHERE fate = 'current' ORDER BY id"
        for stream in PLATFORM.streams
    }
    for stream, current in queries.items():
        with delivered.open() as connection:
            product.fill(stream, connection.sql(current).pl())
    done = materialize(product.home.settings)
    assert done.success
    for current in queries.values():
        assert product.home.ask(current) == delivered.ask(current) != []
    told = [event.materialization.metadata for event in done.get_asset_materialization_events()]
    assert {said["status"].value for said in told if "status" in said} == {"loaded"}


def test_rows_are_judged_like_those_of_a_file(product: Shelf) -> None:
    put_users(product, "u1")
    product.run("INSERT INTO users (id, updated_at) VALUES ('u2', now())")  # created_at is required
    assert materialize(product.home.settings).success
    assert product.home.ask("SELECT rule, reason FROM quarantine.rejected_row") == [
        ("required", "created_at must not be empty")
    ]
    assert product.home.ask("SELECT delivered, raw, status FROM ops.landed_file") == [(2, 2, "validated")]
    product.run("UPDATE users SET created_at = now(), updated_at = now() WHERE id = 'u2'")
    assert materialize(product.home.settings).success
    assert product.home.ask("SELECT status FROM quarantine.rejected_row") == [("resolved",)]
    assert product.current(PLATFORM.stream("users")) == product.table(PLATFORM.stream("users"))


def test_a_table_that_is_not_as_declared_is_told_as_a_check_and_in_status_and_the_others_are_landed(
    product: Shelf, capfd: pytest.CaptureFixture[str]
) -> None:
    product.run("ALTER TABLE organizations DROP COLUMN domain")
    put_users(product, "u1")
    done = materialize(product.home.settings)
    assert done.success
    assert len(product.current(PLATFORM.stream("users"))) == 1
    name = f"platform.organizations: {product.schema}.organizations: missing column domain; models keep"
    assert name in capfd.readouterr().err
    stream = PLATFORM.stream("organizations")

    def told() -> tuple[dict[str, bool], list[tuple[str, str]]]:
        with product.home.open() as connection:
            results = {result.check_name: result for result in contract_results(connection, PLATFORM, stream)}
            found = delivery_findings(connection, product.home.settings.landing, datetime.now(UTC))
            held = [(finding.why, finding.run) for finding in found if finding.section is Section.HELD]
        return {str(name): result.passed for name, result in results.items()}, held

    passed, [(why, run)] = told()
    assert {check for check, holds in passed.items() if not holds} == {"has_declared_columns"}
    assert (why.startswith(name), run) == (True, "cdp refresh platform")
    product.run("ALTER TABLE organizations ADD COLUMN domain text")
    assert materialize(product.home.settings).success
    passed, held = told()
    assert (all(passed.values()), held) == (True, [])


@pytest.mark.parametrize(("address", "tries"), [("host=127.0.0.1 port=1", 3), ("no address", 0)])
def test_what_lies_in_the_landing_zone_is_landed_although_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, tries: int
) -> None:
    monkeypatch.setattr(extracts, "RETRIES", dg.RetryPolicy(max_retries=extracts.RETRIES.max_retries, delay=0.01))
    settings = load_settings({"CDP_HOME": str(tmp_path), "CDP_PLATFORM_POSTGRES": address})
    export = settings.landing / "platform" / "users" / "export.csv"
    export.parent.mkdir(parents=True)
    names = [c.name for c in PLATFORM.stream("users").columns if not c.optional]
    moments = dict.fromkeys(("created_at", "updated_at"), "2026-03-01")
    export.write_text(f"{','.join(names)}\n{','.join(({'id': 'u1'} | moments).get(name, '') for name in names)}\n")
    done = materialize(settings)
    assert retries(done) == tries
    assert "CDP_PLATFORM_POSTGRES" in failure(done)
    [failed] = [event.step_failure_data for event in done.all_events if event.is_step_failure]
    assert failed.error is not None
    assert (failed.error.cause or failed.error).cls_name in OWN_WORDS, (
        "`cdp status` says the sentence, not the kind of error"
    )
    landed = "SELECT file_name, status FROM ops.landed_file"
    with open_warehouse(settings).writing("test") as connection:
        assert connection.execute(landed).fetchall() == [("export.csv", "validated")]


def cdp(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str]:
    monkeypatch.setattr(sys, "argv", ["cdp", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().err


def test_it_can_be_tried_by_hand(
    product: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put_users(product, "u1")
    [database] = product.home.settings.databases
    monkeypatch.setenv("CDP_HOME", str(product.home.settings.home))
    code, said = cdp(monkeypatch, capsys, "pull", "platform")
    assert (code, "cdp: platform is read from no database: set CDP_PLATFORM_POSTGRES" in said) == (2, True)
    monkeypatch.setenv("CDP_PLATFORM_POSTGRES", database.address)
    monkeypatch.setenv("CDP_PLATFORM_POSTGRES_SCHEMA", database.schema)
    code, said = cdp(monkeypatch, capsys, "pull", "platform")
    assert code == 0
    assert "platform.users: 1 rows, all there are" in said
    assert "1 rows and 0 deletes are in the landing zone; `cdp refresh platform` lands them" in said
    product.run("DROP TABLE leave_events")
    code, said = cdp(monkeypatch, capsys, "pull", "platform", "--all")
    assert (code, "no table" in said, "platform.users: 1 rows, all" in said) == (1, True, True)


def test_one_sync_of_a_source_waits_for_another(product: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "PATIENCE", 0.1)
    going_on = pulling._alone(product.home.settings.pulled / "platform.lock", PLATFORM, print)
    with going_on, pytest.raises(pulling.PullFailed, match="another sync has gone on") as failed:
        product.pull()
    assert failed.value.may_pass
    assert product.home.said == ["platform: another sync goes on; waiting for it"]


def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path) -> None:
    home = {"CDP_HOME": str(tmp_path)}
    with pytest.raises(UnknownDatabase, match="CDP_PLATFROM_POSTGRES is set, but no source is called platfrom"):
        extracts.build_extracts(load_settings(home | {"CDP_PLATFROM_POSTGRES": "service=x"}))
    with pytest.raises(NotAChoice, match="CDP_PLATFORM_POSTGRES_DELETES is 'all'; it must be tombstone or compare"):
        load_settings(home | {"CDP_PLATFORM_POSTGRES": "service=x", "CDP_PLATFORM_POSTGRES_DELETES": "all"})
    airbyte = {"CDP_TARGET": "production", "AIRBYTE_WORKSPACE_ID": "w"}
    with pytest.raises(TwoWays, match="both bring platform: unset CDP_PLATFORM_POSTGRES, or list"):
        load_settings(home | airbyte | {"CDP_PLATFORM_POSTGRES": "service=x"})
    shared = load_settings(home | airbyte | {"CDP_PLATFORM_POSTGRES": "service=x", "AIRBYTE_SOURCES": "stripe"})
    assert [database.source for database in shared.databases] == ["platform"]


def test_a_slow_database_keeps_no_other_source_waiting(product: Shelf, tmp_path: Path) -> None:
    without = load_settings({"CDP_HOME": str(tmp_path)})
    pools = {
        extract.op.name: extract.op.pool
        for settings in (without, product.home.settings)
        for extract in extracts.build_extracts(settings)
    }
    assert {name for name, pool in pools.items() if pool is None} == {"extract_platform"}
    assert set(pools.values()) == {None, "duckdb_writer"}


def test_landing_knows_files_of_changes_by_their_name() -> None:
    assert [f"{PREFIX}{kind}-1".startswith(judge.PULLED) for kind in (syncing.CHANGES, syncing.DELETES)] == [True, True]
    assert not f"{PREFIX}{syncing.LIST}-1".startswith(judge.PULLED)


def test_every_type_has_a_table_to_be_tried_on() -> None:
    assert {column.type for stream in PLATFORM.streams for column in stream.columns} <= set(PG_TYPE)
