"""Tables that several assets write: external assets, whose materializations the writers log.

Here: their keys and what each is. Not here: their columns (`landing.tables`), who writes them.
"""

import dagster as dg

QUARANTINE = dg.AssetKey(["quarantine", "rejected_row"])
LOAD_AUDIT = dg.AssetKey(["ops", "load_audit"])
MODEL_RUN, MODEL_MARK = dg.AssetKey(["ops", "model_run"]), dg.AssetKey(["ops", "model_mark"])
MODEL_STATE, RESTATEMENT = dg.AssetKey(["ops", "model_state"]), dg.AssetKey(["ops", "restatement"])


def build_ledgers() -> list[dg.AssetSpec]:
    """Tables that several assets write: declared outside, their materializations logged by the writers."""
    return [
        _ledger(QUARANTINE, "Rows that a contract rejected or nobody could read, each with its reason."),
        _ledger(LOAD_AUDIT, "What every run did to every stream: rows, bytes, seconds, verdict."),
        _ledger(MODEL_RUN, "One row, the current model run: the moment that its models take for now."),
        _ledger(MODEL_MARK, "How far every stream was validated when the current model run began."),
        _ledger(MODEL_STATE, "What the last build of every restated model had seen."),
        _ledger(RESTATEMENT, "How much of a restated model each build computed anew, and what came of it."),
    ]


def _ledger(key: dg.AssetKey, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key, description=description, owners=["team:data-platform"], kinds={"duckdb"}, group_name="operations"
    )
