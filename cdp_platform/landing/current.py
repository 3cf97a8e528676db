"""Which raw rows of a stream are current: the rule that staging follows in dbt, for the few places outside dbt that need it.

Here: validated, not rejected, newest per key, not deleted; and the accounting of every raw row. Not here: sums.
"""

from cdp_platform.landing.tables import cursor_sql, raw_relation
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse.duckdb import quote


def fate_sql(source: Source, stream: Stream, *, mark_table: str = "ops.validated_mark") -> str:
    """A query of every raw row with its `fate`: current, superseded, duplicate, deleted, rejected or held.

    Columns: all of raw, and `fate`. Held rows lie after the mark. A duplicate repeats key and cursor of a newer delivery.
    """
    keys = ", ".join(quote(name.lower()) for name in stream.key)
    cursor = cursor_sql(stream)
    marks = f"(SELECT max(validated_until) FROM {mark_table} WHERE source_system = '{source.name}' AND stream = '{stream.table}')"
    rejected = (
        "SELECT raw_id FROM quarantine.rejected_row WHERE raw_id IS NOT NULL "
        f"AND source_system = '{source.name}' AND stream = '{stream.table}'"
    )
    return f"""
    WITH judged AS (
        SELECT raw.*, {cursor} AS _cursor,
            CASE WHEN _airbyte_extracted_at > {marks} OR {marks} IS NULL THEN 'held'
                 WHEN rejected.raw_id IS NOT NULL THEN 'rejected' ELSE 'good' END AS _judgement
        FROM {raw_relation(source, stream)} AS raw
        LEFT JOIN (SELECT DISTINCT raw_id FROM ({rejected})) AS rejected ON rejected.raw_id = raw._airbyte_raw_id
    ), ranked AS (
        SELECT *, max(_airbyte_extracted_at) FILTER (_judgement = 'good') OVER () AS _newest_delivery,
            row_number() OVER (PARTITION BY _judgement, {keys}
                ORDER BY _cursor DESC, _airbyte_extracted_at DESC, _airbyte_raw_id DESC) AS _age,
            row_number() OVER (PARTITION BY _judgement, {keys}, _cursor
                ORDER BY _airbyte_extracted_at DESC, _airbyte_raw_id DESC) AS _copy
        FROM judged
    )
    SELECT * EXCLUDE (_judgement, _age, _copy, _newest_delivery),
        CASE WHEN _judgement <> 'good' THEN _judgement WHEN _copy > 1 THEN 'duplicate' WHEN _age > 1 THEN 'superseded'
             WHEN {_deleted(stream)} THEN 'deleted' ELSE 'current' END AS fate
    FROM ranked"""


def _deleted(stream: Stream) -> str:
    column = quote((stream.delete_column or "").lower())
    return {
        Deletes.NEVER: "false",
        Deletes.FLAG: f"coalesce({column}, false)",
        Deletes.TOMBSTONE: f"{column} IS NOT NULL",
        Deletes.ABSENCE: "_airbyte_extracted_at < _newest_delivery",
    }[stream.deletes]
