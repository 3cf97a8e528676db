"""A small company by hand: domain tables and the crosswalk as CSV files, built into gold by dbt.

Here: filling a scratch warehouse from `inputs/`, running dbt over customer_master and gold. Not here: what must come
out (`expected/`; `python -m tests.dbt.small_company` writes it anew, to be read before it is kept).
"""

import csv
import io
import tempfile
from pathlib import Path

import duckdb

from cdp_platform.assets.manifest import parsed_manifest
from cdp_platform.environment import load_settings
from cdp_platform.landing.upgrade import prepare
from cdp_platform.warehouse.duckdb import open_for_reading
from tests.dbt.deliveries import run_dbt

INPUTS = Path(__file__).parent / "inputs"
EXPECTED = Path(__file__).parent.parent / "expected"
AS_OF = "2026-06-30 12:00:00+00"
IDENTITY = (
    "customer_crosswalk", "customer_id_ledger", "customer_id_alias", "customer_household", "customer_inferred_parent",
)  # fmt: skip
_SOME_DAYS = "day(activity_date) IN (1, 9, 10, 29, 30)"
_THIS_YEAR = "month_start_date >= DATE '2025-12-01'"
# of long tables, the rows that are looked at
LOOKED_AT = {
    "gold.dim_time": "date_day IN ('2012-01-01', '2020-02-29', '2024-12-30', '2026-06-30', '2026-07-01', '2028-06-30')",
    "gold.fact_active_lives": _SOME_DAYS,
    "gold.agg_active_lives_day": _SOME_DAYS,
    "gold.agg_active_lives_segment_day": _SOME_DAYS,
    "gold.agg_health_distribution_day": "day(date_day) IN (7, 14, 21, 30)",
    "gold.agg_turnover_month": _THIS_YEAR,
    "gold.agg_headcount_department_month": _THIS_YEAR,
}
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
    "record_type": (
        "(SELECT min(p.record_type) FROM domain.party_version AS p WHERE p.source_record_id = row.source_record_id)"
    ),
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
            connection.execute(
                f"CREATE TABLE domain.{table} ({', '.join(f'{name} {type}' for name, type in columns.items())})"
            )
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
        f"INSERT INTO {table} BY NAME SELECT {selected} FROM read_csv(?, header = true, all_varchar = true) AS row",
        [str(path)],
    )


def build(file: Path) -> dict[str, str]:
    """Fill the warehouse `file` and build customer_master and gold; the status of every model and test by unique id."""
    fill(file)
    results = run_dbt(file, "build", "--select", "path:seeds", "path:models/customer_master", "path:models/gold")
    return {name: str(result.status) for name, result in results.items()}


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The rows of `schema.table` that are looked at, sorted, as lines of CSV under their header."""
    found = connection.execute(f"SELECT * FROM {table} WHERE {LOOKED_AT.get(table, 'true')} ORDER BY ALL")
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([column[0] for column in found.description])
    writer.writerows(found.fetchall())
    return lines.getvalue().splitlines()


def main() -> None:
    """Write what comes out now to `expected/`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "warehouse.duckdb"
        build(file)
        with open_for_reading(file) as connection:
            for path in EXPECTED.rglob("*.csv"):
                path.write_text("\n".join(rows(connection, f"{path.parent.name}.{path.stem}")) + "\n")


if __name__ == "__main__":
    main()
