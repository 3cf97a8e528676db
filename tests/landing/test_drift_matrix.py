"""Every stream of every source, its columns added, dropped, renamed, widened, narrowed and retyped: what becomes of the
delivery is what its declaration says, and the message names source, stream, column and remedy.

The rows are made from the declarations, so a source that is added is in the matrix.
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from cdp_platform.assets.extracts import why_held
from cdp_platform.landing.delivery import Parsed, parse
from cdp_platform.landing.files import LandedFile, format_of
from cdp_platform.landing.known import NewFile
from cdp_platform.serving.deliveries import delivery_findings
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Column, Type
from cdp_platform.warehouse.duckdb import Connection, scratch
from tests.landing.shop import Home
from tests.support.declared import NAMES, STREAMS, rows

COUNT = 12
each_stream = pytest.mark.parametrize(("source", "stream"), STREAMS, ids=NAMES)
NOBODYS = pa.array(["new"] * COUNT)


def droppable(stream: Stream) -> list[Column]:
    return [c for c in stream.columns if not c.optional and c.name not in stream.key]


def file_of(table: pa.Table, path: Path) -> NewFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(table, path)
    else:
        pq.write_table(table, path)
    found = LandedFile(path, format_of(path) or "")
    return NewFile(found, path.name, found.sha256(), None, datetime.now(UTC))


Parse = Callable[..., Parsed]


@pytest.fixture(scope="module")
def memory() -> Iterator[Connection]:
    with scratch() as connection:
        yield connection


@pytest.fixture
def parsed(memory: Connection, tmp_path: Path) -> Parse:
    """parsed(stream, table, suffix) -> what landing makes of it."""
    numbers = itertools.count()

    def run(stream: Stream, table: pa.Table, suffix: str = "parquet") -> Parsed:
        folder = tmp_path / str(next(numbers))
        return parse(memory, file_of(table, folder / f"f.{suffix}"), stream, folder / "parsed")

    return run


def values(done: Parsed, column: Column) -> list[object]:
    tables = [pq.read_table(path) for path in sorted(done.folder.glob("rows-*"))]
    return pa.concat_tables(tables)[column.raw_name].to_pylist()


@each_stream
def test_a_column_that_is_added_is_kept_as_text_and_told(source: Source, stream: Stream, parsed: Parse) -> None:
    done = parsed(stream, rows(stream, COUNT).append_column("Planted", NOBODYS))
    assert (done.fault, done.statistics.drift(stream)) == (None, None)
    assert done.statistics.new_columns(stream) == "planted"
    assert values(done, Column("planted", Type.TEXT, "")) == ["new"] * COUNT


@each_stream
def test_columns_that_are_dropped_hold_the_delivery_unless_they_are_optional(
    source: Source, stream: Stream, parsed: Parse
) -> None:
    table = rows(stream, COUNT)
    optional = [c.name for c in stream.columns if c.optional]
    without = parsed(stream, table.drop_columns(optional))
    assert (without.fault, without.statistics.drift(stream)) == (None, None)
    assert all(values(without, stream.column(name)) == [None] * COUNT for name in optional)
    *dropped, _ = [c.name for c in stream.columns if not c.optional]
    done = parsed(stream, table.drop_columns(dropped))
    assert done.statistics.drift(stream) == f"missing column {', '.join(dropped)}"


@each_stream
def test_a_column_that_is_renamed_is_missing_and_new(source: Source, stream: Stream, parsed: Parse) -> None:
    column = droppable(stream)[0]
    table = rows(stream, COUNT)
    renamed = ["Renamed" if name == column.name else name for name in table.column_names]
    done = parsed(stream, table.rename_columns(renamed))
    assert done.statistics.drift(stream) == f"missing column {column.name}"
    assert done.statistics.new_columns(stream) == "renamed"


WIDER = {
    Type.TEXT: pa.large_string(),
    Type.INTEGER: pa.float64(),
    Type.NUMBER: pa.decimal128(30, 4),
    Type.BOOLEAN: pa.int8(),
    Type.TIMESTAMP: pa.timestamp("ns", "UTC"),
    Type.DATE: pa.timestamp("us"),
    Type.JSON: pa.large_string(),
}
NARROWER = {
    Type.TEXT: pa.dictionary(pa.int8(), pa.string()),
    Type.INTEGER: pa.int32(),
    Type.NUMBER: pa.int64(),
    Type.TIMESTAMP: pa.timestamp("s"),
}
OTHERS = {
    Type.TEXT: pa.int64(),
    Type.INTEGER: pa.bool_(),
    Type.NUMBER: pa.bool_(),
    Type.BOOLEAN: pa.timestamp("us"),
    Type.TIMESTAMP: pa.int64(),
    Type.DATE: pa.int32(),
    Type.JSON: pa.int64(),
}


def cast(stream: Stream, types: dict[Type, pa.DataType]) -> pa.Table:
    table = rows(stream, COUNT)
    return pa.table({c.name: pc.cast(table[c.name], types.get(c.type, table[c.name].type)) for c in stream.columns})


@each_stream
def test_columns_that_are_wider_or_narrower_bring_the_same_values(
    source: Source, stream: Stream, parsed: Parse
) -> None:
    same = parsed(stream, rows(stream, COUNT))
    for types in (WIDER, NARROWER):
        done = parsed(stream, cast(stream, types))
        assert (done.fault, done.statistics.drift(stream)) == (None, None)
        assert done.statistics.nulled.total() == 0
        assert all(values(done, column) == values(same, column) for column in stream.columns)


@each_stream
def test_columns_that_are_retyped_hold_the_delivery(source: Source, stream: Stream, parsed: Parse) -> None:
    nothing = {c.name: pa.nulls(COUNT, OTHERS[c.type]) for c in stream.columns}
    done = parsed(stream, pa.table(nothing))
    faults = [f"retyped column {c.name}: {OTHERS[c.type]}, not {c.type}" for c in stream.columns]
    assert done.statistics.drift(stream) == "; ".join(faults)
    words = pa.table({c.name: pa.array([f"word {n}" for n in range(COUNT)]) for c in stream.columns})
    told = parsed(stream, words, "csv")
    faults = [
        f"retyped column {c.name}: {COUNT} of {COUNT} values are not {c.type}"
        for c in stream.columns
        if c.type is not Type.TEXT
    ]
    assert told.statistics.drift(stream) == "; ".join(faults)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_stream_that_drifts_keeps_its_mark_and_is_told_with_the_remedy_and_the_others_go_on(
    source: Source, make_home: Callable[[Path, Source], Home], tmp_path: Path
) -> None:
    home = make_home(tmp_path, source)
    *drifting, sound = source.streams
    for stream in source.streams:
        file_of(rows(stream, COUNT), home.settings.landing / source.name / stream.name / "1.parquet")
    assert {load.status for load in home.land()} == {"loaded"}
    marks = dict(home.ask("SELECT stream, validated_until FROM ops.validated_mark"))
    for stream in source.streams:
        dropped = [droppable(stream)[0].name] if stream is not sound else []
        table = rows(stream, COUNT + 1).drop_columns(dropped)
        file_of(table, home.settings.landing / source.name / stream.name / "2.parquet")
    loads = {load.stream.table: load for load in home.land()}
    with home.open() as connection:
        found = {finding.what: finding for finding in delivery_findings(connection, home.settings.landing, NOW)}
    for stream in drifting:
        said = f"2.parquet: missing column {droppable(stream)[0].name}"
        assert (loads[stream.table].cause, loads[stream.table].reason) == ("drift", said)
        assert why_held(source, loads[stream.table]) == (
            f"{source.name}.{stream.table} keeps its last good data: {said}; have it delivered again, corrected, or "
            f"declare in cdp_platform/sources/{source.name}.py what it has now, or accept it: cdp quarantine release "
            f"{source.name}.{stream.table}"
        )
        finding = found[f"{source.name}.{stream.table}"]
        assert said in finding.why
        assert finding.run == f"redeliver, or cdp quarantine release {source.name}.{stream.table}"
    after = dict(home.ask("SELECT stream, validated_until FROM ops.validated_mark"))
    assert [name for name in after if after[name] != marks[name]] == [sound.table]
    assert loads[sound.table].status == "loaded"


NOW = datetime.now(UTC)
