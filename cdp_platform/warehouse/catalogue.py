"""Types in the spelling of each engine, for what is looked up or loaded.

Here: the pairs. Not here: SQL (`translate`).
"""

import pyarrow as pa

DUCKDB_TYPE = {
    "ARRAY": "ARRAY",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "FLOAT": "DOUBLE",
    "TEXT": "VARCHAR",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_TZ": "TIMESTAMP WITH TIME ZONE",
    "VARIANT": "JSON",
}
"""Snowflake's word in its catalogue to DuckDB's."""


def snowflake_type(type_: pa.DataType) -> str:
    """The column type that holds an Arrow column without loss."""
    if pa.types.is_timestamp(type_):
        return "TIMESTAMP_TZ" if type_.tz else "TIMESTAMP_NTZ"
    if pa.types.is_decimal(type_):
        return f"NUMBER({type_.precision}, {type_.scale})"
    if pa.types.is_nested(type_):
        return "ARRAY" if pa.types.is_list(type_) or pa.types.is_large_list(type_) else "VARIANT"
    if pa.types.is_integer(type_):
        return "NUMBER(38, 0)"
    if pa.types.is_floating(type_):
        return "FLOAT"
    if pa.types.is_boolean(type_):
        return "BOOLEAN"
    return "DATE" if pa.types.is_date(type_) else "VARCHAR"
