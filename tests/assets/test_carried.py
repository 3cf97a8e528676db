"""The ages in a published version are those of the rows that its tables hold, whichever run publishes."""

from datetime import UTC, datetime

import duckdb

from cdp_platform.assets.carried import carried
from cdp_platform.assets.lineage import specs_of
from cdp_platform.assets.publish import published_assets
from cdp_platform.automation.home import open_instance
from cdp_platform.definitions import build
from cdp_platform.environment import Settings
from cdp_platform.serving.reader import open_published

NEWEST = "SELECT source_system || '.' || stream, max(high_water) FROM ops.load_audit GROUP BY 1"


def test_a_company_s_version_says_how_new_its_tables_are(built_company: Settings) -> None:
    with duckdb.connect(str(built_company.warehouse_file), read_only=True) as connection:
        newest = dict(connection.execute(NEWEST).fetchall())
    with open_published(built_company) as connection:
        ages = connection.execute("SELECT table_name, source_system || '.' || stream, newest_record_at FROM table_age")
        rows = ages.fetchall()
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'gold'").fetchall()
    assert {name for (name,) in tables} <= {name for name, *_ in rows}
    assert len(tables) > 20
    assert {(stream, at) for _, stream, at in rows} <= set(newest.items())
    assert {stream for name, stream, _ in rows if name == "fact_employee_events"} >= {"bamboohr.employment_events"}


def test_a_run_that_did_not_build_a_table_does_not_make_it_newer(built_company: Settings) -> None:
    specs = specs_of(build(built_company).assets or ())  # type: ignore[arg-type]
    now = datetime.now(UTC)
    with open_instance(built_company) as instance:
        [daily] = [r for r in instance.get_run_records() if r.dagster_run.job_name == "refresh_daily"]
        inputs = list(carried(instance, specs, published_assets(specs), current=("an hourly run", now)))
    began = datetime.fromtimestamp(daily.start_time or 0, UTC)
    assert len(inputs) > 100
    assert {item.moment for item in inputs} == {began}
    assert began < now
