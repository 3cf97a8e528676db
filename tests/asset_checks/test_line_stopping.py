"""Damage to customer master or gold between two steps never reaches readers, and the reason is on record.

Here: runs of the real graph on a built company, as small as their story allows. Not here: what the gate asks for
(`assets/test_gate`), that every check sees its damage (`test_proofs`).
"""

import threading
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.assets.job.asset_job import IMPLICIT_ASSET_JOB_NAME

from asset_checks.customer_master import master_specs
from asset_checks.reconciliation import GOLD_RULES
from cdp_platform.assets.identity import TABLES
from cdp_platform.assets.turn import RELEASE
from cdp_platform.automation.home import open_instance
from cdp_platform.automation.jobs import checks_of
from cdp_platform.automation.refresh import QUIET
from cdp_platform.definitions import build
from cdp_platform.environment import Settings
from cdp_platform.identity import EXCEPTION_SCHEMA
from cdp_platform.serving.publish import versions
from cdp_platform.serving.reader import open_operations, open_published
from cdp_platform.warehouse import Workload
from cdp_platform.warehouse.duckdb import Connection, DuckDBWarehouse, open_for_reading

REVENUE = dg.AssetKey(["gold", "fact_revenue"])
IDENTITY = [dg.AssetKey(["customer_master", table]) for table in TABLES]
OF_REVENUE = {rule.check.key for rule in GOLD_RULES if rule.check.asset_key == REVENUE}
OF_IDENTITY = {check.key for check in master_specs() if check.asset_key in IDENTITY}


class Damaging(DuckDBWarehouse):
    """A warehouse in which something breaks just before a step writes or looks: SQL by the step's purpose."""

    def __init__(self, settings: Settings, damage: dict[str, str]) -> None:
        super().__init__(settings)
        self.damage = damage

    @contextmanager
    def writing(
        self, purpose: str, *, say: Callable[[str], None] | None = None, workload: Workload = Workload.BUILD
    ) -> Iterator[Connection]:
        with super().writing(purpose, say=say, workload=workload) as connection:
            if purpose in self.damage:
                connection.execute(self.damage[purpose]).fetchall()
            yield connection


class Line:
    """Runs parts of the daily job on one home, and says what readers and the on-call see of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def run(
        self,
        *assets: dg.AssetKey,
        job: str = "refresh_daily",
        checks: AbstractSet[dg.AssetCheckKey] | None = None,
        **damage: str,
    ) -> bool:
        """Whether the run ended well. `checks`: by default all that look at what is rebuilt; `damage`: by purpose."""
        by_purpose = {purpose.replace("_", " "): sql for purpose, sql in damage.items()}
        defs = build(self.settings, warehouse=Damaging(self.settings, by_purpose))
        asked = checks_of(defs.resolve_asset_graph(), assets) if checks is None else checks
        part = defs.resolve_job_def(job).get_subset(asset_selection=set(assets), asset_check_selection=asked)
        with open_instance(self.settings) as instance:
            return part.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False).success

    def versions(self) -> int:
        """How many there are."""
        return len(versions(self.settings))

    def offending_rows(self, name: str) -> list[str]:
        """The rows that the last answer of a failed check on revenue names."""
        with open_instance(self.settings) as instance:
            key = dg.AssetCheckKey(REVENUE, name)
            [record] = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
        assert record.event is not None
        assert record.event.asset_check_evaluation is not None
        return str(record.event.asset_check_evaluation.metadata["offending_rows"].value).split(", ")

    def built_by(self) -> str:
        """The run that began the models last, as the published ledger has it."""
        operations = open_operations(self.settings)
        assert operations is not None
        with operations:
            return str(operations.execute("SELECT run_id FROM ops.model_run").fetchall()[0][0])

    def withheld(self) -> str | None:
        """Why the last attempt to publish was refused, as the published ledger has it; None: it was not."""
        operations = open_operations(self.settings)
        assert operations is not None
        with operations:
            last = "SELECT reason FROM ops.publication ORDER BY published_at DESC LIMIT 1"
            return str(reason) if (reason := operations.execute(last).fetchall()[0][0]) is not None else None


class Reader(threading.Thread):
    """Asks the published data again and again, and keeps every different answer."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings, self.ends = settings, threading.Event()
        self.answers: list[Any] = []
        self.questions = 0

    def run(self) -> None:
        """Until told to end."""
        while not self.ends.wait(0.01):
            with open_published(self.settings) as connection:
                answer = connection.execute("SELECT count(*), sum(amount) FROM gold.fact_revenue").fetchall()
            self.questions += 1
            if answer not in self.answers:
                self.answers.append(answer)

    def __enter__(self) -> "Reader":
        self.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.ends.set()
        self.join()


@pytest.fixture
def line(company: Settings) -> Line:
    return Line(company)


def cents(number: int) -> str:
    """Damage to one line of revenue."""
    first = (
        "(SELECT min(revenue_id) FROM gold.fact_revenue WHERE revenue_type = 'billed' AND source_system = 'netsuite')"
    )
    return f"UPDATE gold.fact_revenue SET amount = amount + {number} / 100 WHERE revenue_id = {first}"


def test_a_cent_too_much_in_gold_is_withheld_until_it_is_gone_and_readers_never_notice(line: Line) -> None:
    with Reader(line.settings) as reader:
        assert not line.run(RELEASE, checks=OF_REVENUE, reconciling_gold=cents(1))
        refused = line.withheld()
        assert not line.run(RELEASE, checks=frozenset())
        refused_by_the_gate = line.withheld()
        assert line.versions() == 1
        assert line.run(RELEASE, checks=OF_REVENUE, reconciling_gold=cents(-1))
    assert refused == refused_by_the_gate == "gold/fact_revenue: billed_reconciles_to_netsuite failed"
    assert (line.versions(), line.withheld()) == (2, None)
    assert reader.questions > 10
    assert len(reader.answers) == 1


def test_a_damaged_crosswalk_is_withheld(line: Line) -> None:
    torn = "DELETE FROM customer_master.customer_crosswalk WHERE source_object = 'account'"
    assert not line.run(*IDENTITY, RELEASE, checks=OF_IDENTITY, checking_the_customer_master=torn)
    assert "customer_master/customer_crosswalk: gives_every_record_one_customer failed" in (line.withheld() or "")
    assert line.versions() == 1


def test_too_many_new_ids_are_withheld_until_their_cause_is_gone(line: Line) -> None:
    moved = """
        INSERT INTO customer_master.customer_id_history (customer_id, event, cause, record_count, run_id)
        SELECT 'C-one', 'move', 'evidence lost', 500, max_by(run_id, resolved_at) FROM customer_master.identity_run"""
    failed = "customer_master/customer_crosswalk: keeps_customer_ids failed"
    assert not line.run(*IDENTITY, RELEASE, checks=OF_IDENTITY, checking_the_customer_master=moved)
    assert failed in (line.withheld() or "")
    line.run(*IDENTITY, RELEASE, checks=OF_IDENTITY)
    assert failed not in (line.withheld() or "")
    assert line.versions() == 1


def test_a_new_crosswalk_is_not_published_with_a_golden_record_that_was_not_held_against_it(line: Line) -> None:
    assert not line.run(*IDENTITY, RELEASE, checks=OF_IDENTITY)
    outdated = (
        "every_customer_of_the_crosswalk_is_here has not run since customer_master/customer_crosswalk was last built"
    )
    assert f"customer_master/customer_golden_record: {outdated}" in (line.withheld() or "")
    assert line.versions() == 1


def test_decisions_that_contradict_each_other_are_withheld(line: Line) -> None:
    rows = [
        f"{number},{action},salesforce,account:{a},salesforce,account:{b},,ada,bob,planted,,"
        for number, action in enumerate(("force_match", "never_match"))
        for a, b in [accounts(line.settings)]
    ]
    line.settings.exceptions_file.write_text("\n".join([",".join(EXCEPTION_SCHEMA), *rows]) + "\n")
    assert not line.run(*IDENTITY, RELEASE, checks=OF_IDENTITY)
    assert line.withheld() == "step resolve_identity failed"
    assert line.versions() == 1


def accounts(settings: Settings) -> tuple[str, str]:
    """Two records of one source."""
    with open_for_reading(settings.warehouse_file) as connection:
        rows = connection.execute(
            "SELECT account_id FROM staging.stg_salesforce__account ORDER BY 1 LIMIT 2"
        ).fetchall()
    return rows[0][0], rows[1][0]


def test_a_model_whose_error_test_fails_is_withheld(line: Line) -> None:
    assert not line.run(REVENUE, RELEASE, starting_the_models="DELETE FROM domain.currency_rate")
    assert "gold/fact_revenue: " in (line.withheld() or "")
    assert line.versions() == 1
    named = line.offending_rows("has_reporting_amount")
    with open_for_reading(line.settings.warehouse_file) as connection:
        found = connection.execute(
            "SELECT bool_and(reporting_amount IS NULL), count(*) FROM gold.fact_revenue "
            "WHERE list_contains(?, left(md5(revenue_id), 12))",
            [named],
        ).fetchall()
    assert found == [(True, 10)]


def test_what_the_ui_launches_is_told_as_well(line: Line) -> None:
    """The UI's "Materialize" runs Dagster's own job, not one of ours."""
    before = line.built_by()
    assert line.run(REVENUE, job=IMPLICIT_ASSET_JOB_NAME, checks=frozenset())
    alone = line.built_by()
    assert alone != before, "`ops` is published after a run that only builds"
    assert line.withheld() is None
    damage = "DELETE FROM domain.currency_rate"
    assert not line.run(REVENUE, RELEASE, job=IMPLICIT_ASSET_JOB_NAME, starting_the_models=damage)
    assert "gold/fact_revenue: " in (line.withheld() or "")
    assert line.built_by() not in (before, alone)
    assert line.versions() == 1
