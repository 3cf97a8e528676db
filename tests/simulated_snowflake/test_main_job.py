"""The main job on simulated Snowflake, two days running, held against DuckDB's row for row.

One landing zone, two installations that read it. What this cannot show is in docs/decisions/0030.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import pytest

from cdp_platform.assets.manifest import manifest_file
from cdp_platform.environment import Settings
from cdp_platform.serving.operations import operations_file
from cdp_platform.warehouse import as_it_stands, open_warehouse
from cdp_platform.warehouse.duckdb import open_for_reading
from tests.conftest import TwoDays as CompanyOfTwoDays
from tests.dialect.lint import findings
from tests.simulated_snowflake.days import Day, refreshed
from tests.simulated_snowflake.parity import differences
from tests.simulated_snowflake.process import Account, account


@dataclass(frozen=True)
class TwoDays:
    """A company on both engines after its second day."""

    account: Account
    here: Settings
    there: Settings
    first: Day
    second: Day

    @property
    def statements(self) -> list[str]:
        """Everything that the account was asked, in order."""
        return [json.loads(line) for line in self.account.log.read_text().splitlines()]


@pytest.fixture(scope="module")
def two_days(company_of_two_days: CompanyOfTwoDays, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoDays]:
    """DuckDB's two days are those that other tests share."""
    folder = tmp_path_factory.mktemp("snowflake")
    with account(folder) as opened:
        company = company_of_two_days
        early, late = (opened.home_in(folder / "there", landing=day.landing) for day in (company.first, company.second))
        first = refreshed(early, company.first, company.end - timedelta(days=1))
        second = refreshed(late, company.second, company.end)
        yield TwoDays(opened, company.second, late, first, second)


def test_both_days_are_green(two_days: TwoDays) -> None:
    assert two_days.first.failures == []
    assert two_days.first.failed == []
    assert two_days.second.failures == []
    assert two_days.second.failed == []
    assert min(two_days.first.passed, two_days.second.passed) > 450


def test_every_relation_equals_duckdbs_after_the_first_day(two_days: TwoDays) -> None:
    assert two_days.first.differences == []


def test_every_relation_equals_duckdbs_after_a_day_of_changes(two_days: TwoDays) -> None:
    assert two_days.second.differences == []


def test_readers_see_the_second_day_and_the_first_lies_beside(two_days: TwoDays) -> None:
    with open_warehouse(two_days.there).writing("looking") as connection:
        seen, built, before = (
            as_it_stands(connection, f"SELECT count(*), max(transaction_date) FROM {schema}.fact_revenue")
            for schema in ("PUBLISHED", "GOLD", "PUBLISHED_BESIDE")
        )
    assert seen == built
    assert before != seen


def test_the_operational_tables_are_on_this_host(two_days: TwoDays) -> None:
    with closing(open_for_reading(operations_file(two_days.there))) as connection:
        audited = connection.execute("SELECT count(DISTINCT run_id) FROM ops.ops.load_audit").fetchall()
    assert audited == [(10,)], "two runs of each source"


def test_rows_come_and_go_in_bulk(two_days: TwoDays) -> None:
    loads = [sql for sql in two_days.statements if sql.startswith("COPY INTO LOADING.")]
    assert any("CUSTOMER_CROSSWALK" in sql for sql in loads)
    assert any("CDP_ROWS" in sql for sql in loads)
    pulled = [
        sql for sql in two_days.statements if sql.startswith("SELECT * FROM customer_master.int_customer__record")
    ]
    assert len(pulled) == 2, "the identity step reads its records once a run"


def test_every_model_says_which_asset_and_run_it_was_for(two_days: TwoDays) -> None:
    tags = [sql for sql in two_days.statements if sql.lower().startswith("alter session set query_tag")]
    said = [json.loads(sql.split("'")[1]) for sql in tags]
    assert all(len(tag["run"]) == 36 for tag in said)
    assert {"gold.fact_revenue", "customer_master.customer_golden_record"} <= {tag["asset"] for tag in said}


def test_nothing_that_is_compiled_is_duckdb_only(two_days: TwoDays) -> None:
    compiled = two_days.there.dbt_target_path / "compiled"
    files = sorted(compiled.rglob("*.sql"))
    nodes = json.loads(manifest_file(two_days.there).read_text())["nodes"].values()
    assert len(files) == len([node for node in nodes if node["resource_type"] in ("model", "test")])
    found = [
        f"{file.relative_to(compiled)}:{finding.line}: {finding.what}"
        for file in files
        for finding in findings(file.read_text())
    ]
    assert found == []


def test_nothing_that_is_sent_is_duckdb_only(two_days: TwoDays) -> None:
    """Macros that run statements of their own, the adapter's, and the platform's own translated SQL."""
    own = {sql for sql in two_days.statements if '"node_id": "' not in sql}
    found = [f"{finding.what} in: {sql[:300]}" for sql in sorted(own) for finding in findings(sql)]
    assert found == []


def test_the_difference_names_both_values(two_days: TwoDays) -> None:
    """A value that is changed on one side only is printed, with the other's."""
    with open_warehouse(two_days.there).writing("damaging") as connection:
        connection.execute("UPDATE gold.dim_product SET product_name = 'Another' WHERE product_name IS NOT NULL")
    [said] = differences(two_days.here, two_days.there, only="gold.dim_product")
    assert said.startswith("gold.dim_product: ")
    assert "product_name: " in said
    assert "'Another' on Snowflake" in said
