"""The declared streams in dbt's words: one generated `cdp_dbt/models/staging/<source>/<source>.yml` per source.

Here: what each of those files says (the owner's group, the raw tables, how a stream orders and deletes its records).
Not here: the declarations themselves (`sources/<source>.py`) and what the models make of them (`cdp_dbt/macros`).

`python -m cdp_platform.sources.dbt_sources` writes the files; a test holds them equal to the declarations.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from cdp_platform.environment import PROJECT
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Column, Type

STAGING = PROJECT / "cdp_dbt" / "models" / "staging"

HEADER = "# Generated from cdp_platform/sources/{name}.py by `python -m cdp_platform.sources.dbt_sources`; edit there."

RAW_TYPES = {
    Type.TEXT: "varchar",
    Type.INTEGER: "bigint",
    Type.NUMBER: "double",
    Type.BOOLEAN: "boolean",
    Type.TIMESTAMP: "timestamptz",
    Type.DATE: "date",
    Type.JSON: "json",
}


def render(source: Source) -> str:
    """The text of a source's yml: its dbt group and its raw tables with their columns."""
    return "\n".join(_lines(source)) + "\n"


def path(source: Source, staging: Path = STAGING) -> Path:
    """Where that text belongs: beside the source's staging models."""
    return staging / source.name / f"{source.name}.yml"


def write(staging: Path = STAGING) -> None:
    """Write the file of every source."""
    for source in SOURCES:
        target = path(source, staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(render(source), encoding="utf-8")


def _lines(source: Source) -> Iterator[str]:
    yield HEADER.format(name=source.name)
    yield "groups:"
    yield f"  - name: {source.name}"
    # dagster-dbt hands the e-mail on as the asset's owner, and Dagster takes `team:<name>` there
    yield f"    owner: {{name: {source.owner.removeprefix('team:')}, email: {json.dumps(source.owner)}}}"
    yield ""
    yield "sources:"
    yield "  - name: raw"
    yield "    description: Every row of every stream as delivered, append-only."
    yield "    tables:"
    for stream in source.streams:
        yield f"      - name: {source.raw_table(stream)}"
        yield f"        description: {json.dumps(stream.description)}"
        yield f"        config: {{meta: {_stream_meta(stream)}}}"
        yield "        columns:"
        yield from (f"          - {_column(column)}" for column in stream.columns)


def _stream_meta(stream: Stream) -> str:
    """How staging picks the current rows: keys, cursor and deletes in raw spelling; an epoch cursor says so."""
    fallback = stream.cursor_fallback.lower() if stream.cursor_fallback else None
    meta = {
        "stream": stream.table,
        "object": stream.object,
        "key": [name.lower() for name in stream.key],
        "cursor": stream.cursor.lower(),
        "cursor_fallback": fallback,
        "cursor_is_epoch": stream.column(stream.cursor).type is Type.INTEGER,
        "deletes": stream.deletes.value,
        "delete_column": stream.delete_column.lower() if stream.delete_column else None,
    }
    return json.dumps(meta)


def _column(column: Column) -> str:
    meta = {"classification": column.classification.value, "pii": column.pii.value}
    return (
        f"{{name: {column.raw_name}, data_type: {RAW_TYPES[column.type]}, "
        f"description: {json.dumps(column.description)}, config: {{meta: {json.dumps(meta)}}}}}"
    )


if __name__ == "__main__":
    write()
