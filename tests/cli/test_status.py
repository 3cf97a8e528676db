"""`cdp status`: the on-call's minute."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from cdp_platform.automation.home import open_instance
from cdp_platform.environment import Settings
from cdp_platform.warehouse.duckdb import Connection
from cdp_platform.warehouse.lock import writer_lock
from tests.cli.conftest import Said

KeysOf = Callable[[str, str], list[dict[str, Any]]]
NOW = datetime.now(UTC)
SECRET = "john@example.org"


@pytest.fixture
def good_home(
    settings: Settings, warehouse: Connection, versions: list[str], operations: Callable[[], None]
) -> Settings:
    """Something is published, and nothing is wrong."""
    operations()
    with open_instance(settings) as instance:
        _materialize(instance, passed=True)
    return settings


@pytest.fixture
def bad_home(
    settings: Settings, warehouse: Connection, versions: list[str], operations: Callable[[], None]
) -> Settings:
    """Something of everything is wrong."""
    warehouse.execute(
        "INSERT INTO ops.load_audit (source_system, stream, started_at, high_water) "
        "VALUES ('platform', 'users', $1, $2)",
        [NOW, NOW - timedelta(days=30)],
    )
    warehouse.execute(
        "INSERT INTO ops.landed_file (delivery_id, source_system, stream, file_name, landed_at, status, cause, reason) "
        "VALUES (1, 'netsuite', 'invoice', 'a.csv', $1, 'held', 'drift', 'a.csv: missing column total')",
        [NOW],
    )
    warehouse.execute(
        "INSERT INTO quarantine.rejected_row "
        "(rejection_id, source_system, stream, rule, reason, raw_text, raw_id, first_seen, status) "
        "VALUES ('q', 'stripe', 'charges', 'value', 'Status must be one of a, b', $2, 'r', $1, 'open')",
        [NOW, SECRET],
    )
    warehouse.execute(
        "INSERT INTO ops.publication VALUES ('v4', 'run', $1, $1, false, 'gold/fact: holds failed')", [NOW]
    )
    operations()
    settings.exceptions_file.write_text(f"exception_id,approver,rationale\nE1,,{SECRET}\n")
    with open_instance(settings) as instance:
        _materialize(instance, passed=False)
        _materialize(instance, passed=None)
    return settings


def _materialize(instance: dg.DagsterInstance, *, passed: bool | None) -> None:
    @dg.asset(
        key=["raw", "netsuite__invoice"], check_specs=[dg.AssetCheckSpec("holds", asset=["raw", "netsuite__invoice"])]
    )
    def invoice() -> Any:
        yield dg.MaterializeResult()
        yield dg.AssetCheckResult(passed=bool(passed), description="a held stream's echo")

    @dg.asset(key=["domain", "party"], check_specs=[dg.AssetCheckSpec("holds", asset=["domain", "party"])])
    def party() -> Any:
        if passed is None:
            raise RuntimeError(SECRET)
        yield dg.MaterializeResult()
        yield dg.AssetCheckResult(passed=passed, description="3 rows are off")

    assets = [party] if passed is None else [invoice, party]
    job = dg.define_asset_job("refresh_daily" if passed is not None else "refresh_netsuite")
    definitions = dg.Definitions(assets=assets, jobs=[job])
    definitions.resolve_job_def(job.name).execute_in_process(instance=instance, raise_on_error=False)


def test_all_is_well_is_0_on_one_screen(
    cdp: Callable[..., Said], good_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAGSTER_HOME")
    said = cdp("status")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert re.search(r"readers see v3, the state of \d{4}-\d\d-\d\d \d\d:\d\d$", lines[0].rstrip())
    assert [" ".join(line.split()) for line in lines[1:]] == [
        "Stale nothing",
        "Failing checks nothing",
        "Runs nothing",
        "Webhooks nothing",
        "Held streams nothing",
        "Quarantine nothing",
        "Exceptions nothing",
        "Publish nothing",
        "all is well",
    ]
    assert cdp("status", "--format", "json").out.strip() == "[]"


def test_trouble_is_1_and_every_line_says_what_since_why_and_what_to_run(
    cdp: Callable[..., Said], bad_home: Settings, has_the_keys_of: KeysOf
) -> None:
    said = cdp("status", "--format", "json")
    assert said.code == 1
    rows = has_the_keys_of("status", said.out)
    told = [(row["section"], row["what"], row["is_failing"]) for row in rows if "never" not in row["why"]]
    assert told == [
        ("stale", "platform: users", True),
        ("failing checks", "raw/netsuite__invoice: holds", True),
        ("failing checks", "1 check was not asked", True),
        ("runs", "refresh_netsuite", True),
        ("held streams", "netsuite.invoice", True),
        ("quarantine", "stripe.charges", False),
        ("exceptions", "decisions about who is who", False),
        ("publish", "readers keep v3", True),
    ]
    assert all(row["why"] and row["run"] for row in rows)


def test_the_screen_folds_echoes_and_counts_what_is_to_mend(cdp: Callable[..., Said], bad_home: Settings) -> None:
    said = cdp("status")
    assert said.code == 1
    assert "netsuite.invoice" in said.out
    assert "a held stream's echo" not in said.out
    assert "a held stream's echo" in cdp("status", "--all").out
    assert re.search(r"^\d to mend", said.out.splitlines()[-1])


def test_no_personal_data_is_told(cdp: Callable[..., Said], bad_home: Settings) -> None:
    for arguments in (["status"], ["status", "--all"], ["status", "--format", "json"], ["status", "--format", "csv"]):
        said = cdp(*arguments)
        assert SECRET not in said.out + said.err


def test_a_home_that_was_never_refreshed_says_so_and_stays_empty(cdp: Callable[..., Said], settings: Settings) -> None:
    said = cdp("status")
    assert said.code == 1
    assert "nothing was ever refreshed in this home" in said.out
    assert not settings.home.exists()


def test_decisions_wait_in_a_home_that_was_never_refreshed_too(cdp: Callable[..., Said], settings: Settings) -> None:
    settings.home.mkdir()
    settings.exceptions_file.write_text(f"exception_id,approver,rationale\nE1,,{SECRET}\n")
    said = cdp("status")
    assert said.code == 1
    assert "1 without an approver, not applied: E1" in said.out


HOLDS = """
import sys, time
import duckdb
from cdp_platform.environment import load_settings
settings = load_settings({"CDP_HOME": sys.argv[1]})
with duckdb.connect(str(settings.warehouse_file)) as connection:
    connection.execute("BEGIN; CREATE TABLE busy AS SELECT 1")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_it_answers_while_a_run_is_writing(cdp: Callable[..., Said], good_home: Settings) -> None:
    writer = subprocess.Popen([sys.executable, "-c", HOLDS, str(good_home.home)], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        with writer_lock(good_home.lock_file, "this test"):
            assert cdp("status").code == 0
            assert cdp("quarantine", "list").code == 0
    finally:
        writer.kill()
        writer.communicate()
