"""Rows that Airbyte has written into a simulated account are judged there, as on DuckDB.

Not here: syncing (`tests/simulated_airbyte`).
"""

import json
from pathlib import Path

from asset_checks.accounting import stream_results
from asset_checks.airbyte import rows_result
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.synced import Synced, last_judged, take_sync
from cdp_platform.sources.bamboohr import BAMBOOHR
from cdp_platform.sources.stripe import STRIPE
from cdp_platform.warehouse import open_warehouse
from tests.dialect.lint import findings
from tests.simulated_airbyte.destination import Destination, Rows
from tests.simulated_airbyte.records import customer, employee, invoice
from tests.simulated_snowflake.process import account

INVOICES = STRIPE.stream("invoices")
EMPLOYEES = BAMBOOHR.stream("employees")


def test_syncs_are_judged_on_the_account(tmp_path: Path) -> None:
    with account(tmp_path) as opened:
        settings = opened.home_in(tmp_path / "home")
        destination, warehouse = Destination(settings), open_warehouse(settings)

        def bring(source: object, job: int, rows: Rows) -> list[str]:
            destination(source, job, rows)
            synced = Synced(job, sum(map(len, rows.values())))
            loads = take_sync(warehouse, source, synced, run_id="r", say=lambda _: None)
            return [load.status for load in loads if load.status != "unchanged"]

        bad = [invoice(2, currency=None), invoice(3, total=None, _changes=["Total"])]
        assert bring(STRIPE, 1, {"customers": [customer(1)], "invoices": [invoice(1), *bad]}) == ["loaded", "loaded"]
        assert bring(STRIPE, 2, {"invoices": [invoice(2)]}) == ["loaded"]
        assert last_judged(warehouse, STRIPE)[0] == 2
        wrong = [customer(number, balance=None, _changes=["balance"]) for number in range(20)]
        assert bring(STRIPE, 3, {"customers": wrong}) == ["held"]
        lists = ([employee(1), employee(2)], [employee(2)])
        assert [bring(BAMBOOHR, job, {"employees": rows}) for job, rows in enumerate(lists, 4)] == [["loaded"]] * 2
        assert bring(BAMBOOHR, 6, {}) == ["held"]
        assert bring(BAMBOOHR, 7, {"employees": [employee(2)]}) == ["loaded"]
        with warehouse.writing("asking") as connection:
            rejected = connection.execute(
                "SELECT rule, row_number, status FROM quarantine.rejected_row WHERE stream = 'invoices' ORDER BY rule"
            ).fetchall()
            assert rejected == [("required", None, "resolved"), ("unreadable_value", None, "open")]
            fates = connection.execute(f"SELECT id, fate FROM ({fate_sql(BAMBOOHR, EMPLOYEES)}) ORDER BY id, fate")
            assert set(fates.fetchall()) == {("1", "deleted"), ("2", "current"), ("2", "duplicate")}
            for source, stream in ((STRIPE, INVOICES), (BAMBOOHR, EMPLOYEES)):
                results = [*stream_results(connection, source, stream), rows_result(connection, source)]
                assert [result.description for result in results if not result.passed] == []
        statements = {json.loads(line) for line in opened.log.read_text().splitlines()}
    said = [f"{finding.what} in: {sql[:300]}" for sql in sorted(statements) for finding in findings(sql)]
    assert said == [], "DuckDB's alone"
