"""An existing warehouse survives an upgrade: migrations run by themselves, once and in order."""

import re

import pytest

from cdp_platform.environment import PROJECT
from cdp_platform.landing import tables, upgrade
from cdp_platform.landing.upgrade import MIGRATIONS, CannotUpgrade, Migration, WarehouseTooNew, prepare, schema_version
from cdp_platform.serving.operations import publish_operations
from cdp_platform.serving.reader import OtherSchema, open_operations
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.duckdb import Connection, scalar, scratch
from tests.landing.shop import Home

SNAPSHOT = PROJECT / "tests" / "snapshots" / "ledgers.txt"
RENAME = Migration(
    "a stopped delivery is held",
    ("UPDATE ops.landed_file SET status = 'held' WHERE status = 'stopped'",),
)


def plant(connection: Connection, *migrations: Migration, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(upgrade, "MIGRATIONS", (*MIGRATIONS, *migrations))
    prepare(connection)


@pytest.fixture
def warehouse() -> Connection:
    with scratch() as connection:
        prepare(connection)
        yield connection  # type: ignore[misc]


def ledgers() -> str:
    schema = f"schema {len(MIGRATIONS)}: {MIGRATIONS[-1].says}"
    return "\n".join([schema, *(f"{name}: {columns}" for name, columns in tables.LEDGERS.items()), ""])


def test_the_ledgers_are_as_reviewed() -> None:
    """After a wanted change: add a Migration, then `python -m tests.landing.test_upgrade` rewrites the snapshot."""
    assert ledgers() == SNAPSHOT.read_text()


def test_a_new_warehouse_has_the_latest_schema(warehouse: Connection) -> None:
    assert schema_version(warehouse) == len(MIGRATIONS)
    prepare(warehouse)
    assert scalar(warehouse, "SELECT count(*) FROM ops.schema_version") == 1


def test_what_is_pending_runs_once_and_in_order(warehouse: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.execute("INSERT INTO ops.landed_file (delivery_id, status) VALUES (1, 'halted'), (2, 'stopped')")
    first = Migration("one word for it", ("UPDATE ops.landed_file SET status = 'stopped' WHERE status = 'halted'",))
    plant(warehouse, first, RENAME, patch=monkeypatch)
    assert scalar(warehouse, "SELECT count(*) FROM ops.landed_file WHERE status = 'held'") == 2
    assert schema_version(warehouse) == len(MIGRATIONS) + 2
    warehouse.execute("UPDATE ops.landed_file SET status = 'stopped'")
    prepare(warehouse)
    assert scalar(warehouse, "SELECT count(*) FROM ops.landed_file WHERE status = 'held'") == 0, "not again"


def test_a_warehouse_from_before_the_numbers(warehouse: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.execute("INSERT INTO ops.landed_file (delivery_id, status) VALUES (1, 'stopped')")
    warehouse.execute("DROP TABLE ops.schema_version")
    assert schema_version(warehouse) == 0
    plant(warehouse, RENAME, patch=monkeypatch)
    assert scalar(warehouse, "SELECT status FROM ops.landed_file") == "held"
    assert schema_version(warehouse) == len(MIGRATIONS) + 1


def test_a_migration_that_breaks_off_is_done_again(warehouse: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.execute("INSERT INTO ops.landed_file (delivery_id, status) VALUES (1, 'stopped')")
    broken = Migration("breaks off", (*RENAME.statements, "SELECT error('power cut')"))
    with pytest.raises(Exception, match="power cut"):
        plant(warehouse, broken, patch=monkeypatch)
    assert schema_version(warehouse) == len(MIGRATIONS)
    plant(warehouse, RENAME, patch=monkeypatch)
    assert schema_version(warehouse) == len(MIGRATIONS) + 1


def test_a_later_version_s_warehouse_is_left_alone(warehouse: Connection) -> None:
    warehouse.execute("UPDATE ops.schema_version SET version = 1000")
    warehouse.execute("DROP TABLE ops.load_audit")
    with pytest.raises(WarehouseTooNew, match=r"schema 1000.*install the version"):
        prepare(warehouse)
    assert scalar(warehouse, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'load_audit'") == 0


def test_a_column_of_another_type_keeps_its_values(warehouse: Connection) -> None:
    warehouse.execute("INSERT INTO ops.load_audit (run_id, files) VALUES ('1', 7)")
    warehouse.execute("ALTER TABLE ops.load_audit ALTER COLUMN files TYPE VARCHAR")
    prepare(warehouse)
    assert warehouse.execute("SELECT files FROM ops.load_audit").fetchall() == [(7,)]


def test_values_that_would_be_lost_stop_the_upgrade(warehouse: Connection) -> None:
    warehouse.execute("ALTER TABLE ops.load_audit ALTER COLUMN files TYPE VARCHAR")
    warehouse.execute("INSERT INTO ops.load_audit (run_id, files) VALUES ('1', 'seven')")
    with pytest.raises(CannotUpgrade, match=r'"load_audit"."files" is VARCHAR .* as BIGINT, and 1 of its') as caught:
        prepare(warehouse)
    assert "seven" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None, "Dagster would tell what they say"
    assert warehouse.execute("SELECT files FROM ops.load_audit").fetchall() == [("seven",)]


def test_values_that_would_be_rounded_stop_it_as_well(warehouse: Connection) -> None:
    warehouse.execute("ALTER TABLE ops.load_audit ALTER COLUMN files TYPE DOUBLE")
    warehouse.execute("INSERT INTO ops.load_audit (run_id, files) VALUES ('1', 1.5), ('2', NULL)")
    with pytest.raises(CannotUpgrade, match="1 of its values"):
        prepare(warehouse)


def test_text_that_was_kept_before_it_was_declared_stays_beside(home: Home) -> None:
    with home.open() as connection:
        prepare(connection)
        connection.execute("ALTER TABLE raw.shop__things ALTER COLUMN pieces TYPE VARCHAR")
        connection.execute("INSERT INTO raw.shop__things (id, pieces) VALUES ('a', '7'), ('b', '007'), ('c', 'many')")
        prepare(connection)
        prepare(connection)
        rows = connection.execute("SELECT id, pieces, pieces__as_text FROM raw.shop__things ORDER BY 1").fetchall()
    assert rows == [("a", 7, "7"), ("b", 7, "007"), ("c", None, "many")]


def test_a_migration_creates_what_it_needs(warehouse: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.execute("INSERT INTO ops.landed_file (delivery_id, reason) VALUES (1, 'drift: x')")
    warehouse.execute("ALTER TABLE ops.landed_file DROP COLUMN cause")
    column = "ALTER TABLE ops.landed_file ADD COLUMN IF NOT EXISTS cause VARCHAR"
    filled = "UPDATE ops.landed_file SET cause = 'drift' WHERE reason LIKE 'drift%' AND cause IS NULL"
    plant(warehouse, Migration("a cause for each", (column, filled)), patch=monkeypatch)
    assert scalar(warehouse, "SELECT cause FROM ops.landed_file") == "drift"


def test_readers_tell_an_old_publication_from_a_new_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = open_warehouse(home.settings)
    publish_operations(warehouse)
    with open_operations(home.settings) as operations:  # type: ignore[union-attr]
        assert schema_version(operations) == len(MIGRATIONS)
    monkeypatch.setattr("cdp_platform.serving.reader.MIGRATIONS", (*MIGRATIONS, RENAME))
    with pytest.raises(OtherSchema, match="cdp refresh"):
        open_operations(home.settings)
    monkeypatch.setattr(upgrade, "MIGRATIONS", (*MIGRATIONS, RENAME))
    publish_operations(warehouse)
    assert open_operations(home.settings) is not None


BY_ORDER = re.compile(r"INSERT INTO (ops|quarantine|customer_master)\.\S+ (VALUES|SELECT)")


def test_no_file_names_a_ledger_by_the_order_of_its_columns() -> None:
    assert BY_ORDER.search('connection.execute("INSERT INTO ops.model_run VALUES (?, ?, ?)", run)')
    files = [path for folder in ("cdp_platform", "asset_checks") for path in (PROJECT / folder).rglob("*.py")]
    assert len(files) > 100
    assert [str(path.relative_to(PROJECT)) for path in files if BY_ORDER.search(path.read_text())] == []


if __name__ == "__main__":
    before = SNAPSHOT.read_text().splitlines()
    if before[1:] != ledgers().splitlines()[1:] and before[0] == ledgers().splitlines()[0]:
        raise SystemExit("a ledger changed: add a Migration in cdp_platform/landing/upgrade.py first")
    SNAPSHOT.write_text(ledgers())
