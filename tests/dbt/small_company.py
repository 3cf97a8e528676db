"""A small company by hand: domain tables and the crosswalk as CSV files, built into gold by dbt.

Here: filling a scratch warehouse from `inputs/`, running dbt over customer_master and gold. Not here: what must come out
(`expected/gold`).
"""

import csv
from pathlib import Path

import duckdb

from cdp_platform.assets.manifest import parsed_manifest
from cdp_platform.environment import load_settings
from cdp_platform.landing.tables import prepare
from tests.dbt.deliveries import run_dbt

INPUTS = Path(__file__).parent / "inputs"
AS_OF = "2026-06-30 12:00:00+00"
IDENTITY = ("customer_crosswalk", "customer_id_ledger", "customer_id_alias")
# what a CSV may leave out because it follows from the columns it has
DERIVED = {
    "source_system": "split_part(source_record_id, ':', 1)",
    "source_object": "split_part(source_record_id, ':', 2)",
    "source_id": "split_part(source_record_id, ':', 3)",
    "raw_id": "source_record_id || coalesce(valid_from::VARCHAR, '')",
    "source_updated_at": "coalesce(valid_from::TIMESTAMPTZ, '2026-06-29 00:00:00+00')",
    "updated_at": "valid_from",
    "created_at": "min(valid_from) OVER (PARTITION BY source_record_id)",
    "is_current": "row_number() OVER (PARTITION BY source_record_id ORDER BY valid_from DESC) = 1",
    "event_date": "occurred_at::DATE",
    "record_type": "(SELECT min(p.record_type) FROM domain.party_version AS p WHERE p.source_record_id = row.source_record_id)",
}


def fill(file: Path) -> None:
    """Create domain and identity tables in the warehouse `file`, in the columns that the domain models declare."""
    manifest = parsed_manifest(load_settings({"CDP_HOME": str(file.parent)}))
    declared = {
        node.name: {column.name: str(column.data_type) for column in node.columns.values()}
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.config.schema == "domain"
    }
    with duckdb.connect(str(file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        prepare(connection)
        connection.execute("INSERT INTO ops.model_run VALUES ('run', ?, ?)", [AS_OF, AS_OF])
        for table, columns in sorted(declared.items(), reverse=True):  # party after party_version
            connection.execute(f"CREATE TABLE domain.{table} ({', '.join(f'{name} {type}' for name, type in columns.items())})")
            if (INPUTS / f"{table}.csv").exists():
                _insert(connection, f"domain.{table}", INPUTS / f"{table}.csv", list(columns))
        connection.execute("INSERT INTO domain.party BY NAME SELECT * EXCLUDE (is_current, is_deleted, valid_from) "
                           "FROM domain.party_version WHERE is_current AND NOT is_deleted")  # fmt: skip
        for table in IDENTITY:
            held = connection.execute(f"SELECT column_name FROM (DESCRIBE customer_master.{table})").fetchall()
            _insert(connection, f"customer_master.{table}", INPUTS / f"{table}.csv", [name for (name,) in held])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, path: Path, columns: list[str]) -> None:
    with path.open() as lines:
        given = next(csv.reader(lines))
    derived = {name: sql for name, sql in DERIVED.items() if name in columns and name not in given}
    if "valid_from" not in given:
        derived = {name: sql.replace("valid_from", "NULL") for name, sql in derived.items()}
    selected = ", ".join([*given, *(f"{sql} AS {name}" for name, sql in derived.items())])
    connection.execute(
        f"INSERT INTO {table} BY NAME SELECT {selected} FROM read_csv(?, header = true, all_varchar = true) AS row", [str(path)]
    )


def build(file: Path) -> dict[str, str]:
    """Fill the warehouse `file` and build customer_master and gold; the status of every model and test by unique id."""
    fill(file)
    results = run_dbt(file, "build", "--select", "path:seeds", "path:models/customer_master", "path:models/gold")
    return {name: str(result.status) for name, result in results.items()}
