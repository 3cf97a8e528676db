"""All Python checks of the customer master, of whatever kind, and their answers over one connection.

Here: the list. Not here: the questions (one module per kind), the operation that asks them (`build`).
"""

from collections.abc import Callable, Container, Iterator
from functools import partial

import dagster as dg

from asset_checks.decisions import decision_result, decision_specs
from asset_checks.duplicates import duplicate_questions, duplicate_specs
from asset_checks.identity_tables import IDENTITY_TABLE_RULES
from asset_checks.master_rule import master_result
from asset_checks.plausibility import plausibility_questions, plausibility_specs
from asset_checks.relations import RELATION_RULES
from asset_checks.runs import run_questions, run_specs
from asset_checks.uniqueness import UNIQUENESS_RULES
from cdp_platform.warehouse.connection import Connection

MASTER_RULES = (*UNIQUENESS_RULES, *IDENTITY_TABLE_RULES, *RELATION_RULES)


def master_specs() -> list[dg.AssetCheckSpec]:
    """Every check of the customer master that is not a dbt test."""
    rules = [rule.check for rule in MASTER_RULES]
    return [*rules, *duplicate_specs(), *run_specs(), *plausibility_specs(), *decision_specs()]


def master_results(
    connection: Connection, wanted: Container[dg.AssetCheckKey] | None = None
) -> Iterator[dg.AssetCheckResult]:
    """The wanted checks of the customer master, by default all; an unwanted one may read what is not built yet."""
    questions: list[tuple[dg.AssetCheckSpec, Callable[[Connection], dg.AssetCheckResult]]] = [
        *((rule.check, partial(master_result, rule=rule)) for rule in MASTER_RULES),
        *duplicate_questions(),
        *run_questions(),
        *plausibility_questions(),
        *((check, decision_result) for check in decision_specs()),
    ]
    for check, answer in questions:
        if wanted is None or check.key in wanted:
            yield answer(connection)
