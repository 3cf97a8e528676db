"""Which raw rows of a stream are current: the rule that staging follows in dbt, for the few places outside dbt that
need it.

Here: validated, not rejected, newest per key, not deleted; and the accounting of every raw row. Not here: sums.
"""

from cdp_platform.landing.tables import cursor_sql, raw_columns, raw_relation
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse.connection import quote


def fate_sql(source: Source, stream: Stream, *, mark_table: str = "ops.validated_mark") -> str:
    """A query of every raw row with its `fate`: current, superseded, duplicate, deleted, rejected or held.

    Columns: the declared ones of raw, and `fate`. Held rows lie after the mark. A duplicate repeats key and cursor of a
    newer delivery.
    """
    columns = ", ".join(quote(name) for name in raw_columns(stream))
    keys = ", ".join(quote(name.lower()) for name in stream.key)
    named = f"source_system = '{source.name}' AND stream = '{stream.table}'"
    return f"""
    WITH _mark AS (
        SELECT max(validated_until) AS validated_until, max(delivered_from) AS delivered_from
        FROM {mark_table} WHERE {named}
    ),
    _rejected AS (SELECT DISTINCT raw_id FROM quarantine.rejected_row WHERE raw_id IS NOT NULL AND {named}),
    _judged AS (
        SELECT {columns}, {cursor_sql(stream)} AS _cursor,
            CASE WHEN _rejected.raw_id IS NOT NULL THEN 'rejected'
                 WHEN _airbyte_extracted_at <= _mark.validated_until THEN 'good' ELSE 'held' END AS _judgement,
            CASE WHEN _airbyte_extracted_at <= _mark.validated_until THEN _airbyte_extracted_at END AS _delivered_at,
            _mark.delivered_from AS _delivered_from
        FROM {raw_relation(source, stream)} CROSS JOIN _mark LEFT JOIN _rejected ON _rejected.raw_id = _airbyte_raw_id
    ), _ranked AS (
        SELECT *, {_is_absent(stream, keys)} AS _is_absent,
            row_number() OVER (PARTITION BY _judgement, {keys}
                ORDER BY _cursor DESC NULLS LAST, _airbyte_extracted_at DESC, _airbyte_raw_id DESC) AS _age,
            row_number() OVER (PARTITION BY _judgement, {keys}, _cursor
                ORDER BY _airbyte_extracted_at DESC, _airbyte_raw_id DESC) AS _copy
        FROM _judged
    )
    SELECT {columns},
        CASE WHEN _judgement <> 'good' THEN _judgement WHEN _copy > 1 THEN 'duplicate' WHEN _age > 1 THEN 'superseded'
             WHEN {_deleted(stream)} THEN 'deleted' ELSE 'current' END AS fate
    FROM _ranked"""


def _is_absent(stream: Stream, keys: str) -> str:
    """The newest full list does not have the record; a list in which its row was rejected does have it.

    A file's rows share one moment, those of a sync begin at the mark's `delivered_from`.
    """
    if stream.deletes is not Deletes.ABSENCE:
        return "false"
    began = "coalesce(_delivered_from, max(_delivered_at) OVER ())"
    return f"max(_delivered_at) OVER (PARTITION BY {keys}) < {began}"


def _deleted(stream: Stream) -> str:
    column = quote((stream.delete_column or "").lower())
    return {
        Deletes.NEVER: "false",
        Deletes.FLAG: f"coalesce({column}, false)",
        Deletes.TOMBSTONE: f"{column} IS NOT NULL",
        Deletes.ABSENCE: "_is_absent",
    }[stream.deletes]
