"""What is gone from a source's database is found on a simulated account as well, where raw is.

Not here: reading the database (`tests/pulling`).
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cdp_platform.landing.load import land_source
from cdp_platform.pulling.gone import deletions, too_many
from cdp_platform.sources.platform import PLATFORM
from cdp_platform.warehouse import open_warehouse
from tests.dialect.lint import findings
from tests.simulated_snowflake.process import account
from tests.support.declared import rows

USERS = PLATFORM.stream("users")
MOMENT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_rows_that_the_database_has_no_longer_become_deletions(tmp_path: Path) -> None:
    with account(tmp_path) as opened:
        settings = opened.home_in(tmp_path / "home")
        warehouse, folder = open_warehouse(settings), settings.landing / "platform" / "users"
        folder.mkdir(parents=True)
        pq.write_table(rows(USERS, 3), folder / "1.parquet")
        [load] = land_source(warehouse, PLATFORM, [USERS], run_id="r", say=lambda _: None)
        assert load.status == "loaded"
        pq.write_table(pa.table({"id": ["key-0", "key-2"]}), tmp_path / "keys.parquet")
        with warehouse.writing("asking") as connection:
            found = [
                row
                for batch in deletions(connection, PLATFORM, USERS, tmp_path / "keys.parquet", MOMENT.isoformat())
                for row in batch.to_pylist()
            ]
            assert too_many(connection, PLATFORM, USERS, gone=1, left=2) is None
            assert "3 rows that were there are gone" in (too_many(connection, PLATFORM, USERS, gone=3, left=0) or "")
        [gone] = found
        assert (gone["id"], gone["email"], gone["updated_at"]) == ("key-1", "text", MOMENT)
        assert gone["_ab_cdc_deleted_at"] == MOMENT
        statements = {json.loads(line) for line in opened.log.read_text().splitlines()}
    said = [f"{finding.what} in: {sql[:300]}" for sql in sorted(statements) for finding in findings(sql)]
    assert said == [], "DuckDB's alone"
